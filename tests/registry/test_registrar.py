"""Looking after accounts: what may be done, by whom, and what stays of it."""

from pathlib import Path

import pytest

from registry.account_errors import AccessDenied, AccountError, PasswordRefused, UnknownAccount
from registry.people import Role, Scope, Stage, Tie
from tests.people import GRAZ, HERE, LUND, PASSWORD, Place, files_of, place

pytestmark = pytest.mark.slow

UNION = "https://w3id.org/hrcr/id/organisation/union"
UNION_OF_CITIES = "https://w3id.org/hrcr/id/organisation/union-of-cities"


@pytest.fixture
def here(tmp_path: Path) -> Place:
    return place(tmp_path)


def test_an_account_has_a_random_identifier_that_the_ledger_can_hold(here: Place) -> None:
    made = {here.registrar.add(f"a{n}@city.example", "Office", [Role.REVIEWER]).id for n in range(20)}
    assert len(made) == 20
    assert all(len(each) == 32 and set(each) <= set("0123456789abcdef") for each in made)


def test_an_address_has_one_account_however_it_is_written(here: Place) -> None:
    here.registrar.add("office@city.example", "Office", [Role.REVIEWER])
    with pytest.raises(AccountError, match="has an account already"):
        here.registrar.add(" OFFICE@city.example", "Office", [Role.REVIEWER])


def test_a_password_that_holds_the_own_name_is_refused(here: Place) -> None:
    with pytest.raises(PasswordRefused, match="would be guessed"):
        here.registrar.add("office@city.example", "Office", [Role.REVIEWER], password="office city example")  # noqa: S106  # nobody's


def test_somebody_is_found_by_address_and_by_identifier(here: Place) -> None:
    made = here.registrar.add("office@city.example", "Office", [Role.OFFICER], city="graz")
    assert here.registrar.find("Office@City.example") == here.registrar.find(made.id) == made
    for unknown in ("nobody@city.example", "0" * 32):
        with pytest.raises(UnknownAccount, match="`hrcr users list`"):
            here.registrar.find(unknown)


def test_the_first_steward_is_missing_until_one_can_come_in(here: Place) -> None:
    assert not here.registrar.has_steward()
    steward = here.add(Role.STEWARD, email="steward@city.example")
    assert here.registrar.has_steward()
    here.registrar.close(steward)
    assert not here.registrar.has_steward()


def test_other_roles_end_sessions_and_ask_for_what_they_need(here: Place) -> None:
    officer = here.add(Role.OFFICER, email="officer@graz.example", city="graz")
    opened = here.enter(officer)
    changed = here.registrar.change_roles(officer, [Role.OFFICER, Role.DECIDER], city="lund", organisation="Union")
    assert (changed.city, changed.organisation) == (LUND, UNION)
    assert here.sign_in.visit(opened.secret) is None
    assert here.sign_in.with_password(officer.email, PASSWORD, client=HERE).session.stage is Stage.ENROL
    with pytest.raises(AccountError, match="A steward cannot judge"):
        here.registrar.change_roles(changed, [Role.STEWARD, Role.DECIDER])
    assert here.registrar.change_roles(changed, [Role.DECIDER]).city == LUND


def test_two_who_change_different_things_of_one_account_lose_nothing(here: Place) -> None:
    officer = here.add(Role.OFFICER, email="officer@graz.example", city="graz")
    here.registrar.close(officer)
    here.registrar.change_roles(officer, [Role.REVIEWER])
    found = here.registrar.find(officer.id)
    assert (found.is_active, found.roles) == (False, {Role.REVIEWER})


def test_nobody_acts_on_their_own_account_as_a_steward(here: Place) -> None:
    steward = here.add(Role.STEWARD, email="steward@city.example")
    for act in (here.registrar.recovery_code, here.registrar.close, here.registrar.reopen, here.registrar.erase):
        with pytest.raises(AccessDenied, match="Nobody does this to their own account"):
            act(steward, actor=steward.id)


def test_only_the_operator_takes_a_second_factor_away(here: Place) -> None:
    steward = here.add(Role.STEWARD, email="steward@city.example")
    decider = here.add(Role.DECIDER, email="decider@city.example")
    with pytest.raises(AccessDenied, match="Only the operator"):
        here.registrar.recovery_code(decider, actor=steward.id, with_second_factor=True)
    assert here.registrar.find(decider.id).secret is not None
    here.registrar.recovery_code(decider, with_second_factor=True)
    assert here.registrar.find(decider.id).secret is None


