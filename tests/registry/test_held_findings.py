"""Findings that were filed in a case are held for the next judgement, and count in it."""

from datetime import date
from pathlib import Path

import pytest
from rdflib import Graph, Literal

from registry.held_findings import held_findings
from registry.model import Outcome
from registry.namespaces import HRC, RDF
from registry.registry import Examination
from registry.settings import Settings
from registry.wiring import wire
from tests.registry.playing import CITY, OFFICER, REQUIREMENTS, Table
from tests.registry.test_review_table import WANTED, filed

BASE = "https://w3id.org/hrcr/"
FILE = Path(__file__).parents[2] / "data" / "examples" / "declared.ttl"


def test_each_finding_stands_under_the_pseudonym_of_its_seat_and_nothing_of_the_act_does() -> None:
    held = held_findings(Table().filed(Outcome.FAILED).case, base=BASE)
    assert len(set(held.subjects(RDF.type, HRC.Finding))) == 2 * len(REQUIREMENTS)
    assert len(set(held.subjects(RDF.type, HRC.Reviewer))) == 2
    assert set(held.objects(None, HRC.conflictOfInterest)) == {Literal(False)}
    assert not set(held.subjects(RDF.type, HRC.Act))
    assert not any(OFFICER.account in str(term) for triple in held for term in triple)


def test_before_anything_is_filed_nothing_is_held() -> None:
    assert len(held_findings(Table().reviewed().case, base=BASE)) == 0


@pytest.mark.slow
def test_two_agreeing_findings_decide_what_no_machine_can() -> None:
    text = FILE.read_bytes()
    city = next(str(city) for city in Graph().parse(data=text).subjects(RDF.type, HRC.City))
    registry = wire(Settings())

    def outcome(held: Graph | None) -> Outcome:
        raw = held.serialize(format="nt").replace(CITY, city).encode() if held is not None else None
        report = registry.examine(
            Examination(raw=text, name="a.ttl", held=raw, held_name="held.nt", at=date(2027, 3, 1))
        )
        return next(found.outcome for found in report.outcomes if str(found.requirement.iri) == WANTED[0])

    assert outcome(None) is Outcome.UNTESTED
    assert outcome(held_findings(filed(Outcome.PASSED).case, base=BASE)) is Outcome.PASSED
    assert outcome(held_findings(filed(Outcome.FAILED).case, base=BASE)) is Outcome.CANNOT_TELL
