"""Who comes in by the word of a provider: only an identity that was linked, once, and with the second factor."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from registry.account_errors import AccessDenied, AccountError, CredentialsRefused
from registry.adapters.accounts_tables import AccountsDatabase
from registry.adapters.guarded_fetch import GuardedFetch
from registry.adapters.one_time_codes import TimeCodes
from registry.adapters.openid_provider import OpenIdProvider
from registry.adapters.sql_provider_links import SqlProviderLinks
from registry.errors import TooManyRequests
from registry.people import Account, Role, Stage
from registry.provider_ports import Purpose
from registry.provider_sign_in import Begun, Finished, ProviderSignIn
from registry.sign_in import Visit
from tests.people import HERE, PASSWORD, Place, files_of, place
from tests.providers import CLIENT, SECRET, SUBJECT, Provider, provider

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Elsewhere:
    """People here, a provider, and what lets them come in from there."""

    here: Place
    saying: Provider
    entrance: ProviderSignIn

    def linked(self, *roles: Role, factor: bool = True) -> Account:
        """Make an account that is linked to the identity of the provider."""
        account = self.here.add(*roles, email="office@city.example", city="graz", factor=factor)
        self.entrance.link(account, SUBJECT)
        return account

    def begin(self, purpose: Purpose = Purpose.SIGN_IN, visit: Visit | None = None, code: str = "") -> Begun:
        """Leave for the provider."""
        return self.entrance.begin(purpose, client=HERE, wish="/desk", visit=visit, code=code)

    def back(self, begun: Begun, visit: Visit | None = None, **changes: str) -> Finished:
        """Come back from it, with an answer in which something may be changed."""
        answer = {**self.saying.answer(begun.address), **changes}
        return self.entrance.finish(begun.secret, answer, client=HERE, visit=visit)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Elsewhere]:
    here = place(tmp_path, now=datetime.now(UTC).replace(microsecond=0))
    with provider() as saying:
        yield Elsewhere(here, saying, entrance(here, saying, tmp_path))


def entrance(here: Place, saying: Provider, home: Path, *accepted: str) -> ProviderSignIn:
    """Put together what lets people in by the word of a provider."""
    place = "127.0.0.1", int(saying.issuer.rpartition(":")[2])
    fetch = GuardedFetch(agent="hrcr/test", clock=here.clock, trusted={place})
    asked = OpenIdProvider(
        name="City network", issuer=saying.issuer, client=CLIENT, secret=SECRET, fetch=fetch, clock=here.clock
    )
    links = SqlProviderLinks(AccountsDatabase(f"sqlite:///{home}/accounts.db"))
    return ProviderSignIn(
        here.sign_in,
        asked,
        links,
        here.accounts,
        here.sessions,
        here.clock,
        site="https://registry.example/",
        accepted=accepted,
    )


def test_an_officer_whose_identity_is_linked_comes_in(elsewhere: Elsewhere) -> None:
    officer = elsewhere.linked(Role.OFFICER)
    finished = elsewhere.back(elsewhere.begin())
    assert (finished.purpose, finished.wish) == (Purpose.SIGN_IN, "/desk")
    assert finished.opened.session.stage is Stage.WHOLE
    assert elsewhere.here.visit(finished.opened).account.id == officer.id


def test_an_identity_that_is_linked_to_nobody_makes_no_account_and_no_address_is_compared(
    elsewhere: Elsewhere,
) -> None:
    officer = elsewhere.here.add(Role.OFFICER, email="office@city.example", city="graz")
    elsewhere.saying.claims = {"email": officer.email, "email_verified": True, "sub": officer.email}
    with pytest.raises(CredentialsRefused, match="is linked to no open account here"):
        elsewhere.back(elsewhere.begin())
    assert [account.id for account in elsewhere.here.registrar.all()] == [officer.id]


def test_a_closed_account_is_told_as_one_that_is_not_linked(elsewhere: Elsewhere) -> None:
    elsewhere.here.registrar.close(elsewhere.linked(Role.OFFICER))
    with pytest.raises(CredentialsRefused, match="is linked to no open account here"):
        elsewhere.back(elsewhere.begin())


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.DECIDER, Role.STEWARD])
def test_a_role_that_needs_a_second_factor_needs_it_after_the_provider_too(elsewhere: Elsewhere, role: Role) -> None:
    elsewhere.saying.claims = {"amr": ["pwd", "otp"], "acr": "gold"}
    account = elsewhere.linked(role)
    opened = elsewhere.back(elsewhere.begin()).opened
    visit = elsewhere.here.visit(opened)
    assert (visit.session.stage, visit.identity) == (Stage.CODE, None)
    whole = elsewhere.here.sign_in.with_code(visit, elsewhere.here.code(account), client=HERE)
    assert elsewhere.here.visit(whole).identity is not None


@pytest.mark.parametrize(
    ("said", "stage"),
    [
        ({"amr": ["pwd", "otp"]}, Stage.WHOLE),
        ({"acr": "otp"}, Stage.WHOLE),
        ({"amr": ["pwd"]}, Stage.CODE),
        ({"acr": "OTP"}, Stage.CODE),
        ({}, Stage.CODE),
    ],
    ids=str,
)
def test_a_second_factor_that_the_provider_saw_counts_where_a_setting_names_it(
    elsewhere: Elsewhere, tmp_path: Path, said: dict[str, object], stage: Stage
) -> None:
    elsewhere.linked(Role.REVIEWER)
    elsewhere.saying.claims = said
    accepting = Elsewhere(elsewhere.here, elsewhere.saying, entrance(elsewhere.here, elsewhere.saying, tmp_path, "otp"))
    assert accepting.back(accepting.begin()).opened.session.stage is stage


def test_who_has_no_second_factor_here_sets_one_up(elsewhere: Elsewhere) -> None:
    elsewhere.linked(Role.REVIEWER, factor=False)
    opened = elsewhere.back(elsewhere.begin()).opened
    assert opened.session.stage is Stage.ENROL
    assert elsewhere.here.sign_in.is_recent(elsewhere.here.visit(opened))


def test_a_steward_s_code_makes_nobody_a_judge_who_comes_in_by_the_provider_alone(
    elsewhere: Elsewhere, tmp_path: Path
) -> None:
    """Who has no password sets a second factor up before they first judge, so that a code alone is no way in."""
    here = elsewhere.here
    reviewer = here.registrar.add("office@city.example", "Office", [Role.REVIEWER])
    accepting = Elsewhere(here, elsewhere.saying, entrance(here, elsewhere.saying, tmp_path, "otp"))
    accepting.entrance.link(reviewer, SUBJECT)
    elsewhere.saying.claims = {"amr": ["otp"]}
    entered = here.visit(accepting.back(accepting.begin()).opened)
    assert entered.session.stage is Stage.ENROL
    here.accounts.change(reviewer.id, {"secret": TimeCodes().new_secret()})
    assert accepting.back(accepting.begin()).opened.session.stage is Stage.WHOLE
    code = here.registrar.recovery_code(reviewer, actor="a steward")
    here.sign_in.recover(reviewer.email, code, PASSWORD, client=HERE)
    opened = here.sign_in.with_password(reviewer.email, PASSWORD, client=HERE)
    assert opened.session.stage is Stage.CODE


def test_each_request_is_answered_once(elsewhere: Elsewhere) -> None:
    elsewhere.linked(Role.OFFICER)
    begun = elsewhere.begin()
    elsewhere.back(begun)
    with pytest.raises(CredentialsRefused, match="was answered already"):
        elsewhere.back(begun)


def test_an_answer_to_another_browser_is_refused_and_uses_nothing_up(elsewhere: Elsewhere) -> None:
    """Whoever sends somebody to the way back, with a code of their own, lets nobody in as themselves."""
    elsewhere.linked(Role.OFFICER)
    begun, foreign = elsewhere.begin(), elsewhere.begin()
    for secret in ("", "guessed", foreign.secret):
        with pytest.raises(CredentialsRefused, match="This browser did not ask for that"):
            elsewhere.entrance.finish(secret, elsewhere.saying.answer(begun.address), client=HERE, visit=None)
    with pytest.raises(CredentialsRefused, match="This browser did not ask for that"):
        elsewhere.back(begun, state="é")
    assert elsewhere.back(begun).opened.session.stage is Stage.WHOLE


def test_a_token_for_another_request_lets_nobody_in(elsewhere: Elsewhere) -> None:
    elsewhere.linked(Role.OFFICER)
    elsewhere.saying.claims = {"nonce": "of another request"}
    with pytest.raises(CredentialsRefused, match="is not valid here"):
        elsewhere.back(elsewhere.begin())


def test_an_answer_has_ten_minutes(elsewhere: Elsewhere) -> None:
    elsewhere.linked(Role.OFFICER)
    begun = elsewhere.begin()
    elsewhere.here.clock.wait(minutes=10)
    with pytest.raises(CredentialsRefused, match="took longer than ten minutes"):
        elsewhere.back(begun)


def test_what_a_browser_is_sent_with_cannot_be_made_from_what_is_kept(elsewhere: Elsewhere, tmp_path: Path) -> None:
    begun = elsewhere.begin()
    answer = elsewhere.saying.answer(begun.address)
    kept = b"".join(files_of(tmp_path).values())
    for secret in (begun.secret, answer["state"], elsewhere.saying.granted["a code"]["nonce"]):
        assert secret.encode() not in kept


def test_one_client_cannot_begin_without_end(elsewhere: Elsewhere) -> None:
    elsewhere.linked(Role.OFFICER)
    for _ in range(3):
        elsewhere.back(elsewhere.begin())
    for _ in range(30):
        elsewhere.begin()
    with pytest.raises(TooManyRequests, match="come back in 60 seconds"):
        elsewhere.begin()


def test_a_person_links_their_identity_with_a_code_while_signed_in(elsewhere: Elsewhere) -> None:
    officer = elsewhere.here.add(Role.OFFICER, email="office@city.example", city="graz")
    opened = elsewhere.here.enter(officer)
    visit = elsewhere.here.visit(opened)
    code = elsewhere.entrance.link_code(officer, actor="a steward")
    finished = elsewhere.back(elsewhere.begin(Purpose.LINK, visit, code), visit)
    assert finished.purpose is Purpose.LINK
    assert [link.subject for link in elsewhere.entrance.links_of(officer)] == [SUBJECT]
    assert elsewhere.here.sign_in.visit(opened.secret) is None
    assert elsewhere.here.visit(finished.opened).identity is not None
    acts = [(act.act, act.actor) for act in elsewhere.here.registrar.acts(officer)]
    assert acts[-2:] == [("code to link an identity given", "a steward"), ("identity linked", officer.id)]
    with pytest.raises(CredentialsRefused, match="The code is not the one"):
        elsewhere.begin(Purpose.LINK, visit, code)


def test_a_code_of_somebody_else_or_too_old_links_nothing(elsewhere: Elsewhere) -> None:
    officer = elsewhere.here.add(Role.OFFICER, email="office@city.example", city="graz")
    other = elsewhere.here.add(Role.OFFICER, email="other@city.example", city="graz")
    visit = elsewhere.here.visit(elsewhere.here.enter(officer))
    for code in ("", "guessed", elsewhere.entrance.link_code(other)):
        with pytest.raises(CredentialsRefused, match="The code is not the one"):
            elsewhere.begin(Purpose.LINK, visit, code)
    code = elsewhere.entrance.link_code(officer)
    elsewhere.here.clock.wait(hours=72)
    with pytest.raises(CredentialsRefused, match="older than three days"):
        elsewhere.begin(Purpose.LINK, visit, code)
    with pytest.raises(CredentialsRefused):
        elsewhere.begin(Purpose.LINK, None, code)


def test_who_was_signed_out_meanwhile_links_nothing(elsewhere: Elsewhere) -> None:
    officer = elsewhere.here.add(Role.OFFICER, email="office@city.example", city="graz")
    other = elsewhere.here.add(Role.OFFICER, email="other@city.example", city="graz")
    visit = elsewhere.here.visit(elsewhere.here.enter(officer))
    code = elsewhere.entrance.link_code(officer)
    for came in (None, elsewhere.here.visit(elsewhere.here.enter(other))):
        with pytest.raises(CredentialsRefused, match="You are not signed in any more"):
            elsewhere.back(elsewhere.begin(Purpose.LINK, visit, code), came)
    assert elsewhere.entrance.links_of(officer) == elsewhere.entrance.links_of(other) == []


def test_nobody_gives_themselves_a_code(elsewhere: Elsewhere) -> None:
    steward = elsewhere.here.add(Role.STEWARD, email="steward@city.example")
    with pytest.raises(AccessDenied, match="Nobody does this to their own account"):
        elsewhere.entrance.link_code(steward, actor=steward.id)


@pytest.mark.parametrize("subject", ["", " ", "ü", "a\nb", "x" * 256])
def test_a_subject_that_can_be_none_is_not_linked(elsewhere: Elsewhere, subject: str) -> None:
    officer = elsewhere.here.add(Role.OFFICER, email="office@city.example", city="graz")
    with pytest.raises(AccountError, match="1 to 255 ASCII characters"):
        elsewhere.entrance.link(officer, subject)


def test_a_link_that_was_ended_lets_nobody_in(elsewhere: Elsewhere) -> None:
    officer = elsewhere.linked(Role.OFFICER)
    assert elsewhere.entrance.unlink(officer, actor=officer.id)
    assert not elsewhere.entrance.unlink(officer, actor=officer.id)
    with pytest.raises(CredentialsRefused, match="is linked to no open account"):
        elsewhere.back(elsewhere.begin())
    assert [act.act for act in elsewhere.here.registrar.acts(officer)][-1] == "identity unlinked"


def test_what_needs_a_new_proof_needs_one_that_the_provider_dates(elsewhere: Elsewhere) -> None:
    """Who was let in because they still were at the provider has proved nothing in the last quarter of an hour."""
    elsewhere.linked(Role.OFFICER)
    sign_in, now = elsewhere.here.sign_in, int(elsewhere.here.clock().timestamp())
    for said, expected in (({}, False), ({"auth_time": now - 1000}, False), ({"auth_time": now - 60}, True)):
        elsewhere.saying.claims = said
        assert sign_in.is_recent(elsewhere.here.visit(elsewhere.back(elsewhere.begin()).opened)) is expected
    visit = elsewhere.here.visit(elsewhere.back(elsewhere.begin()).opened)
    for said in ({}, {"auth_time": now - 1000}):
        elsewhere.saying.claims = said
        with pytest.raises(CredentialsRefused, match="does not say that you proved just now"):
            elsewhere.back(elsewhere.begin(Purpose.CONFIRM, visit), visit)
    elsewhere.saying.claims = {"auth_time": now}
    begun = elsewhere.begin(Purpose.CONFIRM, visit)
    assert "prompt=login" in begun.address
    assert sign_in.is_recent(elsewhere.here.visit(elsewhere.back(begun, visit).opened))


def test_another_person_cannot_confirm_for_who_has_signed_in(elsewhere: Elsewhere) -> None:
    elsewhere.linked(Role.OFFICER)
    other = elsewhere.here.add(Role.OFFICER, email="other@city.example", city="graz")
    visit = elsewhere.here.visit(elsewhere.here.enter(other))
    elsewhere.saying.claims = {"auth_time": int(elsewhere.here.clock().timestamp())}
    with pytest.raises(CredentialsRefused, match="is linked to another account than this one"):
        elsewhere.back(elsewhere.begin(Purpose.CONFIRM, visit), visit)


def test_a_password_alone_confirms_nothing_for_who_needs_a_second_factor_and_has_none_here(
    elsewhere: Elsewhere,
) -> None:
    reviewer = elsewhere.linked(Role.REVIEWER, factor=False)
    visit = elsewhere.here.visit(elsewhere.here.sign_in.open(reviewer, Stage.WHOLE))
    with pytest.raises(CredentialsRefused, match="A password alone is not enough"):
        elsewhere.here.sign_in.confirm(visit, PASSWORD, "", client=HERE)


def test_erasing_a_person_erases_their_identity(elsewhere: Elsewhere, tmp_path: Path) -> None:
    officer = elsewhere.linked(Role.OFFICER)
    elsewhere.here.registrar.erase(officer)
    assert not [name for name, raw in files_of(tmp_path).items() if SUBJECT.encode() in raw]
    with pytest.raises(CredentialsRefused, match="is linked to no open account"):
        elsewhere.back(elsewhere.begin())
