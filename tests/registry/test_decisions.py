"""What decided cases say goes into a release: decisions, outcomes and standing; of any other case not a word."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef

from registry.cases import Command, Judgement, Particulars
from registry.decisions import settled, valid_until, with_decisions
from registry.model import Event, Outcome
from registry.namespaces import DCT, EARL, HRC, PROV, RDF, ROOT, SCHEMA, VOCAB
from tests.registry.playing import (
    CITY,
    COMMITTED,
    DECIDER,
    EVIDENCE,
    FIRST,
    OFFICER,
    REQUIREMENTS,
    SECOND,
    SECOND_DECIDER,
    STEWARD,
    THIRD,
    Table,
    artefacts,
    judged,
    law,
)
from tests.registry.test_casework import BASE, NAME, Desk, reviewed

CASE = URIRef(f"{BASE}id/{NAME}")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.ledger.close()


def profile() -> Event:
    payload = (
        f"<{CITY}> <{HRC.standing}> <{VOCAB['standings/listed']}> .\n<{CITY}> <{RDF.type}> <{HRC.City}> .\n"
    ).encode()
    return Event(1, "profile", "profile/oderau", "steward", "2027-01-01", "Read.", URIRef(f"{ROOT}graph/p"), payload)


def published(desk: Desk) -> dict[str, Event]:
    events = with_decisions(
        [profile()],
        list(desk.ledger.read()),
        desk.ledger.payload,
        process=law(),
        syntax=artefacts().syntax,
        base=BASE,
    )
    return {event.case: event for event in events}


def graph(event: Event) -> Graph:
    return Graph().parse(data=event.payload.decode(), format="nt")


def decided(desk: Desk) -> None:
    reviewed(desk)
    desk.do("file-findings", FIRST, judgements=judged(REQUIREMENTS))
    desk.do("file-findings", SECOND, judgements=judged(REQUIREMENTS))
    desk.do("reply", OFFICER)
    desk.do("assign-decider", STEWARD, candidate=DECIDER)


def test_nothing_is_said_of_a_case_before_its_decision(desk: Desk) -> None:
    decided(desk)
    found = published(desk)
    assert set(found) == {"profile/oderau"}
    assert found["profile/oderau"] == profile()


def test_a_decision_is_said_with_level_term_reason_and_who_found_what(desk: Desk) -> None:
    decided(desk)
    desk.do("accredit", DECIDER, level=COMMITTED, reason="It is all there.")
    found = published(desk)
    assert set(found) == {"profile/oderau", "decision/oderau-1", "standing/oderau"}
    event = found["decision/oderau-1"]
    assert (event.kind, event.office, event.time, event.reason) == (
        "decision",
        "decider",
        "2027-02-04",
        "It is all there.",
    )
    said = graph(event)
    (decision,) = said.subjects(RDF.type, HRC.Decision)
    assert (CASE, HRC.concerns, URIRef(CITY)) in said
    assert (decision, HRC.partOfCase, CASE) in said
    assert (decision, HRC.reason, Literal("It is all there.")) in said
    assert (decision, HRC.grantsLevel, URIRef(COMMITTED)) in said
    assert (decision, HRC.givesStanding, VOCAB["standings/accredited-committed"]) in said
    assert str(said.value(decision, SCHEMA.validFrom)) == "2027-02-04"
    assert str(said.value(decision, SCHEMA.validThrough)) == "2030-02-04"
    findings = set(said.subjects(RDF.type, HRC.Finding))
    assert len(findings) == 2 * len(REQUIREMENTS)
    for finding in findings:
        result = said.value(finding, EARL.result)
        assert said.value(result, EARL.info) == Literal("It is there.")
        assert said.value(result, EARL.pointer) == URIRef(EVIDENCE)
    registry = list(said.subjects(EARL.assertedBy, URIRef(ROOT)))
    assert {str(said.value(assertion, EARL.test)) for assertion in registry} == set(REQUIREMENTS)
    assert all((assertion, PROV.wasInformedBy, decision) in said for assertion in registry)
    assert "report" in {str(said.value(part, DCT.title)) for part in said.objects(decision, HRC.partHash)}


def test_the_standing_takes_the_place_of_what_the_profile_says(desk: Desk) -> None:
    decided(desk)
    desk.do("accredit", DECIDER, level=COMMITTED)
    found = published(desk)
    merged = graph(found["profile/oderau"]) + graph(found["standing/oderau"])
    assert list(merged.objects(URIRef(CITY), HRC.standing)) == [VOCAB["standings/accredited-committed"]]
    assert (URIRef(CITY), RDF.type, HRC.City) in graph(found["profile/oderau"])
    desk.wait(31)
    desk.work.change(CITY, Command(name="give-up", reason="We leave."), OFFICER)
    after = graph(published(desk)["standing/oderau"])
    assert list(after.objects(URIRef(CITY), HRC.standing)) == [VOCAB["standings/withdrawn"]]


def test_a_refusal_is_said_too_and_gives_no_level(desk: Desk) -> None:
    decided(desk)
    desk.do("refuse", DECIDER, reason="It is not there.")
    said = graph(published(desk)["decision/oderau-1"])
    (decision,) = said.subjects(RDF.type, HRC.Decision)
    assert said.value(decision, HRC.grantsLevel) is None
    assert said.value(decision, SCHEMA.validThrough) is None
    assert said.value(decision, HRC.reason) == Literal("It is not there.")


def test_no_account_and_nothing_held_back_gets_into_a_release(desk: Desk) -> None:
    decided(desk)
    desk.do("accredit", DECIDER, level=COMMITTED)
    text = b"".join(event.payload for event in published(desk).values())
    for person in (OFFICER, FIRST, SECOND, DECIDER, STEWARD):
        assert str(person.account).encode() not in text
    assert b"concern" not in text.replace(b"concerns", b"")


def test_both_decisions_stand_after_an_appeal(desk: Desk) -> None:
    decided(desk)
    desk.do("refuse", DECIDER)
    desk.do("appeal", OFFICER)
    desk.do("assign-decider", STEWARD, candidate=SECOND_DECIDER)
    desk.do("allow-appeal", SECOND_DECIDER, level=COMMITTED)
    said = graph(published(desk)["decision/oderau-1"])
    assert len(set(said.subjects(RDF.type, HRC.Decision))) == 2
    assert published(desk)["decision/oderau-1"].kind == "decision"


def test_the_same_record_gives_the_same_bytes(desk: Desk) -> None:
    decided(desk)
    desk.do("accredit", DECIDER, level=COMMITTED)
    assert published(desk) == published(desk)


def test_what_two_of_three_found_is_the_outcome_and_else_nobody_can_tell() -> None:
    table = Table().filed(second=Outcome.FAILED)
    assert set(settled(table.case).values()) == {Outcome.CANNOT_TELL}
    table.do("assign-reviewer", STEWARD, candidate=THIRD)
    table.do("file-findings", THIRD, judgements=judged(REQUIREMENTS, Outcome.FAILED))
    assert set(settled(table.case).values()) == {Outcome.FAILED}


def test_an_outcome_that_the_decision_states_is_the_one() -> None:
    table = Table().heard()
    own = Judgement(requirement=REQUIREMENTS[0], outcome=Outcome.FAILED, reason="It is not.", evidence=EVIDENCE)
    (*_, ruling, _change) = table.do("accredit", DECIDER, level=COMMITTED, judgements=(own,))
    assert ruling.particulars == Particulars(city=CITY, level=COMMITTED, judgements=(own,))
    assert settled(table.case) == {
        REQUIREMENTS[0]: Outcome.FAILED,
        **dict.fromkeys(REQUIREMENTS[1:], Outcome.PASSED),
    }
    until = valid_until(law(), ruling)
    assert until is not None
    assert (until.year - ruling.at.year, until.month) == (3, ruling.at.month)
