"""Signing in: who comes in, who does not, what a wrong try costs, and that no answer tells who has an account."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from registry.account_errors import AccountError, CredentialsRefused, PasswordRefused
from registry.errors import TooManyRequests
from registry.people import Role, Scope, Stage
from registry.sign_in import Opened, digest_of
from tests.people import GRAZ, HERE, OTHER_PASSWORD, PASSWORD, Place, code_at, files_of, place

pytestmark = pytest.mark.slow


@pytest.fixture
def here(tmp_path: Path) -> Place:
    return place(tmp_path)


def refuse(act: Callable[[], object]) -> str:
    with pytest.raises(CredentialsRefused) as refusal:
        act()
    return str(refusal.value)


def test_an_officer_comes_in_with_a_password(here: Place) -> None:
    officer = here.add(Role.OFFICER, email="officer@graz.example", city="graz")
    opened = here.sign_in.with_password(" Officer@GRAZ.example ", PASSWORD, client=HERE)
    visit = here.visit(opened)
    assert (opened.session.stage, visit.account.id) == (Stage.WHOLE, officer.id)
    assert visit.identity is not None
    assert visit.account.city == GRAZ


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.DECIDER, Role.STEWARD])
def test_who_judges_or_stewards_is_nobody_until_the_code_is_given(here: Place, role: Role) -> None:
    account = here.add(role, email="office@city.example")
    opened = here.sign_in.with_password(account.email, PASSWORD, client=HERE)
    visit = here.visit(opened)
    assert (visit.session.stage, visit.identity) == (Stage.CODE, None)
    whole = here.sign_in.with_code(visit, here.code(account), client=HERE)
    assert here.visit(whole).identity is not None
    assert whole.secret != opened.secret
    assert here.sign_in.visit(opened.secret) is None


def test_who_has_no_second_factor_yet_sets_one_up_first(here: Place) -> None:
    reviewer = here.add(Role.REVIEWER, email="reviewer@city.example", factor=False)
    visit = here.visit(here.enter(reviewer))
    assert (visit.session.stage, visit.identity) == (Stage.ENROL, None)
    shown = here.sign_in.enrolment(visit)
    again = here.sign_in.enrolment(here.visit_again(visit))
    assert shown == again
    assert shown.picture.startswith("<svg")
    refuse(lambda: here.sign_in.enrol(here.visit_again(visit), "000000", client=HERE))
    kept = here.sessions.find(visit.session.digest)
    assert kept is not None
    code = code_at(replace(reviewer, secret=kept.pending), here.clock())
    opened = here.sign_in.enrol(here.visit_again(visit), code, client=HERE)
    assert here.visit(opened).session.stage is Stage.WHOLE
    assert here.visit(opened).account.secret == kept.pending
    assert here.sign_in.with_password(reviewer.email, PASSWORD, client=HERE).session.stage is Stage.CODE


def test_a_second_factor_that_nobody_is_setting_up_cannot_be_confirmed(here: Place) -> None:
    officer = here.add(Role.OFFICER, email="officer@graz.example", city="graz")
    visit = here.visit(here.enter(officer))
    with pytest.raises(AccountError, match="open the page again"):
        here.sign_in.enrol(visit, "000000", client=HERE)


def test_every_wrong_password_gets_the_same_answer(here: Place) -> None:
    here.add(Role.OFFICER, email="officer@graz.example", city="graz")
    closed = here.add(Role.OFFICER, email="closed@graz.example", city="graz")
    here.registrar.close(closed)
    here.registrar.add("invited@graz.example", "Invited", [Role.OFFICER], city="graz")
    tries = [
        ("officer@graz.example", "wrong"),
        ("nobody@graz.example", PASSWORD),
        ("closed@graz.example", PASSWORD),
        ("invited@graz.example", ""),
        ("no address", PASSWORD),
        ("", ""),
    ]
    said = {refuse(lambda t=each: here.sign_in.with_password(*t, client=HERE)) for each in tries}
    assert said == {"The e-mail address and the password do not belong together, or the account is closed."}


@pytest.mark.parametrize("email", ["officer@graz.example", "nobody@graz.example"])
def test_waits_after_wrong_tries_do_not_tell_whether_there_is_an_account(here: Place, email: str) -> None:
    here.add(Role.OFFICER, email="officer@graz.example", city="graz")
    for number in range(5):
        refuse(lambda n=number: here.sign_in.with_password(email, "wrong", client=f"192.0.2.{n}"))
    with pytest.raises(TooManyRequests, match="come back in 30 seconds") as refusal:
        here.sign_in.with_password(email.upper(), PASSWORD, client="192.0.2.99")
    assert refusal.value.retry_seconds == 30
    here.clock.wait(seconds=30)
    refuse(lambda: here.sign_in.with_password(email, "wrong", client="192.0.2.99"))
    with pytest.raises(TooManyRequests, match="come back in 60 seconds"):
        here.sign_in.with_password(email, "wrong", client="192.0.2.99")


def test_the_right_password_ends_the_wait_and_counts_from_nothing(here: Place) -> None:
    officer = here.add(Role.OFFICER, email="officer@graz.example", city="graz")
    for _ in range(2):
        for _ in range(4):
            refuse(lambda: here.sign_in.with_password(officer.email, "wrong", client=HERE))
        assert here.enter(officer).session.stage is Stage.WHOLE


def test_the_right_password_gives_no_new_guesses_at_the_code(here: Place) -> None:
    """Who has the password alone cannot start the count anew by giving it again and again."""
    account = here.add(Role.DECIDER, email="decider@city.example")
    refused = 0
    for _ in range(20):
        try:
            opened = here.sign_in.with_password(account.email, PASSWORD, client=HERE)
            refuse(lambda o=opened: here.sign_in.with_code(here.visit(o), "000000", client=HERE))
            refused += 1
        except TooManyRequests:
            break
    assert refused == 5


def test_one_client_cannot_try_many_addresses(here: Place) -> None:
    for number in range(30):
        refuse(lambda n=number: here.sign_in.with_password(f"a{n}@city.example", "wrong", client=HERE))
    with pytest.raises(TooManyRequests):
        here.sign_in.with_password("a31@city.example", "wrong", client=HERE)
    refuse(lambda: here.sign_in.with_password("a31@city.example", "wrong", client="192.0.2.8"))


def test_after_a_hundred_wrong_tries_only_a_one_time_code_helps(here: Place) -> None:
    officer = here.add(Role.OFFICER, email="officer@graz.example", city="graz")
    for number in range(100):
        refuse(lambda n=number: here.sign_in.with_password(officer.email, "wrong", client=f"198.51.100.{n}"))
        here.clock.wait(hours=1)
    with pytest.raises(TooManyRequests, match="ask a steward for a one-time code"):
        here.sign_in.with_password(officer.email, PASSWORD, client=HERE)
    code = here.registrar.recovery_code(officer)
    here.sign_in.recover(officer.email, code, OTHER_PASSWORD, client=HERE)
    here.sign_in.with_password(officer.email, OTHER_PASSWORD, client=HERE)


def test_a_code_works_once_and_a_little_early_or_late(here: Place) -> None:
    account = here.add(Role.DECIDER, email="decider@city.example")
    code = here.code(account)
    first = here.visit(here.sign_in.with_password(account.email, PASSWORD, client=HERE))
    second = here.visit(here.sign_in.with_password(account.email, PASSWORD, client=HERE))
    here.clock.wait(seconds=29)
    here.sign_in.with_code(first, f" {code[:3]} {code[3:]} ", client=HERE)
    told = refuse(lambda: here.sign_in.with_code(second, code, client=HERE))
    assert told == "The code is wrong or was used before; wait for the next one and type it again."


def test_a_session_ends_by_itself_and_with_its_account(here: Place) -> None:
    officer = here.add(Role.OFFICER, email="officer@graz.example", city="graz")
    used = here.enter(officer)
    for _ in range(12):
        here.clock.wait(minutes=59)
        assert here.sign_in.visit(used.secret) is not None
    here.clock.wait(minutes=12)
    assert here.sign_in.visit(used.secret) is None
    unused, closed, erased = (here.enter(officer) for _ in range(3))
    here.clock.wait(hours=1)
    assert here.sign_in.visit(unused.secret) is None
    closed = here.enter(officer)
    here.registrar.close(officer)
    assert here.sign_in.visit(closed.secret) is None
    here.registrar.reopen(officer)
    assert here.sign_in.visit(closed.secret) is None
    erased = here.enter(officer)
    here.registrar.erase(officer)
    assert here.sign_in.visit(erased.secret) is None


def test_the_database_keeps_hashes_of_what_lets_somebody_in_and_no_more(here: Place, tmp_path: Path) -> None:
    officer = here.add(Role.OFFICER, email="officer@graz.example", city="graz")
    opened = here.enter(officer)
    token = here.registrar.issue(officer, "harvest", [Scope.READ], days=1).text
    code = here.registrar.recovery_code(officer)
    raw = b"".join(files_of(tmp_path).values())
    assert officer.email.encode() in raw
    assert [text for text in (PASSWORD, opened.secret, token, code, HERE) if text.encode() in raw] == []
    assert digest_of(token).encode() in raw


def test_a_proof_counts_for_a_quarter_of_an_hour_and_gives_a_new_session(here: Place) -> None:
    account = here.add(Role.DECIDER, email="decider@city.example")
    opened = here.enter(account)
    assert here.sign_in.is_recent(here.visit(opened))
    here.clock.wait(minutes=15)
    visit = here.visit(opened)
    assert not here.sign_in.is_recent(visit)
    refuse(lambda: here.sign_in.confirm(visit, PASSWORD, "000000", client=HERE))
    refuse(lambda: here.sign_in.confirm(visit, "wrong", here.code(account), client=HERE))
    again = here.sign_in.confirm(visit, PASSWORD, here.code(account), client=HERE)
    assert here.sign_in.is_recent(here.visit(again))
    assert here.sign_in.visit(opened.secret) is None


def test_a_new_password_ends_every_other_session(here: Place) -> None:
    officer = here.add(Role.OFFICER, email="officer@graz.example", city="graz")
    other, mine = here.enter(officer), here.enter(officer)
    visit = here.visit(mine)
    assert refuse(lambda: here.sign_in.change_password(visit, "wrong", OTHER_PASSWORD, client=HERE)).startswith("The p")
    with pytest.raises(PasswordRefused):
        here.sign_in.change_password(visit, PASSWORD, "short", client=HERE)
    opened = here.sign_in.change_password(visit, PASSWORD, OTHER_PASSWORD, client=HERE)
    assert here.sign_in.visit(opened.secret) is not None
    assert [here.sign_in.visit(each.secret) for each in (other, mine)] == [None, None]
    refuse(lambda: here.sign_in.with_password(officer.email, PASSWORD, client=HERE))


def test_a_one_time_code_works_once_for_its_address_within_three_days(here: Place) -> None:
    officer = here.add(Role.OFFICER, email="officer@graz.example", city="graz")
    here.add(Role.OFFICER, email="other@graz.example", city="graz")
    session, code = here.enter(officer), here.registrar.recovery_code(officer)
    wrong = [("other@graz.example", code), ("nobody@graz.example", code), (officer.email, "wrong")]
    said = {refuse(lambda w=each: here.sign_in.recover(*w, OTHER_PASSWORD, client=HERE)) for each in wrong}
    assert len(said) == 1
    with pytest.raises(PasswordRefused):
        here.sign_in.recover(officer.email, code, "short", client=HERE)
    here.sign_in.recover(officer.email, f" {code}\n", OTHER_PASSWORD, client=HERE)
    assert here.sign_in.visit(session.secret) is None
    said.add(refuse(lambda: here.sign_in.recover(officer.email, code, PASSWORD, client=HERE)))
    late = here.registrar.recovery_code(officer)
    here.clock.wait(hours=72)
    said.add(refuse(lambda: here.sign_in.recover(officer.email, late, PASSWORD, client=HERE)))
    assert len(said) == 1


def test_recovery_leaves_the_second_factor_in_place(here: Place) -> None:
    account = here.add(Role.DECIDER, email="decider@city.example")
    here.sign_in.recover(account.email, here.registrar.recovery_code(account), OTHER_PASSWORD, client=HERE)
    opened = here.sign_in.with_password(account.email, OTHER_PASSWORD, client=HERE)
    assert opened.session.stage is Stage.CODE


def test_a_token_lets_a_program_in_until_it_ends(here: Place) -> None:
    officer = here.add(Role.OFFICER, email="officer@graz.example", city="graz")
    issued = here.registrar.issue(officer, "harvest", [Scope.SUBMIT], days=30)
    identity = here.sign_in.with_token(issued.text)
    assert (identity.account.id, identity.scopes) == (officer.id, {Scope.SUBMIT})
    assert here.registrar.tokens(officer)[0].used == here.clock()
    wrong = ("", "hrcr_", issued.text[:-1], issued.text.removeprefix("hrcr_"), issued.token.id)
    said = {refuse(lambda w=each: here.sign_in.with_token(w)) for each in wrong}
    here.registrar.close(officer)
    said.add(refuse(lambda: here.sign_in.with_token(issued.text)))
    here.registrar.reopen(officer)
    here.clock.wait(days=30)
    said.add(refuse(lambda: here.sign_in.with_token(issued.text)))
    assert said == {"The token is not known here or not valid any more; make a new one."}


def test_a_form_is_for_one_owner_and_a_day(here: Place) -> None:
    token = here.sign_in.form_token("somebody")
    assert here.sign_in.is_form_token("somebody", token)
    assert not here.sign_in.is_form_token("somebody else", token)
    assert not here.sign_in.is_form_token("somebody", "")
    assert not here.sign_in.is_form_token("somebody", "é" * 64)
    here.clock.wait(hours=24)
    assert here.sign_in.is_form_token("somebody", token)
    here.clock.wait(hours=12)
    assert not here.sign_in.is_form_token("somebody", token)


def test_what_is_over_is_removed_when_somebody_comes_in_whichever_way(here: Place) -> None:
    officer = here.add(Role.OFFICER, email="officer@graz.example", city="graz")
    old: Opened = here.enter(officer)
    here.registrar.issue(officer, "harvest", [Scope.READ], days=1)
    here.clock.wait(days=2)
    here.sign_in.open(officer, Stage.WHOLE)
    assert here.sessions.find(old.session.digest) is None
    assert here.registrar.tokens(officer) == []
