"""What the pages of cases share: numbers of addresses, names of cities, what a submission encloses."""

from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from rdflib import Graph, URIRef

from registry.adapters.sql_link_visits import SqlLinkVisits
from registry.cases import ANYBODY
from registry.evidence_model import LinkState, Visit
from registry.link_facts import links_of
from registry.namespaces import HRC, RDF
from server import case_access
from tests.registry.playing import Table
from tests.server.played import CITY, played


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("", 0), ("-1", 0), ("9" * 10, 0), ("²", 0), ("x", 0)])
def test_a_number_of_an_address_is_read_or_is_none(text: str, number: int) -> None:
    assert case_access.number(text) == number


def test_who_has_not_signed_in_is_anybody(app: Flask) -> None:
    with app.test_request_context("/cases"):
        assert case_access.actor() == ANYBODY


def test_a_case_without_submission_has_no_machine_s_word_and_no_evidence(app: Flask) -> None:
    with app.test_request_context("/cases"):
        case = Table().submitted().case  # its submission is kept nowhere
        assert case_access.submission(case) is None
        assert case_access.machine(case) == {}
        assert case_access.evidence(case) == {}
        assert case_access.report_with_findings(case) is None


@pytest.mark.slow
def test_what_was_handed_in_is_read_with_its_evidence(tmp_path: Path) -> None:
    play = played(tmp_path)
    case = play.work.case(f"case/{play.handed_in()}")
    with play.app.test_request_context("/cases"):
        handed_in = Graph().parse(data=case_access.submission(case) or b"", format="turtle")
        assert (URIRef(CITY), RDF.type, HRC.City) in handed_in
        assert len(case_access.evidence(case)) > 1
        assert len(case_access.machine(case)) > 30
        assert len(case_access.accounts()) == len(play.people)
    play.close()


@pytest.mark.slow
def test_what_was_found_of_the_links_of_a_submission_decides_the_rule_on_them(tmp_path: Path) -> None:
    play = played(tmp_path)
    case = play.work.case(f"case/{play.handed_in()}")

    def outcome() -> str:
        report = case_access.report_with_findings(case)
        assert report is not None
        (found,) = [one for one in report.outcomes if str(one.requirement.iri).endswith("reachable-evidence/declared")]
        return str(found.outcome)

    with play.app.test_request_context("/cases"):
        assert outcome() == "untested"
        raw = case_access.submission(case)
        said = Graph().parse(data=raw, format="turtle")
        at = play.clock()
        with closing(SqlLinkVisits(tmp_path / "link-visits.sqlite")) as visits:
            for link in links_of(URIRef("https://w3id.org/hrcr/graph/case"), said):
                state = LinkState.ANSWERS
                visits.keep(Visit(address=link.address, tried=at, due=at, state=state, status=200, settled=at))
        assert outcome() == "passed"
    play.close()
