"""What the check of links records is what the standard's own rules read, in the form in which it is recorded."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import RDF

from registry.evidence_model import Copy, LinkState, Visit
from registry.link_facts import facts, links_of
from registry.model import Outcome
from registry.namespaces import HRC, ROOT, STANDARD
from registry.registry import Examination, Registry

EXAMPLES = Path(__file__).parents[2] / "data" / "examples"
DAY = datetime(2026, 11, 20, tzinfo=UTC)
COPY = Copy(sha256="a" * 64, fingerprint="b" * 64, media_type="text/html", size=12, at=DAY)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def outcomes(registry: Registry) -> Callable[..., dict[str, Outcome]]:
    """Judge the example of the second level with checks of its links in one state, in place of its own."""
    said = Graph().parse(EXAMPLES / "committed.ttl", format="turtle")
    links = list(links_of(URIRef(f"{ROOT}graph/profile/karthold"), said))
    held = Graph().parse(EXAMPLES / "held" / "committed.ttl", format="turtle")
    for check in list(held.subjects(RDF.type, HRC.LinkCheck)):
        held.remove((check, None, None))

    def judge(
        state: LinkState | None, *, status: int | None, at: datetime = DAY, copy: Copy | None = None
    ) -> dict[str, Outcome]:
        visits = {
            link.address: Visit(
                address=link.address, tried=at, due=at, state=state, status=status, settled=at, first=copy
            )
            for link in links
        }
        both = held + facts(links, visits, base="https://example.org/")
        raw = (EXAMPLES / "committed.ttl").read_bytes()
        examination = Examination(
            raw=raw,
            name="committed.ttl",
            held=both.serialize(format="turtle").encode(),
            at=date(2026, 11, 25),
        )
        report = registry.examine(examination)
        return {str(found.requirement.iri).removeprefix(str(STANDARD)): found.outcome for found in report.outcomes}

    return judge


REACHABLE = ("reachable-evidence/declared", "reachable-evidence/committed")


def test_sources_that_were_never_looked_at_leave_the_rule_untested(outcomes: Callable[..., dict[str, Outcome]]) -> None:
    found = outcomes(None, status=None)
    assert {found[name] for name in REACHABLE} == {Outcome.UNTESTED}


@pytest.mark.parametrize("state", [LinkState.ANSWERS, LinkState.CHANGED, LinkState.MOVED])
def test_sources_that_answer_fulfil_the_rule(outcomes: Callable[..., dict[str, Outcome]], state: LinkState) -> None:
    found = outcomes(state, status=200)
    assert {found[name] for name in REACHABLE} == {Outcome.PASSED}


def test_sources_that_are_gone_fail_it_unless_a_copy_is_kept(outcomes: Callable[..., dict[str, Outcome]]) -> None:
    gone = outcomes(LinkState.GONE, status=404)
    assert {gone[name] for name in REACHABLE} == {Outcome.FAILED}
    assert gone["formal-act/declared"] == outcomes(LinkState.ANSWERS, status=200)["formal-act/declared"]
    kept = outcomes(LinkState.GONE, status=404, copy=COPY)
    assert {kept[name] for name in REACHABLE} == {Outcome.PASSED}


def test_a_look_longer_than_a_year_ago_fulfils_nothing(outcomes: Callable[..., dict[str, Outcome]]) -> None:
    old = outcomes(LinkState.ANSWERS, status=200, at=datetime(2025, 11, 1, tzinfo=UTC))
    assert {old[name] for name in REACHABLE} == {Outcome.UNTESTED}
