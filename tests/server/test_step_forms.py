"""A form of a step lets choose what the law lets choose, and is read into the command that was meant."""

import pytest

from registry.cases import Actor
from registry.impartiality import NO_TIES
from registry.model import Outcome
from registry.people import Account, Role
from registry.review_table import review_table
from server.step_forms import Incomplete, Setting, candidates, choices, due, key_of, load, read_command
from tests.people import NOON
from tests.registry.playing import CITY, DECIDER, FIRST, OFFICER, SECOND, STEWARD, Table, account, artefacts, law
from tests.registry.test_review_table import WANTED, filed

STANDARD = artefacts().standard


def setting(table: Table, step: str, actor: Actor) -> Setting:
    return Setting(law=law(), standard=STANDARD, case=table.case, actor=actor, step=law().case_steps[step], machine={})


def somebody(name: str, role: Role = Role.REVIEWER, city: str | None = None) -> Account:
    return Account(
        id=account(name), email=f"{name}@city.example", name=name, roles=frozenset({role}), city=city, created=NOON
    )


def test_candidates_are_those_with_the_role_the_free_before_the_barred_and_the_idle_first() -> None:
    table = Table().eligible()
    table.do("assign-reviewer", STEWARD, candidate=FIRST)
    everybody = (somebody("first"), somebody("third"), somebody("second"), somebody("decider", Role.DECIDER))
    busy = Table("case/karthold-1").eligible()
    busy.do("assign-reviewer", STEWARD, candidate=SECOND)
    found = candidates(setting(table, "assign-reviewer", STEWARD), everybody, (table.case, busy.case), NO_TIES)
    assert [(one.account.name, one.load, bool(one.bar)) for one in found] == [
        ("third", 0, False), ("second", 1, False), ("first", 1, True),
    ]  # fmt: skip
    assert "has had a part" in found[-1].bar
    assert load(account("nobody"), (busy.case,), law()) == 0


def test_a_closed_account_and_one_of_the_same_city_are_no_candidates() -> None:
    table = Table().eligible()
    theirs = somebody("theirs", city=CITY)
    (found,) = candidates(setting(table, "assign-reviewer", STEWARD), (theirs,), (), NO_TIES)
    assert "acts for the city" in found.bar


def test_findings_are_read_requirement_by_requirement() -> None:
    table = Table().submitted()
    table.do("find-eligible", STEWARD, requirements=WANTED)
    table.do("assign-reviewer", STEWARD, candidate=FIRST)
    at = setting(table, "file-findings", FIRST)
    assert due(at) == tuple(sorted(WANTED))
    form: dict[str, str] = {}
    with pytest.raises(Incomplete) as refused:
        read_command(at, form, [], lambda _: None)
    keys = [key_of(table.case, iri) for iri in WANTED]
    assert set(refused.value.faults) == {f"{part}-{key}" for key in keys for part in ("outcome", "reason", "evidence")}
    for key in keys:
        form |= {f"outcome-{key}": "passed", f"reason-{key}": " One.\r\nTwo. ", f"evidence-{key}": f"{CITY}#act"}
    form[f"outcome-{keys[0]}"] = "inapplicable"
    with pytest.raises(Incomplete) as refused:
        read_command(at, form, [], lambda _: None)
    assert list(refused.value.faults) == [f"law-{keys[0]}"]
    form[f"law-{keys[0]}"] = "https://law.example/7"
    told = read_command(at, form, [], lambda _: None).particulars.judgements
    assert {found.requirement for found in told} == set(WANTED)
    assert {found.reason for found in told} == {"One.\nTwo."}
    assert {found.law for found in told if found.outcome is Outcome.PASSED} == {""}


def test_a_decider_says_something_on_single_requirements_or_on_none() -> None:
    table = filed(Outcome.PASSED)
    at = setting(table, "refuse", DECIDER)
    key = key_of(table.case, WANTED[1])
    assert read_command(at, {"reason": "No."}, [], lambda _: None).particulars.judgements == ()
    form = {"reason": "No.", f"outcome-{key}": "failed", f"reason-{key}": "It binds nobody."}
    (said,) = read_command(at, form, [], lambda _: None).particulars.judgements
    assert (said.requirement, said.outcome, said.evidence) == (WANTED[1], Outcome.FAILED, "")


def test_what_can_be_chosen_is_what_the_case_holds() -> None:
    table = filed(Outcome.FAILED)
    at = setting(table, "accredit", DECIDER)
    rows = review_table(table.case, STANDARD, {}, table.case.seats)
    found = choices(at, rows, (), {})
    assert [level.order for level in found.levels] == [level.order for level in STANDARD.levels]
    assert {str(row.requirement.iri) for row in found.rows} == set(WANTED)
    assert found.seats == ()
    waiting = Table().called()
    assert [seat.number for seat in choices(setting(waiting, "relieve-reviewer", STEWARD), (), (), {}).seats] == [1, 2]


@pytest.mark.parametrize(
    ("step", "actor", "fault"),
    [
        ("assign-reviewer", STEWARD, "candidate"),
        ("find-eligible", STEWARD, "requirement"),
        ("withdraw", OFFICER, "reason"),
        ("reply", OFFICER, "text"),
        ("accredit", DECIDER, "level"),
        ("relieve-reviewer", STEWARD, "reviewer"),
    ],
)
def test_what_is_missing_is_named_at_its_field(step: str, actor: Actor, fault: str) -> None:
    with pytest.raises(Incomplete) as refused:
        read_command(setting(Table().called(), step, actor), {}, [], lambda _: None)
    assert fault in refused.value.faults
