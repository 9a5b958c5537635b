"""What a draft would change is counted by requirement, listed by city, and said as linked data."""

from dataclasses import replace
from datetime import date

import pytest
from rdflib import Graph, URIRef

from registry.bulk import Found, Rules, Verdict
from registry.impact import COLUMNS, Impact, Turn, as_graph, impact_of, table, turn_of
from registry.model import Criterion, Level, Requirement
from registry.namespaces import EARL, HRC, PROV, RDF
from registry.rendering import impact_page
from registry.standard import Standard

PASSED, FAILED, UNTESTED, CANNOT, NA = "passed", "failed", "untested", "cantTell", "inapplicable"
LEVEL = Level(URIRef("https://w3id.org/hrcr/vocab/levels/declared"), 1, "Declared")
ROOT = "https://w3id.org/hrcr/standard/"
KEPT, DROPPED, ADDED = (f"{ROOT}{slug}/declared" for slug in ("kept-sample", "dropped-sample", "added-sample"))


def criterion(notation: str, iri: str) -> Criterion:
    requirement = Requirement(
        URIRef(iri), URIRef(iri.rpartition("/")[0]), LEVEL, "must", frozenset(), False, f"Asks {notation}", "", "", ""
    )
    return Criterion(requirement.criterion, iri.split("/")[-2], notation, notation, "", (requirement,))


def standard(version: str, *criteria: Criterion) -> Standard:
    return Standard(version, (LEVEL,), criteria, {}, 1, Graph())


BEFORE = standard("1.0.0", criterion("X-1", KEPT), criterion("X-2", DROPPED))
AFTER = standard("2.0.0", criterion("X-1", KEPT), criterion("X-3", ADDED))
RULES = tuple(
    Rules(hashes=(("shapes", name), ("standard", name)), at=date(2026, 6, 30), base="https://example.org/")
    for name in ("old", "new")
)


def verdict(name: str, *outcomes: tuple[str, str], level: str = "", fault: str = "") -> Verdict:
    return Verdict(
        name=f"file/{name}",
        city=f"https://example.org/id/city/{name}",
        label=name.capitalize(),
        found=tuple(Found(iri, outcome, f"It {outcome}.") for iri, outcome in outcomes),
        level=level,
        engine="an engine 1",
        fault=fault,
    )


PAIRS = [
    (
        verdict("ada", (KEPT, PASSED), (DROPPED, FAILED), level="Declared"),
        verdict("ada", (KEPT, FAILED), (ADDED, PASSED)),
    ),
    (verdict("bel", (KEPT, PASSED), (DROPPED, PASSED)), verdict("bel", (KEPT, PASSED), (ADDED, FAILED))),
    (verdict("cyd", fault="It cannot be read."), verdict("cyd", fault="It cannot be read.")),
]
IMPACT = impact_of(PAIRS, before=BEFORE, after=AFTER, rules=RULES)


@pytest.mark.parametrize(
    ("before", "after", "turn"),
    [
        (PASSED, PASSED, None),
        (FAILED, FAILED, None),
        (None, None, None),
        (PASSED, FAILED, Turn.FAILS),
        (UNTESTED, FAILED, Turn.FAILS),
        (None, FAILED, Turn.FAILS),
        (FAILED, PASSED, Turn.PASSES),
        (UNTESTED, NA, Turn.PASSES),
        (None, PASSED, Turn.PASSES),
        (PASSED, NA, Turn.OTHER),
        (PASSED, CANNOT, Turn.OPEN),
        (NA, UNTESTED, Turn.OPEN),
        (None, UNTESTED, Turn.OPEN),
        (FAILED, UNTESTED, Turn.OTHER),
        (CANNOT, UNTESTED, Turn.OTHER),
        (FAILED, None, Turn.GONE),
    ],
)
def test_every_pair_of_outcomes_turns_one_way(before: str | None, after: str | None, turn: Turn | None) -> None:
    assert turn_of(before, after) is turn


def test_changes_are_counted_by_requirement_in_the_order_of_the_draft() -> None:
    counted = [(asked.notation, dict(asked.counts)) for asked in IMPACT.asked]
    assert counted == [
        ("X-1", {Turn.FAILS: 1}),
        ("X-3", {Turn.PASSES: 1, Turn.FAILS: 1}),
        ("X-2", {Turn.GONE: 2}),
    ]
    assert [(change.label, change.turn) for change in IMPACT.of(IMPACT.asked[1])] == [
        ("Ada", Turn.PASSES),
        ("Bel", Turn.FAILS),
    ]


def test_levels_that_differ_and_dossiers_without_a_verdict_are_named() -> None:
    assert [(each.label, each.before, each.after) for each in IMPACT.levels] == [("Ada", "Declared", "")]
    assert IMPACT.unjudged == {"file/cyd": "It cannot be read."}
    assert (IMPACT.cities, IMPACT.engines) == (2, ("an engine 1",))


