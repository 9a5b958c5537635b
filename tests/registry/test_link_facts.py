"""Links as facts: in the form that the rules read, with nothing said of what was not looked at, and new only if new."""

from datetime import UTC, date, datetime, timedelta

import pytest
from rdflib import Graph, Literal, URIRef

from registry.evidence_model import Copy, Link, LinkState, Visit
from registry.link_facts import copies, drift, facts, is_worth_recording, links_of, reason
from registry.namespaces import DCAT, DCT, HRC, RDF, ROOT

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
CITY = f"{ROOT}id/city/oderau"
TURTLE = f"""@prefix hrc: <https://w3id.org/hrcr/def#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
<{CITY}#gazette> a hrc:Evidence ; dcat:accessURL <https://oderau.example/gazette> , "mailto:desk@oderau.example" .
<{CITY}#text> a hrc:Text ; dcat:accessURL <https://oderau.example/text> .
<{CITY}#page> a hrc:PublicationPage ; dcat:accessURL <https://oderau.example/page> .
[] a hrc:Evidence ; dcat:accessURL <https://oderau.example/nameless> ."""
GAZETTE, TEXT = (
    Link("oderau", URIRef(f"{CITY}#gazette"), "https://oderau.example/gazette"),
    Link("oderau", URIRef(f"{CITY}#text"), "https://oderau.example/text"),
)
COPY = Copy(sha256="a" * 64, fingerprint="b" * 64, media_type="text/html", size=12, at=NOON)


def visit(link: Link, state: LinkState | None, *, status: int | None = 200, at: datetime = NOON) -> Visit:
    settled = None if state is None else at
    return Visit(address=link.address, tried=at, due=at, state=state, status=status, settled=settled, first=COPY)


def known(gazette: LinkState | None, *, at: datetime = NOON, status: int | None = 200) -> Graph:
    visits = {GAZETTE.address: visit(GAZETTE, gazette, at=at, status=status)}
    return facts([GAZETTE, TEXT], visits, base=ROOT)


def test_sources_and_texts_with_a_web_address_are_links() -> None:
    graph = Graph().parse(data=TURTLE, format="turtle")
    assert list(links_of(URIRef(f"{ROOT}graph/profile/oderau"), graph)) == [GAZETTE, TEXT]
    for group in ("reference/networks", "submission/oderau-1"):
        assert {link.group for link in links_of(URIRef(f"{ROOT}graph/{group}"), graph)} == {group}


def test_a_check_says_what_the_rules_read_and_nothing_of_what_was_not_visited() -> None:
    graph = known(LinkState.ANSWERS)
    check = graph.value(predicate=RDF.type, object=HRC.LinkCheck, any=False)
    assert str(check).startswith(f"{ROOT}id/link-check/oderau/gazette-")
    assert graph.value(check, HRC.checks) == GAZETTE.source
    assert graph.value(check, HRC.httpStatus) == Literal(200)
    assert graph.value(check, DCT.date) == Literal(date(2026, 6, 30))
    assert graph.value(check, DCAT.accessURL) == URIRef(GAZETTE.address)
    stored = graph.value(GAZETTE.source, HRC.storedCopy)
    assert (stored, HRC.sha256, Literal("a" * 64)) in graph
    assert copies(graph) == {"a" * 64}
    assert len(known(None)) == 0


def test_an_address_that_gave_no_status_has_none() -> None:
    graph = known(LinkState.UNREACHABLE, status=None)
    assert list(graph.objects(None, HRC.httpStatus)) == []


def test_drift_names_the_source_and_both_states() -> None:
    (found,) = drift(known(LinkState.ANSWERS), known(LinkState.GONE, status=404))
    assert (found.source, found.before, found.after) == ("gazette", "answers (200)", "gone (404)")
    assert drift(known(LinkState.ANSWERS), known(LinkState.ANSWERS, at=NOON + timedelta(days=9))) == ()


@pytest.mark.parametrize(("days", "worth"), [(1, False), (29, False), (30, True), (90, True)])
def test_what_has_not_changed_is_recorded_again_after_a_month(days: int, worth: bool) -> None:
    later = NOON + timedelta(days=days)
    assert is_worth_recording(known(LinkState.ANSWERS), known(LinkState.ANSWERS, at=later), now=later) is worth


@pytest.mark.parametrize(("days", "worth"), [(7, False), (29, False), (30, True)])
def test_in_the_third_month_too_only_a_month_without_a_record_is_worth_one(days: int, worth: bool) -> None:
    second = NOON + timedelta(days=60)
    later = second + timedelta(days=days)
    before, after = known(LinkState.ANSWERS, at=second), known(LinkState.ANSWERS, at=later)
    assert is_worth_recording(before, after, now=later) is worth


def test_what_was_not_looked_at_since_is_not_recorded_again() -> None:
    assert not is_worth_recording(known(LinkState.ANSWERS), known(LinkState.ANSWERS), now=NOON + timedelta(days=400))


def test_a_link_that_is_named_no_more_is_worth_recording() -> None:
    visits = {link.address: visit(link, LinkState.ANSWERS) for link in (GAZETTE, TEXT)}
    both, one = facts([GAZETTE, TEXT], visits, base=ROOT), facts([GAZETTE], visits, base=ROOT)
    assert is_worth_recording(both, one, now=NOON)


def test_the_reason_counts_and_names_what_is_new() -> None:
    visits = {GAZETTE.address: visit(GAZETTE, LinkState.GONE, status=404)}
    found = drift(known(LinkState.ANSWERS), known(LinkState.GONE, status=404))
    assert reason([GAZETTE, TEXT], visits, found) == (
        "The registry looked at 1 of 2 addresses: 1 gone. "
        "Otherwise than before: gazette: answers (200), now gone (404)."
    )
    assert reason([GAZETTE], visits, found * 30).endswith("; and 10 more.")
