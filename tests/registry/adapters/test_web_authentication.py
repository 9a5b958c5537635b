"""What a device says is taken only when it is right in every respect; the devices here sign as real ones do."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from secrets import token_bytes

import pytest

from registry.account_errors import CredentialsRefused
from registry.adapters.web_authentication import WebAuthentication
from registry.passkey_ports import Passkey
from tests.authenticator import PRESENT, Authenticator, text
from tests.registry.test_people import ACCOUNT

ORIGIN = "https://registry.example"
SITE = WebAuthentication(party="registry.example", origin=ORIGIN, name="A registry")
CHALLENGE, OTHER = token_bytes(32), token_bytes(32)
NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)


def kept(device: Authenticator) -> Passkey:
    """Have a device make its passkey and keep it."""
    public = SITE.made(device.make(SITE.creation(ACCOUNT, CHALLENGE, [])), CHALLENGE)
    return Passkey(id="a" * 64, account=ACCOUNT.id, label="phone", public=public, created=NOW)


def test_a_device_makes_a_passkey_and_signs_with_it() -> None:
    device = Authenticator(ORIGIN)
    passkey = kept(device)
    assert (passkey.public.credential, passkey.public.count) == (device.credential, 1)
    signed = device.sign(SITE.request(OTHER, [passkey]))
    assert SITE.identifier(signed) == device.credential
    assert SITE.signed(signed, OTHER, passkey) == 2


def test_options_ask_for_verification_name_the_site_and_what_is_known_and_no_attestation() -> None:
    passkey = kept(Authenticator(ORIGIN))
    creation, request = (
        json.loads(SITE.creation(ACCOUNT, CHALLENGE, [passkey])),
        json.loads(SITE.request(OTHER, [passkey])),
    )
    assert (creation["rp"], creation["attestation"]) == ({"name": "A registry", "id": "registry.example"}, "none")
    assert creation["challenge"] == text(CHALLENGE)
    assert creation["user"]["id"] == text(ACCOUNT.id.encode())
    assert [each["id"] for each in creation["excludeCredentials"]] == [text(passkey.public.credential)]
    assert [each["id"] for each in request["allowCredentials"]] == [text(passkey.public.credential)]
    assert (request["rpId"], request["userVerification"]) == ("registry.example", "required")


WRONG: dict[str, Callable[[Authenticator], Authenticator]] = {
    "origin of another site": lambda device: replace(device, origin="https://registry.example.evil.example"),
    "origin without TLS": lambda device: replace(device, origin="http://registry.example"),
    "another port": lambda device: replace(device, origin=f"{ORIGIN}:8443"),
    "party of another site": lambda device: replace(device, party="evil.example"),
    "nobody there": lambda device: replace(device, flags=0),
    "not verified": lambda device: replace(device, flags=PRESENT),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_device_of_another_site_or_that_did_not_look_who_it_is_makes_and_proves_nothing(name: str) -> None:
    device = Authenticator(ORIGIN)
    passkey, wrong = kept(device), WRONG[name](device)
    with pytest.raises(CredentialsRefused, match="The passkey was not taken"):
        SITE.made(wrong.make(SITE.creation(ACCOUNT, CHALLENGE, [])), CHALLENGE)
    with pytest.raises(CredentialsRefused, match="The passkey was not taken"):
        SITE.signed(wrong.sign(SITE.request(CHALLENGE, [passkey])), CHALLENGE, passkey)


def test_another_challenge_another_ceremony_or_another_key_proves_nothing() -> None:
    device = Authenticator(ORIGIN)
    passkey, request = kept(device), SITE.request(CHALLENGE, [])
    stranger = replace(Authenticator(ORIGIN), credential=device.credential, count=7)
    for sent in (
        device.sign(SITE.request(OTHER, [])),
        device.sign(request, type="webauthn.create"),
        stranger.sign(request),
        device.make(SITE.creation(ACCOUNT, CHALLENGE, [])),
    ):
        with pytest.raises(CredentialsRefused):
            SITE.signed(sent, CHALLENGE, passkey)
    with pytest.raises(CredentialsRefused):
        SITE.made(device.make(SITE.creation(ACCOUNT, OTHER, [])), CHALLENGE)


@pytest.mark.parametrize("count", [0, 4])
def test_a_counter_that_went_back_or_stood_still_is_a_copy(count: int) -> None:
    device = Authenticator(ORIGIN)
    passkey = kept(device)
    passkey = replace(passkey, public=replace(passkey.public, count=5))
    with pytest.raises(CredentialsRefused):
        SITE.signed(replace(device, count=count).sign(SITE.request(CHALLENGE, [])), CHALLENGE, passkey)


def test_a_device_that_does_not_count_is_taken() -> None:
    device = Authenticator(ORIGIN, counts=False)
    assert SITE.signed(device.sign(SITE.request(OTHER, [])), OTHER, kept(device)) == 0


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "no JSON",
        "[]",
        "{}",
        '{"rawId": 7}',
        '{"rawId": "ü"}',
        "[" * 100_000,
        '{"id": "a", "rawId": "a", "response": {}}',
    ],
    ids=lambda sent: sent[:20],
)
def test_what_no_device_says_is_refused_in_the_same_words(sent: str) -> None:
    passkey = kept(Authenticator(ORIGIN))
    with pytest.raises(CredentialsRefused, match="The passkey was not taken"):
        SITE.made(sent, CHALLENGE)
    with pytest.raises(CredentialsRefused, match="The passkey was not taken"):
        SITE.signed(sent, CHALLENGE, passkey)


@pytest.mark.parametrize("part", ["attestationObject", "clientDataJSON"])
@pytest.mark.parametrize("raw", [b"", b"\xff" * 40, b"\xa3\x63fmt", b"\x9f" * 5_000])
def test_a_broken_part_is_refused(part: str, raw: bytes) -> None:
    sent = json.loads(Authenticator(ORIGIN).make(SITE.creation(ACCOUNT, CHALLENGE, [])))
    sent["response"][part] = text(raw)
    with pytest.raises(CredentialsRefused):
        SITE.made(json.dumps(sent), CHALLENGE)


def test_who_signed_can_be_read_ahead() -> None:
    for sent in ("", "[]", '{"rawId": 7}'):
        with pytest.raises(CredentialsRefused):
            SITE.identifier(sent)
