"""The identity provider of an installation is put together from its settings, and only where they name one."""

import subprocess
import sys
from pathlib import Path

import pytest

from registry.account_errors import CredentialsRefused
from registry.errors import SettingsError
from registry.settings import Settings
from registry.sign_in_wiring import open_authenticators, open_provider
from registry.wiring import people
from tests.authenticator import Authenticator
from tests.registry.test_people import ACCOUNT

WHOLE = {
    "site": "https://registry.example/",
    "oidc_issuer": "https://login.example/realm",
    "oidc_client": "registry",
    "oidc_secret": "zqxsecret",
}


def settings(**changes: object) -> Settings:
    return Settings(**{**WHOLE, **changes})  # type: ignore[arg-type]  # all of these are texts


def test_without_an_issuer_there_is_none_and_its_library_is_not_loaded(tmp_path: Path) -> None:
    assert people(Settings(home=tmp_path)).provider is None
    asked = (
        "import sys; from registry.settings import Settings; from registry.wiring import people; "
        "import server.provider, server.sign_in; assert people(Settings()).provider is None; "
        "print([name for name in sys.modules if name.partition('.')[0] in ('authlib', 'joserfc', 'webauthn')])"
    )
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, timeout=60, check=True)
    assert told.stdout == "[]\n"


def test_a_provider_has_the_name_that_is_set_or_that_of_its_host(tmp_path: Path) -> None:
    found = open_provider(settings())
    assert found is not None
    assert (found.name, found.issuer) == ("login.example", "https://login.example/realm")
    named = people(settings(oidc_name="City network", home=tmp_path)).provider
    assert named is not None
    assert named.name == "City network"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"oidc_issuer": "http://login.example/"}, "HRCR_OIDC_ISSUER is “http://login.example/”; it must be the https"),
        ({"oidc_issuer": "login.example"}, "it must be the https address"),
        ({"oidc_issuer": "https://login.example/?realm=1"}, "it must be the https address"),
        ({"oidc_issuer": "https:///realm"}, "it must be the https address"),
        ({"oidc_issuer": "https://login.example:port/"}, "it must be the https address"),
        ({"site": ""}, "HRCR_OIDC_ISSUER needs HRCR_SITE"),
        ({"oidc_client": ""}, "HRCR_OIDC_ISSUER needs HRCR_OIDC_CLIENT"),
        ({"oidc_secret": ""}, "needs a secret in HRCR_OIDC_SECRET_FILE or HRCR_OIDC_SECRET"),
        ({"oidc_secret": "zqxsecrét"}, "in ASCII"),
        ({"oidc_secret_file": "somewhere"}, "are both set"),
        ({"oidc_secret": "", "oidc_secret_file": "nowhere"}, "HRCR_OIDC_SECRET_FILE cannot be read: FileNotFoundError"),
    ],
    ids=str,
)
def test_a_setting_that_is_missing_or_wrong_is_named_and_no_secret_is_told(changes: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        open_provider(settings(**changes))
    assert told in str(refusal.value)
    assert "zqxsecr" not in str(refusal.value)


def test_the_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("  \n")
    with pytest.raises(SettingsError, match="needs a secret"):
        open_provider(settings(oidc_secret="", oidc_secret_file=str(file)))
    file.write_text("zqxsecret\n")
    assert open_provider(settings(oidc_secret="", oidc_secret_file=str(file))) is not None


@pytest.mark.parametrize(
    ("site", "has_passkeys"),
    [
        ("https://registry.example/", True),
        ("http://localhost:8000/", True),
        ("http://registry.example/", False),
        ("https://192.0.2.7/", False),
        ("http://127.0.0.1:8000/", False),
        ("https://[2001:db8::1]/", False),
        ("https:///", False),
        ("", False),
    ],
)
def test_passkeys_belong_to_a_name_over_tls_or_to_this_machine(tmp_path: Path, site: str, has_passkeys: bool) -> None:
    assert (people(Settings(home=tmp_path, site=site)).passkeys is not None) is has_passkeys


@pytest.mark.parametrize(
    ("site", "origin"),
    [
        ("https://registry.example/", "https://registry.example"),
        ("https://Registry.example:443/here/", "https://registry.example"),
        ("https://registry.example:8443/", "https://registry.example:8443"),
        ("http://localhost:8000/", "http://localhost:8000"),
    ],
)
def test_a_device_is_taken_at_the_site_alone(site: str, origin: str) -> None:
    found = open_authenticators(Settings(site=site))
    assert found is not None
    for place in (origin, origin + "0"):
        device = Authenticator(place)
        made = device.make(found.creation(ACCOUNT, b"challenge", []))
        if place == origin:
            assert found.made(made, b"challenge").credential == device.credential
        else:
            with pytest.raises(CredentialsRefused):
                found.made(made, b"challenge")
