"""Passkeys spoken with py_webauthn (Web Authentication, W3C): user verification always, at one site alone."""

import json
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from registry.account_errors import CredentialsRefused
from registry.passkey_ports import Passkey, PublicKey
from registry.people import Account

LONGEST_CREDENTIAL: Final = 1023
"""Web Authentication, section 4: a credential identifier has at most 1023 bytes."""
_MILLISECONDS: Final = 300_000
_REFUSED: Final = (
    "The passkey was not taken; try again, and let the device make sure that it is you (PIN, finger, face)."
)

_Given = TypeVar("_Given")


class WebAuthentication:
    """The devices of people, for one site: ``party`` is its host (RP ID), ``origin`` what a browser calls it."""

    def __init__(self, *, party: str, origin: str, name: str) -> None:
        """Name the site."""
        self._party = party
        self._origin = origin
        self._name = name

    def creation(self, account: Account, challenge: bytes, known: Sequence[Passkey]) -> str:
        """Give the options that have a device make a passkey; no attestation is asked for."""
        options = generate_registration_options(
            rp_id=self._party,
            rp_name=self._name,
            user_id=account.id.encode(),
            user_name=account.email,
            user_display_name=account.name,
            challenge=challenge,
            timeout=_MILLISECONDS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=_described(known),
        )
        return options_to_json(options)

    def made(self, credential: str, challenge: bytes) -> PublicKey:
        """Give what a device made (Web Authentication, 7.1)."""
        found = _taken(
            lambda: verify_registration_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=self._party,
                expected_origin=self._origin,
                require_user_verification=True,
            )
        )
        if not 0 < len(found.credential_id) <= LONGEST_CREDENTIAL:
            raise CredentialsRefused(_REFUSED)
        return PublicKey(credential=found.credential_id, key=found.credential_public_key, count=found.sign_count)

    def request(self, challenge: bytes, known: Sequence[Passkey]) -> str:
        """Give the options that have a device sign a challenge."""
        return options_to_json(
            generate_authentication_options(
                rp_id=self._party,
                challenge=challenge,
                timeout=_MILLISECONDS,
                allow_credentials=_described(known),
                user_verification=UserVerificationRequirement.REQUIRED,
            )
        )

    def identifier(self, credential: str) -> bytes:
        """Give the identifier of the credential that signed."""

        def read() -> bytes:
            found = json.loads(credential)
            if not isinstance(found, dict) or not isinstance(found.get("rawId"), str):
                raise ValueError("no identifier")
            return base64url_to_bytes(found["rawId"])

        return _taken(read)

    def signed(self, credential: str, challenge: bytes, passkey: Passkey) -> int:
        """Give the counter of a device that signed a challenge (Web Authentication, 7.2): it never goes back."""
        found = _taken(
            lambda: verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=self._party,
                expected_origin=self._origin,
                credential_public_key=passkey.public.key,
                credential_current_sign_count=passkey.public.count,
                require_user_verification=True,
            )
        )
        return found.new_sign_count


def _described(known: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=passkey.public.credential) for passkey in known]


def _taken(read: Callable[[], _Given]) -> _Given:
    """Read what a device gave; whatever is wrong with it is told in the same sentence."""
    try:
        return read()
    except (WebAuthnException, ValueError, TypeError, KeyError, RecursionError, UnicodeError) as fault:
        raise CredentialsRefused(_REFUSED) from fault
