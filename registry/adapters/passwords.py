"""Passwords hashed by Argon2id (RFC 9106) and weighed by zxcvbn."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from registry.errors import QueueFull

AT_ONCE: Final = 2
"""How many passwords are hashed at once: each takes 64 MB for a moment."""
_PATIENCE: Final = 5.0
_WEIGHED: Final = 72
"""How many characters are weighed; what stands behind them can only make a password stronger."""
_STRONG_ENOUGH: Final = 4
_FEWEST_STRANGE: Final = 8
"""How many characters must be left of a password without the words that are known of its owner."""
_NOBODY: Final = "$argon2id$v=19$m=65536,t=3,p=4$bm9ib2R5IGhhcyBpdCE$0000000000000000000000000000000000000000000"
"""A hash that no password has, with the parameters in use: comparing with it takes as long as with any other."""


class Argon2Passwords:
    """Argon2id with the parameters that RFC 9106, section 4 recommends where memory is short."""

    def __init__(self, *, patience: float = _PATIENCE) -> None:
        """Let who comes when two are being hashed wait for so many seconds."""
        self._hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
        self._turns = BoundedSemaphore(AT_ONCE)
        self._patience = patience

    def hash(self, password: str) -> str:
        """Give a salted hash with its parameters."""
        with self._turn():
            return self._hasher.hash(password)

    def fits(self, password: str, known: str | None) -> bool:
        """Say whether a password belongs to a hash; without one the same work is done for nothing."""
        with self._turn():
            try:
                return self._hasher.verify(_NOBODY if known is None else known, password) and known is not None
            except (VerificationError, InvalidHashError):
                return False

    def is_dated(self, known: str) -> bool:
        """Say whether a hash was made with other parameters than are used now."""
        return self._hasher.check_needs_rehash(known)

    def is_guessable(self, password: str, words: Sequence[str]) -> bool:
        """Say whether fewer than 10¹⁰ guesses are likely to find it, or it is mostly what is known of its owner."""
        plain = re.sub(r"[\W_]+", "", password).casefold()  # signs between words add next to nothing
        strange = re.sub("|".join(map(re.escape, sorted(words, key=len, reverse=True))), "", plain) if words else plain
        return len(strange) < _FEWEST_STRANGE or _strength(plain, words) < _STRONG_ENOUGH

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=self._patience):
            raise QueueFull("Too many sign in at once; try again in a moment.")
        try:
            yield
        finally:
            self._turns.release()


def _strength(password: str, words: Sequence[str]) -> int:
    """Give from 0 to 4 how many guesses it takes: fewer than 10³, 10⁶, 10⁸, 10¹⁰, or more."""
    told = zxcvbn(password[:_WEIGHED], user_inputs=list(words))
    return int(told["score"])
