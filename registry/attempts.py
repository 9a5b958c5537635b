"""Tries at signing in: each is counted before its outcome is known, for who tries and for whose account it is."""

import hmac
from functools import partial
from typing import Final

from registry.account_ports import Sessions
from registry.accounts import OF_ACCOUNT, OF_CLIENT, wait_after
from registry.errors import TooManyRequests
from registry.people import Throttle
from registry.ports import Clock

ACCOUNT: Final = "account"
RECOVERY: Final = "recovery"
"""What is tried with an address: to sign in, or to set a password with a one-time code."""


class Attempts:
    """Counts tries under names that nobody can read (a keyed hash), for addresses without an account too."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        """Count where sessions are kept."""
        self._sessions = sessions
        self._clock = clock

    def count(self, client: str, email: str, what: str = ACCOUNT) -> tuple[str, str]:
        """Count a try for the client and for the address, and give their names; raise TooManyRequests."""
        keys = self._key("client", client), self._key(what, email)
        for key, throttle in zip(keys, (OF_CLIENT, OF_ACCOUNT), strict=True):
            self._count(key, throttle)
        return keys

    def count_client(self, client: str) -> None:
        """Count a try for the client alone, where no address is named; raise TooManyRequests."""
        self._count(self._key("client", client), OF_CLIENT)

    def forgive(self, keys: tuple[str, str], *, wholly: bool) -> None:
        """Take a try back that did not fail; with ``wholly`` every one at the address is forgotten."""
        self._sessions.forgive(keys[0], wholly=False)
        self._sessions.forgive(keys[1], wholly=wholly)

    def forgive_client(self, client: str) -> None:
        """Take a try of the client back."""
        self._sessions.forgive(self._key("client", client), wholly=False)

    def forget(self, email: str) -> None:
        """Forget every try to sign in with an address."""
        self._sessions.forgive(self._key(ACCOUNT, email), wholly=True)

    def _key(self, what: str, name: str) -> str:
        named = f"{what}\n{name.strip().casefold()}"
        return hmac.new(self._sessions.form_key(), named.encode(), "sha256").hexdigest()

    def _count(self, key: str, throttle: Throttle) -> None:
        wait = partial(wait_after, throttle)
        left = self._sessions.attempt(key, self._clock(), forget=throttle.forget, wait=wait)
        if left >= OF_ACCOUNT.longest_wait * 2:
            raise TooManyRequests(
                "There were too many wrong tries; ask a steward for a one-time code.", retry_seconds=left
            )
        if left:
            raise TooManyRequests(f"There were too many wrong tries; come back in {left} seconds.", retry_seconds=left)
