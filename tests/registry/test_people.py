"""The values of people show nobody when they are printed, and know what somebody is bound to."""

from dataclasses import fields, replace
from datetime import UTC, datetime

from registry.people import Account, Conflict, Role, Session, Stage, Tie, Token
from registry.sign_in import Enrolment, Opened
from tests.people import GRAZ, LUND

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
ACCOUNT = Account(
    id="0" * 32,
    email="marked@city.example",
    name="Marked Office",
    roles=frozenset({Role.OFFICER}),
    city=GRAZ,
    organisation="Marked Organisation",
    created=NOW,
    password="marked-hash",  # noqa: S106  # no password
    secret=b"marked-secret",
    conflicts=(Conflict("1", Tie.CITY, LUND, "marked reason", NOW), Conflict("2", Tie.ORGANISATION, "Other", "r", NOW)),
)


def test_no_value_shows_personal_data_or_secrets_when_it_is_printed() -> None:
    session = Session(
        digest="marked", account="0" * 32, stage=Stage.WHOLE, begun=NOW, seen=NOW, authenticated=NOW, pending=b"marked"
    )
    token = Token(id="1", account="0" * 32, label="marked", scopes=frozenset(), created=NOW, expires=NOW)
    printed = [repr(ACCOUNT), *map(repr, ACCOUNT.conflicts), repr(session), repr(token)]
    printed += [repr(Opened("marked", session)), repr(Enrolment("marked", "marked"))]
    assert [text for text in printed if "marked" in text.lower()] == []


def test_each_field_of_an_account_that_says_who_it_is_is_hidden() -> None:
    shown = {entry.name for entry in fields(Account) if entry.repr}
    assert shown == {"id", "roles", "city", "is_active", "created"}


def test_somebody_is_bound_to_their_own_and_to_what_they_declared() -> None:
    assert ACCOUNT.bound_cities == {GRAZ, LUND}
    assert ACCOUNT.bound_organisations == {"Marked Organisation", "Other"}
    nothing = replace(ACCOUNT, city=None, organisation=None, conflicts=())
    assert nothing.bound_cities == nothing.bound_organisations == frozenset()
