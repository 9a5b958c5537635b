"""Passwords: hashed slowly by Argon2id, compared in the same time for nobody, weighed by what would be guessed."""

import threading
import time

import pytest

from registry.adapters.passwords import AT_ONCE, Argon2Passwords
from registry.errors import QueueFull

pytestmark = pytest.mark.slow

STRONG = "quiet lantern orbit maple"


def test_a_hash_is_argon2id_with_a_salt_and_fits_its_password_alone() -> None:
    passwords = Argon2Passwords()
    known, again = passwords.hash(STRONG), passwords.hash(STRONG)
    assert known.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert known != again
    assert passwords.fits(STRONG, known)
    assert not passwords.fits(STRONG + " ", known)
    assert not passwords.fits(STRONG, None)
    assert not passwords.fits(STRONG, "no hash")


def test_a_hash_of_weaker_parameters_is_dated() -> None:
    passwords = Argon2Passwords()
    assert not passwords.is_dated(passwords.hash(STRONG))
    assert passwords.is_dated("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$c29tZWhhc2hzb21laGFzaA")


@pytest.mark.alone
def test_comparing_takes_as_long_for_nobody() -> None:
    passwords = Argon2Passwords()
    known = passwords.hash(STRONG)

    def took(hashed: str | None) -> float:
        times = []
        for _ in range(9):
            begun = time.perf_counter()
            passwords.fits("wrong", hashed)
            times.append(time.perf_counter() - begun)
        return sorted(times)[4]

    assert 0.6 < took(None) / took(known) < 1.6


def test_only_so_many_are_hashed_at_once_and_who_comes_then_is_told() -> None:
    passwords = Argon2Passwords(patience=0.01)
    said: list[str] = []

    def hash_one() -> None:
        try:
            passwords.hash(STRONG)
        except QueueFull as refusal:
            said.append(str(refusal))

    threads = [threading.Thread(target=hash_one) for _ in range(AT_ONCE + 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said
    assert set(said) == {"Too many sign in at once; try again in a moment."}


GUESSED = (
    "passwordpassword",
    "password123456789",
    "123456789012345",
    "aaaaaaaaaaaaaaaaaaaa",
    "qwertyuiopasdfghjkl",
    "abcdefghijklmnopqrst",
    "graz@city.example",
    "human rights cities",
    "graz graz graz graz",
    "OfficeCityExample1",
    "human-rights-cities-2026",
)


@pytest.mark.parametrize("password", GUESSED)
def test_what_is_tried_first_is_known(password: str) -> None:
    words = ["graz", "city", "registry", "human", "rights", "cities", "office", "example"]
    assert Argon2Passwords().is_guessable(password, words)


@pytest.mark.parametrize(
    "password", [STRONG, "zwölf blaue Stühle im Keller", "x7#kQ9!mZ2$vL4pR", "ß" * 3 + STRONG * 20]
)
def test_a_phrase_is_strong_enough(password: str) -> None:
    assert not Argon2Passwords().is_guessable(password, ["graz"])
