"""One row for each requirement: what the machine said, what is shown of the findings, where they differ."""

from rdflib import Graph

from registry.model import Outcome
from registry.review_table import machine_outcomes, review_table, to_be_judged
from tests.registry.playing import FIRST, SECOND, STEWARD, Table, artefacts, judged

STANDARD = artefacts().standard
WANTED = tuple(str(one.iri) for one in STANDARD.requirements if one.judged and one.level.order == 1)
REPORT = f"""
@prefix earl: <http://www.w3.org/ns/earl#> .
<urn:a> earl:test <{WANTED[0]}> ; earl:result <urn:r> .
<urn:r> earl:outcome earl:untested ; earl:info "Needs two findings."@en , "And a source."@en .
"""


def filed(second: Outcome) -> Table:
    table = Table().submitted()
    table.do("find-eligible", STEWARD, requirements=WANTED)
    for reviewer in (FIRST, SECOND):
        table.do("assign-reviewer", STEWARD, candidate=reviewer)
    table.do("open-call", STEWARD)
    table.wait(31).tick()
    table.do("file-findings", FIRST, judgements=judged(WANTED))
    table.do("file-findings", SECOND, judgements=judged(WANTED, second))
    return table


def test_the_machine_s_outcomes_are_read_from_its_report() -> None:
    read = machine_outcomes(Graph().parse(data=REPORT, format="turtle"))
    assert read[WANTED[0]].outcome is Outcome.UNTESTED
    assert read[WANTED[0]].remarks == ("And a source.", "Needs two findings.")
    assert to_be_judged(STANDARD, read, 1) == (WANTED[0],)
    assert to_be_judged(STANDARD, read, 0) == ()


def test_only_the_seats_that_are_given_are_shown() -> None:
    case = filed(Outcome.FAILED).case
    rows = review_table(case, STANDARD, {}, case.seats[:1])
    assert len(rows) == len(STANDARD.requirements)
    assert {number for row in rows for number in row.filed} == {1}
    assert [row for row in rows if row.differs] == []
    assert {str(row.requirement.iri) for row in rows if row.is_judged} == set(WANTED)


def test_where_two_differ_the_row_says_so_and_evidence_stands_once() -> None:
    case = filed(Outcome.FAILED).case
    differing = [row for row in review_table(case, STANDARD, {}, case.seats) if row.differs]
    assert {str(row.requirement.iri) for row in differing} == set(WANTED)
    assert {len(row.evidence) for row in differing} == {1}
    agreed = filed(Outcome.PASSED).case
    assert not any(row.differs for row in review_table(agreed, STANDARD, {}, agreed.seats))