def test_what_is_done_to_an_account_is_noted_with_who_did_it(here: Place) -> None:
    steward = here.add(Role.STEWARD, email="steward@city.example")
    officer = here.add(Role.OFFICER, email="officer@graz.example", city="graz")
    here.registrar.recovery_code(officer, actor=steward.id)
    here.registrar.close(officer, actor=steward.id)
    assert [(act.act, act.actor) for act in here.registrar.acts(officer)] == [
        ("made", None),
        ("one-time code given", steward.id),
        ("closed", steward.id),
    ]


def test_an_erased_person_leaves_an_identifier_that_means_nothing(here: Place, tmp_path: Path) -> None:
    other = here.add(Role.OFFICER, email="other@lund.example", city="lund")
    person = here.registrar.add(
        "marked@graz.example",
        "Marked Office",
        [Role.OFFICER],
        city="graz",
        organisation="Marked Union",
        password=PASSWORD,
    )
    here.enter(person)
    here.registrar.issue(person, "marked label", [Scope.READ], days=1)
    here.registrar.declare(person, Tie.ORGANISATION, "Marked League", "marked reason")
    here.registrar.recovery_code(person)
    here.registrar.erase(here.registrar.find(person.id))
    with pytest.raises(UnknownAccount):
        here.registrar.find(person.id)
    assert here.registrar.tokens(person) == []
    assert [act.act for act in here.registrar.acts(person)] == ["made", "one-time code given", "erased"]
    raw = b"".join(files_of(tmp_path).values())
    assert b"marked" not in raw.lower()
    assert other.email.encode() in raw
    here.registrar.add("marked@graz.example", "Office", [Role.REVIEWER])


def test_tokens_are_few_named_and_end_by_their_owner_alone(here: Place) -> None:
    officer = here.add(Role.OFFICER, email="officer@graz.example", city="graz")
    other = here.add(Role.OFFICER, email="other@graz.example", city="graz")
    with pytest.raises(AccountError, match="What the token is for is empty"):
        here.registrar.issue(officer, " ", [Scope.READ], days=1)
    issued = [here.registrar.issue(officer, f"for {n}", [Scope.READ], days=1) for n in range(20)]
    assert len({each.text for each in issued}) == 20
    with pytest.raises(AccountError, match="at most 20 tokens"):
        here.registrar.issue(officer, "one more", [Scope.READ], days=1)
    here.registrar.revoke(other, issued[0].token.id)
    assert len(here.registrar.tokens(officer)) == 20
    here.registrar.revoke(officer, issued[0].token.id)
    assert len(here.registrar.tokens(officer)) == 19


def test_a_declared_conflict_binds_until_it_is_withdrawn_and_that_is_noted(here: Place) -> None:
    reviewer = here.add(Role.REVIEWER, email="reviewer@city.example")
    conflict = here.registrar.declare(reviewer, Tie.CITY, "graz", "worked there in 2024")
    here.registrar.declare(reviewer, Tie.ORGANISATION, "Union of Cities", "on its board")
    found = here.registrar.find(reviewer.id)
    assert (found.bound_cities, found.bound_organisations) == ({GRAZ}, {UNION_OF_CITIES})
    here.registrar.withdraw(found, conflict.id)
    assert here.registrar.find(reviewer.id).bound_cities == frozenset()
    assert here.registrar.acts(found)[-1].act == "conflict withdrawn"
    for wrong in (("Graz!", "reason"), ("graz", " ")):
        with pytest.raises(AccountError):
            here.registrar.declare(found, Tie.CITY, *wrong)


def test_a_withdrawn_conflict_of_somebody_else_stays(here: Place) -> None:
    reviewer = here.add(Role.REVIEWER, email="reviewer@city.example")
    other = here.add(Role.REVIEWER, email="other@city.example")
    conflict = here.registrar.declare(reviewer, Tie.CITY, "graz", "worked there")
    here.registrar.withdraw(other, conflict.id)
    assert here.registrar.find(reviewer.id).bound_cities == {GRAZ}
