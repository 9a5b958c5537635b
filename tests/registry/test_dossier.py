"""The dossier holds four parts, each with its hash, and their merge; inputs stay as they were."""

from datetime import date

from rdflib import Graph, Literal, URIRef

from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.artefacts import Artefacts
from registry.dossier import compose, merge, reference_data, terms_read
from registry.model import Dossier
from registry.namespaces import DCT, HRC, RDF, STANDARD, XSD

CITY = URIRef("https://example.org/id/city/test")
SAID = """@prefix hrc: <https://w3id.org/hrcr/def#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://example.org/id/city/test> a hrc:City ; hrc:reliesOn <https://example.org/id/city/test#act> ;
    hrc:currentPlan <https://example.org/id/city/test#plan> .
<https://example.org/id/city/test#act> a hrc:Declaration ; dct:issued "2024-03-14"^^xsd:date ;
    hrc:supportedBy <https://example.org/id/city/test#source> .
<https://example.org/id/city/test#source> a hrc:Evidence .
<https://example.org/id/city/test#plan> a hrc:ActionPlan ; hrc:startDate "2025-01-01"^^xsd:date ;
    hrc:commitment <https://example.org/id/city/test#c1>, <https://example.org/id/city/test#c2>,
        <https://example.org/id/city/test#c3>, <https://example.org/id/city/test#c4>,
        <https://example.org/id/city/test#c5>, <https://example.org/id/city/test#c6> .
"""
HELD = """@prefix hrc: <https://w3id.org/hrcr/def#> . <https://example.org/reviewer/1> a hrc:Reviewer ."""


def composed(artefacts: Artefacts, said: str = SAID, held: str = HELD, at: date = date(2026, 6, 30)) -> Dossier:
    return compose(
        Graph().parse(data=said, format="turtle"),
        Graph().parse(data=held, format="turtle"),
        artefacts.reference,
        city=CITY,
        base="https://example.org/",
        at=at,
        desk_profile=False,
        standard_version=STANDARD["1.0.0"],
        table=artefacts.derived_values,
        syntax=OxigraphSyntax(),
    )


def test_the_parts_are_named_and_hashed(artefacts: Artefacts) -> None:
    dossier = composed(artefacts)
    assert [part.name for part in dossier.parts] == ["submission", "held", "reference", "assessment"]
    assert all(len(part.sha256) == 64 for part in dossier.parts)


def test_the_merge_is_exactly_the_parts(artefacts: Artefacts) -> None:
    dossier = composed(artefacts)
    assert set(dossier.graph) == set(merge(part.graph for part in dossier.parts))


def test_the_order_of_statements_changes_no_hash(artefacts: Artefacts) -> None:
    lines = Graph().parse(data=SAID, format="turtle").serialize(format="nt").splitlines()
    again = composed(artefacts, "\n".join(reversed(lines)))
    assert [part.sha256 for part in again.parts] == [part.sha256 for part in composed(artefacts).parts]
    assert again.assessment == composed(artefacts).assessment


def test_another_day_is_another_assessment(artefacts: Artefacts) -> None:
    assert composed(artefacts).assessment != composed(artefacts, at=date(2026, 7, 1)).assessment


def test_two_assessments_are_written_the_city_and_the_control(artefacts: Artefacts) -> None:
    dossier = composed(artefacts)
    assert set(dossier.graph.subjects(RDF.type, HRC.Assessment)) == {dossier.assessment, dossier.control}
    assert dossier.graph.value(dossier.assessment, HRC.assesses) == CITY
    assert not list(dossier.graph.objects(dossier.graph.value(dossier.control, HRC.assesses), None))


def test_the_assessment_carries_dates_evidence_reviewers_and_a_sample(artefacts: Artefacts) -> None:
    dossier = composed(artefacts)
    graph, node = dossier.graph, dossier.assessment
    assert graph.value(node, HRC.referenceDate) == Literal("2026-06-30", datatype=XSD.date)
    assert graph.value(node, HRC.cutoff12m) == Literal("2025-06-30", datatype=XSD.date)
    assert list(graph.objects(node, HRC.considers)) == [CITY + "#source"]
    assert list(graph.objects(node, HRC.reviewer)) == [URIRef("https://example.org/reviewer/1")]
    assert len(list(graph.objects(node, HRC.sample))) == 5


def test_every_dated_node_carries_the_reference_date_and_the_cut_offs(artefacts: Artefacts) -> None:
    graph = composed(artefacts).graph
    act = CITY + "#act"
    assert graph.value(act, HRC.latest) == graph.value(act, DCT.issued)
    assert graph.value(act, HRC.cutoff36m) == Literal("2023-06-30", datatype=XSD.date)


def test_reference_data_keeps_what_rules_read_and_drops_texts() -> None:
    shapes = Graph().parse(
        data="""@prefix ex: <https://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
        ex:h sh:declare [ sh:prefix "ex" ; sh:namespace "https://example.org/" ] .
        ex:s sh:path ex:p ; sh:select "SELECT $this { $this ex:q ?x ; <https://example.org/r> ex:T }" .""",
        format="turtle",
    )
    data = Graph().parse(
        data="""@prefix ex: <https://example.org/> .
        ex:a a ex:T, ex:U ; ex:p 1, "text"@en ; ex:q 2 ; ex:r 3 ; ex:unread 4 .""",
        format="turtle",
    )
    kept = Graph().parse(
        data="@prefix ex: <https://example.org/> . ex:a a ex:T ; ex:p 1 ; ex:q 2 ; ex:r 3 .", format="turtle"
    )
    assert set(reference_data([data], read=terms_read([shapes]))) == set(kept)
