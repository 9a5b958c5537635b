"""Settings are typed, checked at the start, and say where they come from."""

from dataclasses import replace
from pathlib import Path

import pytest

from registry.errors import SettingsError
from registry.queries import Limits
from registry.settings import Settings, sources


def test_without_anything_the_defaults_hold() -> None:
    settings = Settings.load({"PATH": "/bin"})
    assert (settings.port, settings.host, settings.home) == (8000, "127.0.0.1", Path("var"))


def test_a_flag_wins_over_a_variable_and_a_variable_over_the_default() -> None:
    assert Settings.load({"HRCR_PORT": "9000"}).port == 9000
    assert Settings.load({"HRCR_PORT": "9000"}, port=9001).port == 9001


def test_an_unknown_variable_is_refused_with_the_names_that_exist() -> None:
    with pytest.raises(SettingsError, match=r"HRCR_PROT is not a setting; the settings are .*HRCR_PORT"):
        Settings.load({"HRCR_PROT": "9000"})


def test_none_may_be_allowed_where_none_means_something() -> None:
    assert Settings.load({"HRCR_REPAIR_SECONDS": "0"}).repair_seconds == 0


def test_what_is_not_public_lies_beside_the_accounts_or_in_the_home() -> None:
    assert Settings(home=Path("there")).private_database("drafts.sqlite") == "sqlite:///there/drafts.sqlite"
    assert Settings(accounts="postgresql://desk/hrcr").private_database("drafts.sqlite") == "postgresql://desk/hrcr"


@pytest.mark.parametrize("value", ["eighty", "-1", "0", "8.5"])
def test_a_value_of_the_wrong_form_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match="HRCR_PORT is"):
        Settings.load({"HRCR_PORT": value})


@pytest.mark.parametrize("value", ["example.org/", "https://example.org", "ftp://example.org/"])
def test_the_base_must_be_an_address_that_ends_in_a_slash(value: str) -> None:
    with pytest.raises(SettingsError, match="HRCR_BASE"):
        Settings.load({"HRCR_BASE": value})


def test_each_setting_is_listed_with_its_source() -> None:
    listed = {variable: (value, source) for variable, value, source, _ in sources({"HRCR_PORT": "9000"})}
    assert listed["HRCR_PORT"] == ("9000", "environment")
    assert listed["HRCR_HOST"] == ("127.0.0.1", "default")


def test_a_password_in_a_url_is_listed_nowhere() -> None:
    given = {
        "HRCR_SMTP": "smtps://desk:p%40ss@mail.example:465",
        "HRCR_LEDGER": "postgresql://a:s3cr:t@db/hrcr",
        "HRCR_CONTACT": "https://city.example:8443/people/@office",
    }
    listed = {variable: value for variable, value, _, _ in sources(given)}
    assert listed["HRCR_SMTP"] == "smtps://desk:***@mail.example:465"
    assert listed["HRCR_LEDGER"] == "postgresql://a:***@db/hrcr"
    assert listed["HRCR_CONTACT"] == given["HRCR_CONTACT"]


@pytest.mark.parametrize(
    ("given", "listed"),
    [
        ("postgresql://a:zqx/zqx@db/hrcr", "postgresql://a:***@db/hrcr"),
        ("postgresql://a:zqx zqx@db/hrcr", "postgresql://a:***@db/hrcr"),
        ("postgresql://:zqx:zq@x@db/hrcr", "postgresql://:***@db/hrcr"),
        ("postgresql://db/hrcr?password=zqx&user=a", "postgresql://db/hrcr?password=***&user=a"),
        (
            "postgresql://a@db/hrcr?sslmode=require&sslpassword=zqx",
            "postgresql://a@db/hrcr?sslmode=require&sslpassword=***",
        ),
        ("postgresql://a@db:5432/hrcr", "postgresql://a@db:5432/hrcr"),
    ],
)
def test_a_password_is_not_listed_in_whatever_form_a_database_takes_it(given: str, listed: str) -> None:
    assert ("HRCR_LEDGER", listed) in {(variable, value) for variable, value, _, _ in sources({"HRCR_LEDGER": given})}


@pytest.mark.parametrize("value", ["registry.example/", "https://registry.example"])
def test_the_site_must_be_an_address_that_ends_in_a_slash(value: str) -> None:
    with pytest.raises(SettingsError, match="HRCR_SITE"):
        Settings.load({"HRCR_SITE": value})


def test_each_limit_of_a_query_is_a_setting() -> None:
    usual = Settings().query_limits
    assert usual == Limits()
    for name, most, _ in usual.described():
        changed = Settings.load({f"HRCR_QUERY_{name.upper()}": str(most + 1)}).query_limits
        assert changed == replace(usual, **{name: most + 1})


def test_a_client_secret_is_never_shown() -> None:
    given = {"HRCR_OIDC_SECRET": "zqxsecret", "HRCR_OIDC_SECRET_FILE": "/run/secrets/oidc"}
    listed = {variable: value for variable, value, _, _ in sources(given)}
    assert (listed["HRCR_OIDC_SECRET"], listed["HRCR_OIDC_SECRET_FILE"]) == ("***", "/run/secrets/oidc")
    assert "zqxsecret" not in repr(Settings.load(given))
    assert ("HRCR_OIDC_SECRET", "") in {(variable, value) for variable, value, _, _ in sources({})}
