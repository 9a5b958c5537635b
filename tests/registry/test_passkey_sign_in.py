"""Passkeys as a second factor: who adds one, who comes in with one, and what is never taken."""

from pathlib import Path

import pytest

from registry.account_errors import AccountError, CredentialsRefused
from registry.adapters.accounts_tables import AccountsDatabase
from registry.adapters.sql_passkeys import SqlPasskeys
from registry.adapters.web_authentication import WebAuthentication
from registry.errors import TooManyRequests
from registry.passkey_sign_in import MOST_PASSKEYS, PasskeySignIn
from registry.people import Account, Role, Stage
from registry.sign_in import Opened, Visit
from tests.authenticator import Authenticator
from tests.people import HERE, PASSWORD, Place, place

pytestmark = pytest.mark.slow

ORIGIN = "https://registry.example"


@pytest.fixture
def here(tmp_path: Path) -> Place:
    return place(tmp_path)


@pytest.fixture
def passkeys(here: Place, tmp_path: Path) -> PasskeySignIn:
    devices = WebAuthentication(party="registry.example", origin=ORIGIN, name="A registry")
    kept = SqlPasskeys(AccountsDatabase(f"sqlite:///{tmp_path}/accounts.db"))
    return PasskeySignIn(here.sign_in, devices, kept, here.accounts, here.sessions, here.clock)


def begun(here: Place, account: Account) -> Visit:
    """Give the first factor."""
    return here.visit(here.sign_in.with_password(account.email, PASSWORD, client=HERE))


def added(passkeys: PasskeySignIn, visit: Visit, device: Authenticator, label: str = "phone") -> Opened:
    """Have a device make a passkey and add it."""
    return passkeys.register(visit, label, device.make(passkeys.offered(visit)), client=HERE)


def reviewer(here: Place, passkeys: PasskeySignIn, device: Authenticator) -> Account:
    """Make a reviewer whose only second factor is a passkey."""
    account = here.add(Role.REVIEWER, email="reviewer@city.example", factor=False)
    added(passkeys, begun(here, account), device)
    return account


def test_a_reviewer_sets_a_passkey_up_and_comes_in_with_it(here: Place, passkeys: PasskeySignIn) -> None:
    device = Authenticator(ORIGIN)
    account = here.add(Role.REVIEWER, email="reviewer@city.example", factor=False)
    first = begun(here, account)
    assert first.session.stage is Stage.ENROL
    opened = added(passkeys, first, device)
    assert here.visit(opened).identity is not None
    assert [(passkey.label, passkey.used) for passkey in passkeys.of(account)] == [("phone", None)]
    again = begun(here, account)
    assert (again.session.stage, again.identity) == (Stage.CODE, None)
    here.clock.wait(hours=0, minutes=1)
    whole = passkeys.prove(again, device.sign(passkeys.asked(again)), client=HERE)
    assert here.visit(whole).identity is not None
    assert [passkey.used for passkey in passkeys.of(account)] == [here.clock()]
    assert [act.act for act in here.registrar.acts(account)] == ["made", "passkey added"]


def test_adding_a_passkey_ends_every_other_session(here: Place, passkeys: PasskeySignIn) -> None:
    officer = here.add(Role.OFFICER, email="officer@graz.example", city="graz")
    other, own = here.enter(officer), here.enter(officer)
    added(passkeys, here.visit(own), Authenticator(ORIGIN))
    assert here.sign_in.visit(other.secret) is here.sign_in.visit(own.secret) is None


def test_each_challenge_is_answered_once(here: Place, passkeys: PasskeySignIn) -> None:
    device = Authenticator(ORIGIN, counts=False)
    account = reviewer(here, passkeys, device)
    visit = begun(here, account)
    signed = device.sign(passkeys.asked(visit))
    passkeys.prove(visit, signed, client=HERE)
    with pytest.raises(CredentialsRefused, match="was answered already"):
        passkeys.prove(visit, signed, client=HERE)
    later = begun(here, account)
    assert passkeys.asked(later)
    with pytest.raises(CredentialsRefused, match="The passkey was not taken"):
        passkeys.prove(later, signed, client=HERE)


def test_what_another_page_was_asked_for_does_not_count(here: Place, passkeys: PasskeySignIn) -> None:
    device = Authenticator(ORIGIN)
    account = reviewer(here, passkeys, device)
    mine, theirs = begun(here, account), begun(here, account)
    signed = device.sign(passkeys.asked(theirs))
    with pytest.raises(CredentialsRefused, match="was answered already"):
        passkeys.prove(mine, signed, client=HERE)
    passkeys.asked(mine)
    with pytest.raises(CredentialsRefused, match="The passkey was not taken"):
        passkeys.prove(mine, signed, client=HERE)


def test_a_challenge_has_ten_minutes(here: Place, passkeys: PasskeySignIn) -> None:
    officer = here.add(Role.OFFICER, email="officer@graz.example", city="graz")
    visit = here.visit(here.enter(officer))
    made = Authenticator(ORIGIN).make(passkeys.offered(visit))
    here.clock.wait(minutes=10)
    with pytest.raises(CredentialsRefused, match="open for too long"):
        passkeys.register(visit, "phone", made, client=HERE)


def test_a_passkey_of_somebody_else_lets_nobody_in(here: Place, passkeys: PasskeySignIn) -> None:
    account = reviewer(here, passkeys, Authenticator(ORIGIN))
    officer = here.add(Role.OFFICER, email="officer@graz.example", city="graz")
    device = Authenticator(ORIGIN)
    added(passkeys, here.visit(here.enter(officer)), device)
    visit = begun(here, account)
    with pytest.raises(CredentialsRefused, match="is none of your account"):
        passkeys.prove(visit, device.sign(passkeys.asked(visit)), client=HERE)


