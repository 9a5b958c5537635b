"""A file that is refused is mended on a copy: what can be known is given, the rest is asked, the file is taken."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from rdflib import Graph

from registry.intake import admit, parsed
from registry.mending import Mending
from registry.profile import demand_profile
from registry.refusal_mending import RefusalMender, refusal_mender_of
from registry.registry import Registry
from registry.repair_edits import answers, applied

AT = date(2026, 11, 28)
DECLARED = (Path(__file__).parents[2] / "data" / "examples" / "declared.ttl").read_text(encoding="utf-8")


def mender(registry: Registry, timer: Callable[[], float] = lambda: 0.0, seconds: float = 1) -> RefusalMender:
    return refusal_mender_of(
        registry.artefacts, registry.profile, registry.entry_plan, registry._clerk, timer=timer, seconds=seconds
    )


def said(registry: Registry, *spoilt: tuple[str, str]) -> Graph:
    text = DECLARED
    for old, new in spoilt:
        assert old in text
        text = text.replace(old, new, 1)
    return parsed(text.encode(), "text/turtle", syntax=registry.artefacts.syntax)


def mended(registry: Registry, *spoilt: tuple[str, str]) -> tuple[Mending, Graph]:
    """Give what mends an example that was spoilt, and the file after it; see that the file is then taken."""
    graph = said(registry, *spoilt)
    found = mender(registry).mend(graph, at=AT)
    assert found is not None
    after = applied(found.repair, graph, answers(found.repair, at=AT))
    submission = admit(after, "", profile=registry.profile, syntax=registry.artefacts.syntax)
    demand_profile(submission.graph, registry.artefacts.code_lists, registry._clerk)
    return found, after


TERM = 'hrc:termStart "2025-03-03"^^xsd:date'
KNOWN = [
    (TERM, 'hrc:termStart "3.3.2025"^^xsd:date'),
    (TERM, 'hrc:termStart "2025-03-03"'),
    (TERM, 'hrc:termStart "2025-03-03T00:00:00"^^xsd:dateTime'),
    (TERM, 'hrc:termstart "2025-03-03"^^xsd:date'),
    (TERM, '<http://example.org/voc#termStart> "2025-03-03"^^xsd:date'),
    ("hrc:departmentCount 3", 'hrc:departmentCount "3"'),
    ("hrc:bodyKind body-kind:elected-council", 'hrc:bodyKind "Elected council"'),
    ("hrc:bodyKind body-kind:elected-council", "hrc:bodyKind <http://w3id.org/hrcr/vocab/body-kinds/elected-council>"),
    ("hrc:bodyKind body-kind:elected-council", "hrc:bodyKind body-kind:elected-concil"),
    ("<#declaration-text> a hrc:Text", "<#declaration-text> a hrc:Txet"),
    ("<#declaration> a hrc:Declaration", "<#declaration> a hrc:ActionPlan"),
    ("<#declaration-text> a hrc:Text ;", "<#declaration-text>"),
    ("hrc:politicalLead <#alderman>", "hrc:politicalLead <#aldermann>"),
    (
        "hrc:contactPage <https://sandermere.example/town-clerk>",
        'hrc:contactPage "https://sandermere.example/town-clerk"',
    ),
    ('hrc:actIdentifier "TC 2026/38"', 'hrc:actIdentifier "TC 2026/38"@en'),
    ('"Town of Sandermere"@en', '"Town of Sander\\u200Bmere"@en'),
]


@pytest.mark.parametrize("spoilt", KNOWN, ids=[new for _, new in KNOWN])
def test_what_can_be_known_from_the_file_is_given_and_the_file_is_as_it_was(
    registry: Registry, spoilt: tuple[str, str]
) -> None:
    found, after = mended(registry, spoilt)
    assert found.is_whole
    assert not found.repair.questions
    assert set(after) == set(said(registry))
    assert found.changes


ASKED = [
    ('"Town of Sandermere"@en', '"Town of Sandermere"', "language"),
    (TERM, 'hrc:termStart "3/4/2025"^^xsd:date', "choice"),
    (TERM, 'hrc:termStart "in spring"^^xsd:date', "date"),
    ("hrc:country country:XA ;", "", "choice"),
    (TERM, f'{TERM} , "2024-03-03"^^xsd:date', "choice"),
    ("hrc:departmentCount 3", "hrc:departmentCount -3", "integer"),
    ("hrc:departmentCount 3", 'hrc:departmentCount "three"', "integer"),
    ("hrc:bodyKind body-kind:elected-council", "hrc:bodyKind body-kind:guild", "choice"),
    ('"Second paragraph"', '" "', "text"),
]


@pytest.mark.parametrize(("old", "new", "kind"), ASKED, ids=[new for _, new, _ in ASKED])
def test_what_only_the_city_knows_is_asked(registry: Registry, old: str, new: str, kind: str) -> None:
    found, _ = mended(registry, (old, new))
    (question,) = found.repair.questions.values()
    assert question.kind == kind
    assert [change.act for change in found.changes if change.question] == ["answer"]


def test_of_two_days_out_of_order_both_are_asked(registry: Registry) -> None:
    post = 'hrc:startDate "2025-03-17"^^xsd:date ;'
    found, _ = mended(registry, (post, f'{post} hrc:endDate "2024-01-01"^^xsd:date ;'))
    first, last = sorted(found.repair.questions.values(), key=lambda question: question.after is not None)
    assert (first.predicate[-9:], last.predicate[-7:]) == ("startDate", "endDate")
    assert found.repair.questions[str(last.after)] == first


def test_several_faults_have_one_repair_of_the_whole_file(registry: Registry) -> None:
    found, after = mended(registry, KNOWN[0], KNOWN[5], KNOWN[9], ('"Second paragraph"', '" "'))
    assert found.is_whole
    assert len(found.repair.questions) == 1
    assert len(after) == len(said(registry))


def test_what_a_registry_does_not_read_and_nothing_is_near_is_taken_out(registry: Registry) -> None:
    found, after = mended(registry, (TERM, f'{TERM} ; <http://example.org/voc#colour> "blue"'))
    assert set(after) == set(said(registry))
    (change,) = found.changes
    assert (change.act, change.value) == ("take", "blue")
    assert "colour" in change.spot.words


def test_a_file_that_is_taken_has_nothing_to_mend(registry: Registry) -> None:
    assert mender(registry).mend(said(registry), at=AT) is None


def test_a_city_that_is_called_something_else_as_well_is_left_so_and_all_else_mended(registry: Registry) -> None:
    graph = said(registry, ("<> a hrc:City", "<> a hrc:City, hrc:GoverningBody"), KNOWN[9])
    found = mender(registry).mend(graph, at=AT)
    assert found is not None
    assert not found.is_whole
    assert [change.spot.key for change in found.changes] == ["declaration-text"]


def test_a_file_of_no_city_is_left_to_its_sentence(registry: Registry) -> None:
    assert mender(registry).mend(said(registry, ("<> a hrc:City", "<> a hrc:Town")), at=AT) is None


def test_without_time_nothing_is_looked_for(registry: Registry) -> None:
    assert mender(registry, seconds=0).mend(said(registry, KNOWN[0]), at=AT) is None


def test_what_is_mended_in_part_says_so(registry: Registry) -> None:
    other = "<https://example.org/id/city/other> a hrc:CompetentBody ."
    graph = said(registry, KNOWN[0]) + parsed(
        f"@prefix hrc: <https://w3id.org/hrcr/def#> . {other}".encode(), "text/turtle", syntax=registry.artefacts.syntax
    )
    found = mender(registry).mend(graph, at=AT)
    assert found is not None
    assert not found.is_whole
    assert [change.act for change in found.changes] == ["take", "put"]