def test_the_table_has_one_row_for_each_change() -> None:
    head, *rows = table(IMPACT)
    assert head == COLUMNS
    assert len(rows) == len(IMPACT.changes) == 5
    assert rows[0] == (
        *("file/ada", "https://example.org/id/city/ada", "Ada", "X-1", KEPT, "Declared", "must"),
        *(PASSED, FAILED, "newly-fails", "It failed.", "", ""),
    )


def dated(before: tuple[str, int | None], after: tuple[str, int | None]) -> Impact:
    """Give the impact on one city with one requirement that turns, with its days under both."""
    found = [Found(KEPT, outcome, f"It {outcome}.", days) for outcome, days in (before, after)]
    pair = tuple(replace(PAIRS[0][0], found=(each,)) for each in found)
    return impact_of([(pair[0], pair[1])], before=BEFORE, after=BEFORE, rules=RULES)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ((PASSED, 40), (FAILED, -326), ("40", "-326")),
        ((PASSED, None), (CANNOT, -1), ("", "-1")),
        ((FAILED, -30), (PASSED, 335), ("-30", "335")),
        ((PASSED, 40), (FAILED, None), ("", "")),
        ((PASSED, 40), (FAILED, 7), ("", "")),
        ((FAILED, -30), (CANNOT, -2), ("", "")),
        ((UNTESTED, 40), (FAILED, -3), ("40", "-3")),
        ((UNTESTED, None), (FAILED, -3), ("", "")),
    ],
)
def test_days_are_told_where_a_date_and_nothing_else_turns_a_requirement(
    before: tuple[str, int | None], after: tuple[str, int | None], told: tuple[str, str]
) -> None:
    impact = dated(before, after)
    _, row = table(impact)
    assert row[-2:] == told
    assert impact.is_dated is (told != ("", ""))
    days = sorted(str(value) for value in as_graph(impact).objects(None, HRC.daysInReserve))
    assert days == sorted(filter(None, told))


def test_a_page_tells_by_how_much_time_or_why_it_does_not() -> None:
    page = impact_page(dated((PASSED, 40), (FAILED, -1326)))
    assert "Now met with 40 days in reserve; by the draft missed by 1,326 days" in page
    assert "Now met whatever the date; by the draft missed by 1 day<" in impact_page(
        dated((PASSED, None), (FAILED, -1))
    )
    assert "no requirement turns because of a date" in impact_page(IMPACT)


def test_an_assertion_by_the_draft_revises_that_in_force_and_neither_is_an_assessment() -> None:
    graph = as_graph(IMPACT)
    revised = [
        (
            str(graph.value(graph.value(old, EARL.result), EARL.outcome)),
            str(graph.value(graph.value(new, EARL.result), EARL.outcome)),
        )
        for new, old in graph.subject_objects(PROV.wasRevisionOf)
    ]
    assert revised == [(str(EARL.passed), str(EARL.failed))]
    assert len([*graph.subjects(RDF.type, EARL.Assertion)]) == 2 + 2 + 2
    assert all("/id/trial/" in str(node) for node in graph.subjects(RDF.type, EARL.Assertion))
    other = as_graph(impact_of(PAIRS, before=BEFORE, after=AFTER, rules=(RULES[0], replace(RULES[1], hashes=()))))
    assert set(graph.subjects()).isdisjoint(set(other.subjects()))


def test_a_dossier_may_be_called_what_no_iri_can_be() -> None:
    named = [(replace(old, name="file/März <2>"), replace(new, name="file/März <2>")) for old, new in PAIRS[:1]]
    graph = as_graph(impact_of(named, before=BEFORE, after=AFTER, rules=RULES))
    assert len(Graph().parse(data=graph.serialize(format="turtle"), format="turtle")) == len(graph)


def test_a_page_tells_people_who_would_newly_fail_and_why() -> None:
    page = impact_page(IMPACT)
    assert "newly fails" in page
    assert "<td>It failed.</td>" in page
    assert "below every level" in page
    assert "file/cyd: It cannot be read." in page


def test_a_draft_that_changes_nothing_says_so() -> None:
    same = impact_of([(PAIRS[0][0], PAIRS[0][0])], before=BEFORE, after=BEFORE, rules=RULES)
    assert same.changes == ()
    assert "Nothing would change" in impact_page(same)


def test_a_level_that_would_be_another_is_a_change_even_where_no_outcome_is() -> None:
    pair = (PAIRS[0][0], replace(PAIRS[0][0], level=""))
    page = impact_page(impact_of([pair], before=BEFORE, after=BEFORE, rules=RULES))
    assert "Nothing would change" not in page
    assert "Cities whose machine level would be another" in page


def test_what_a_city_says_is_no_markup_of_the_page() -> None:
    hostile = [(replace(old, label="<script>x</script>"), new) for old, new in PAIRS[:1]]
    assert "<script>" not in impact_page(impact_of(hostile, before=BEFORE, after=AFTER, rules=RULES))
