"""The rules for accounts: roles, passwords, waits, validity; each refusal is one sentence with what to do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry import accounts
from registry.account_errors import AccountError, PasswordRefused
from registry.accounts import OF_ACCOUNT, OF_CLIENT, check_password, check_roles, check_scopes, wait_after
from registry.cases import Actor
from registry.people import Role, Scope, Session, Stage, Token
from tests.people import GRAZ, LUND
from tests.registry.playing import law
from tests.registry.test_people import ACCOUNT

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)


def never(_password: str, _words: object) -> bool:
    return False


@pytest.mark.parametrize("text", ["Office@City.Example", "  office@city.example\n", "OFFICE@city.example"])
def test_an_address_has_one_form(text: str) -> None:
    assert accounts.plain_email(text) == "office@city.example"


@pytest.mark.parametrize("text", ["", "office", "a@b@c", "a b@c", "<a@b>", "a@b\r\nc", "@", "a@", "x" * 70 + "@b"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(AccountError, match=r"write it like name@city\.example"):
        accounts.plain_email(text)


@pytest.mark.parametrize("text", ["", "  ", "a\x00b", "a\u202eb", "x" * 301])
def test_a_name_is_one_printable_line(text: str) -> None:
    with pytest.raises(AccountError, match="The name is empty or too long"):
        accounts.plain_text(text, "The name")
    assert accounts.plain_text(" Office \n of  Rights ", "The name") == "Office of Rights"


def test_a_city_is_named_by_its_short_name_or_its_iri() -> None:
    assert accounts.plain_city("graz", "https://w3id.org/hrcr/") == GRAZ
    assert accounts.plain_city(" https://example.org/id/city/x ", "https://w3id.org/hrcr/").endswith("/x")
    for wrong in ("", "Graz!", "javascript:alert(1)", "https://a b"):
        with pytest.raises(AccountError, match="names no city"):
            accounts.plain_city(wrong, "https://w3id.org/hrcr/")


ROOT = "https://w3id.org/hrcr/"


@pytest.mark.parametrize("text", ["Union of Cities", " union  of cities ", "Union-of-Cities", "Únion of Cíties"])
def test_an_organisation_has_one_iri_however_its_name_is_spelt(text: str) -> None:
    assert accounts.plain_organisation(text, ROOT) == f"{ROOT}id/organisation/union-of-cities"


def test_an_organisation_may_be_named_by_its_iri_and_needs_a_name() -> None:
    assert accounts.plain_organisation(" https://example.org/union ", ROOT) == "https://example.org/union"
    for wrong in ("", "–", "x" * 301):
        with pytest.raises(AccountError, match="names no organisation"):
            accounts.plain_organisation(wrong, ROOT)


def test_the_law_of_a_case_knows_an_identifier_roles_and_ties_and_no_person() -> None:
    actor = accounts.actor_of(ACCOUNT)
    assert actor == Actor(
        account=ACCOUNT.id,
        roles=frozenset({"officer"}),
        city=GRAZ,
        organisation="Marked Organisation",
        declared=frozenset({LUND, "Other"}),
    )
    assert accounts.actor_of(replace(ACCOUNT, is_active=False)).roles == frozenset()
    assert {role.value for role in Role} <= set(law().roles)


def test_a_steward_never_judges_and_an_officer_has_a_city() -> None:
    for role in (Role.REVIEWER, Role.DECIDER):
        with pytest.raises(AccountError, match="A steward cannot judge"):
            check_roles([Role.STEWARD, role], None)
    with pytest.raises(AccountError, match="An officer needs a city"):
        check_roles([Role.OFFICER], None)
    with pytest.raises(AccountError, match="An account needs a role"):
        check_roles([], GRAZ)
    assert check_roles([Role.OFFICER, Role.REVIEWER], GRAZ) == {Role.OFFICER, Role.REVIEWER}


@pytest.mark.parametrize("role", Role)
def test_whoever_judges_or_stewards_needs_a_second_factor(role: Role) -> None:
    bare = replace(ACCOUNT, roles=frozenset({role}), secret=None)
    needed = role is not Role.OFFICER
    assert accounts.needs_second_factor(bare) is needed
    assert accounts.stage_after_password(bare) is (Stage.ENROL if needed else Stage.WHOLE)
    assert accounts.stage_after_password(replace(bare, secret=b"x")) is Stage.CODE


def test_a_password_is_long_enough_and_no_kind_of_character_is_demanded() -> None:
    assert check_password("a" * 15, [], never) == "a" * 15
    with pytest.raises(PasswordRefused, match="has 14 characters; use at least 15"):
        check_password("a" * 14, [], never)
    with pytest.raises(PasswordRefused, match="more than 200"):
        check_password("a" * 201, [], never)


def test_a_password_counts_in_characters_of_one_form() -> None:
    assert check_password("e\u0301" * 15, [], never) == "é" * 15
    with pytest.raises(PasswordRefused):
        check_password("e\u0301" * 14, [], never)


def test_a_password_that_would_be_guessed_is_refused_with_what_is_known_of_its_owner() -> None:
    told: list[object] = []

    def weigh(password: str, words: object) -> bool:
        told.append((password, words))
        return True

    with pytest.raises(PasswordRefused, match="among the first that would be guessed"):
        check_password("a" * 15, ["graz"], weigh)
    assert told == [("a" * 15, ["graz"])]
    assert {"marked", "graz", "organisation", "registry"} <= set(accounts.known_words(ACCOUNT))


def test_the_first_tries_are_free_and_waits_then_double_up_to_an_hour() -> None:
    waits = [wait_after(OF_ACCOUNT, failures) for failures in range(14)]
    assert waits == [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_after_a_hundred_failures_in_a_row_only_recovery_helps() -> None:
    assert wait_after(OF_ACCOUNT, 99) == 3600
    assert wait_after(OF_ACCOUNT, 100) == OF_ACCOUNT.forget == 30 * 24 * 3600


@given(st.integers(0, 10**6), st.sampled_from([OF_ACCOUNT, OF_CLIENT]))
def test_more_failures_never_shorten_the_wait(failures: int, throttle: accounts.Throttle) -> None:
    assert 0 <= wait_after(throttle, failures) <= wait_after(throttle, failures + 1) <= throttle.forget


def session(stage: Stage, begun: timedelta, seen: timedelta) -> Session:
    at = NOW - begun
    return Session(digest="d", account="a", stage=stage, begun=at, seen=NOW - seen, authenticated=at)


@pytest.mark.parametrize(
    ("stage", "begun", "seen", "over"),
    [
        (Stage.WHOLE, timedelta(0), timedelta(0), False),
        (Stage.WHOLE, timedelta(hours=11, minutes=59), timedelta(minutes=59), False),
        (Stage.WHOLE, timedelta(hours=2), timedelta(hours=1), True),
        (Stage.WHOLE, timedelta(hours=12), timedelta(0), True),
        (Stage.CODE, timedelta(minutes=9), timedelta(0), False),
        (Stage.CODE, timedelta(minutes=10), timedelta(0), True),
        (Stage.ENROL, timedelta(minutes=10), timedelta(0), True),
    ],
)
def test_a_session_ends_unused_old_or_unfinished(stage: Stage, begun: timedelta, seen: timedelta, over: bool) -> None:
    assert accounts.is_over(session(stage, begun, seen), NOW) is over


def test_a_token_is_for_something_and_ends_within_ninety_days() -> None:
    assert accounts.token_life(90) == timedelta(days=90)
    for days in (0, 91, -1):
        with pytest.raises(AccountError, match="valid for 1 to 90 days"):
            accounts.token_life(days)
    with pytest.raises(AccountError, match="A token needs a scope: read, submit"):
        check_scopes([], ACCOUNT)
    with pytest.raises(AccountError, match="Only an officer"):
        check_scopes([Scope.SUBMIT], replace(ACCOUNT, roles=frozenset({Role.STEWARD})))
    token = Token(id="1", account="a", label="l", scopes=frozenset(), created=NOW, expires=NOW + timedelta(days=1))
    assert accounts.is_usable(token, NOW)
    assert not accounts.is_usable(token, NOW + timedelta(days=1))


@pytest.mark.parametrize("role", list(Role))
def test_a_second_factor_seen_elsewhere_spares_showing_one_and_never_setting_one_up(role: Role) -> None:
    needed = role is not Role.OFFICER
    for password in (None, "hash"):
        bare = replace(ACCOUNT, roles=frozenset({role}), secret=None, password=password)
        for is_proved in (True, False):
            stage = accounts.stage_after_provider(bare, is_proved=is_proved)
            assert stage is (Stage.ENROL if needed else Stage.WHOLE)
        factor = replace(bare, secret=b"x")
        assert accounts.stage_after_provider(factor, is_proved=True) is Stage.WHOLE
        assert accounts.stage_after_provider(factor, is_proved=False) is Stage.CODE