def test_a_copied_device_is_found_by_its_counter(here: Place, passkeys: PasskeySignIn) -> None:
    device = Authenticator(ORIGIN)
    account = reviewer(here, passkeys, device)
    copied = Authenticator(ORIGIN, count=device.count, credential=device.credential, key=device.key)
    for signing, is_taken in ((device, True), (device, True), (copied, False)):
        visit = begun(here, account)
        signed = signing.sign(passkeys.asked(visit))
        if is_taken:
            passkeys.prove(visit, signed, client=HERE)
            continue
        with pytest.raises(CredentialsRefused, match="The passkey was not taken"):
            passkeys.prove(visit, signed, client=HERE)


def test_tries_with_passkeys_are_counted_as_those_with_codes(here: Place, passkeys: PasskeySignIn) -> None:
    account = reviewer(here, passkeys, Authenticator(ORIGIN))
    visit = begun(here, account)
    for _ in range(5):
        passkeys.asked(visit)
        with pytest.raises(CredentialsRefused):
            passkeys.prove(visit, "{}", client=HERE)
    with pytest.raises(TooManyRequests, match="come back in 30 seconds"):
        passkeys.prove(visit, "{}", client=HERE)


def test_a_person_has_several_by_name_beside_an_authenticator(here: Place, passkeys: PasskeySignIn) -> None:
    account = here.add(Role.DECIDER, email="decider@city.example")
    devices = {label: Authenticator(ORIGIN) for label in ("phone", "key ring")}
    for label, device in devices.items():
        added(passkeys, here.visit(here.enter(account)), device, label)
    assert sorted(passkey.label for passkey in passkeys.of(account)) == ["key ring", "phone"]
    for device in devices.values():
        visit = begun(here, account)
        passkeys.prove(visit, device.sign(passkeys.asked(visit)), client=HERE)
    with pytest.raises(AccountError, match="The name of the passkey is empty"):
        added(passkeys, here.visit(here.enter(account)), Authenticator(ORIGIN), " ")


def test_the_last_second_factor_of_who_needs_one_stays(here: Place, passkeys: PasskeySignIn) -> None:
    account = reviewer(here, passkeys, Authenticator(ORIGIN))
    (only,) = passkeys.of(account)
    with pytest.raises(AccountError, match="your only second factor"):
        passkeys.remove(here.registrar.find(account.id), only.id)
    visit = here.visit(here.sign_in.open(account, Stage.WHOLE))
    added(passkeys, visit, Authenticator(ORIGIN), "key ring")
    passkeys.remove(here.registrar.find(account.id), only.id)
    passkeys.remove(here.registrar.find(account.id), "0" * 64)
    assert [passkey.label for passkey in passkeys.of(account)] == ["key ring"]
    assert [act.act for act in here.registrar.acts(account)][-1] == "passkey removed"


def test_an_officer_may_remove_the_last_one(here: Place, passkeys: PasskeySignIn) -> None:
    officer = here.add(Role.OFFICER, email="officer@graz.example", city="graz")
    added(passkeys, here.visit(here.enter(officer)), Authenticator(ORIGIN))
    assert begun(here, officer).session.stage is Stage.CODE
    passkeys.remove(here.registrar.find(officer.id), passkeys.of(officer)[0].id)
    assert begun(here, officer).session.stage is Stage.WHOLE


def test_only_the_operator_takes_passkeys_away_with_the_second_factor(here: Place, passkeys: PasskeySignIn) -> None:
    account = reviewer(here, passkeys, Authenticator(ORIGIN))
    here.registrar.recovery_code(account, actor="a steward")
    assert len(passkeys.of(account)) == 1
    here.registrar.recovery_code(account, with_second_factor=True)
    assert passkeys.of(account) == []
    assert begun(here, account).session.stage is Stage.ENROL


def test_a_password_alone_confirms_nothing_for_who_has_a_passkey(here: Place, passkeys: PasskeySignIn) -> None:
    device = Authenticator(ORIGIN)
    account = reviewer(here, passkeys, device)
    visit = here.visit(here.sign_in.open(here.registrar.find(account.id), Stage.WHOLE))
    here.clock.wait(minutes=20)
    with pytest.raises(CredentialsRefused, match="A password alone is not enough"):
        here.sign_in.confirm(visit, PASSWORD, "", client=HERE)
    opened = passkeys.prove(visit, device.sign(passkeys.asked(visit)), client=HERE)
    assert here.sign_in.is_recent(here.visit(opened))


def test_who_has_none_is_asked_for_none(here: Place, passkeys: PasskeySignIn) -> None:
    visit = here.visit(here.enter(here.add(Role.OFFICER, email="officer@graz.example", city="graz")))
    assert passkeys.asked(visit) == ""


def test_an_account_has_so_many_at_most(here: Place, passkeys: PasskeySignIn) -> None:
    officer = here.add(Role.OFFICER, email="officer@graz.example", city="graz")
    visit = here.visit(here.enter(officer))
    for number in range(MOST_PASSKEYS):
        visit = here.visit(added(passkeys, visit, Authenticator(ORIGIN), f"key {number}"))
    with pytest.raises(AccountError, match="at most 20 passkeys"):
        added(passkeys, visit, Authenticator(ORIGIN))
