"""The profile is read from its shapes, field by field, and its results become sentences."""

from decimal import Decimal
from pathlib import Path

from rdflib import XSD, Graph, URIRef

from registry.model import ValidationReport
from registry.namespaces import HRC, RDF, SH
from registry.profile import Group, Profile, ProfileClass, ProfileProperty, faults, read_profile

SHAPES = Path(__file__).parents[2] / "shapes" / "submission.ttl"
PREFIXES = """@prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/> .
@prefix hrc: <https://w3id.org/hrcr/def#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def profile_of(text: str) -> Profile:
    return read_profile(Graph().parse(data=PREFIXES + text, format="turtle"))


FIELD = ProfileProperty(
    iri=HRC.days,
    label="hrc:days",
    description="",
    datatypes=frozenset(),
    classes=frozenset(),
    node_kinds=frozenset(),
    code_list=None,
    values=frozenset(),
    order=Decimal(0),
    group=None,
    example="",
    serves=frozenset(),
    is_required=False,
    is_single=False,
)


def test_a_field_is_read_with_all_that_is_said_of_it() -> None:
    profile = profile_of("""
ex:s a sh:NodeShape ; sh:targetClass hrc:Step ; rdfs:label "Schritt"@de , "Step"@en ; rdfs:comment "A step."@en ;
    sh:property ex:s-days .
ex:s-days sh:path hrc:days ; sh:name "Days"@en ; sh:description "How many."@en ; sh:order 2.5 ; sh:group ex:g ;
    sh:or ( [ sh:datatype xsd:integer ] [ sh:datatype xsd:decimal ] ) ; sh:class hrc:Day ; sh:nodeKind sh:IRI ;
    sh:in ( ex:one ) ; sh:minCount 1 ; sh:maxCount 1 ; hrc:codeList ex:list ; hrc:example "7" ; hrc:serves ex:c .
ex:g rdfs:label "When"@en ; sh:order 3 .
""")
    group = Group(iri=URIRef("https://example.org/g"), label="When", order=Decimal(3))
    field = ProfileProperty(
        iri=HRC.days,
        label="Days",
        description="How many.",
        datatypes=frozenset({XSD.integer, XSD.decimal}),
        classes=frozenset({HRC.Day}),
        node_kinds=frozenset({SH.IRI}),
        code_list=URIRef("https://example.org/list"),
        values=frozenset({URIRef("https://example.org/one")}),
        order=Decimal("2.5"),
        group=group,
        example="7",
        serves=frozenset({URIRef("https://example.org/c")}),
        is_required=True,
        is_single=True,
    )
    step = ProfileClass(iri=HRC.Step, label="Step", description="A step.", properties=(field,))
    assert profile == Profile(classes={HRC.Step: step})
    assert profile.terms() == {HRC.Step, HRC.days, URIRef("https://example.org/list")}
    assert (profile.field(HRC.Step, HRC.days), profile.field(HRC.Step, HRC.hours), profile.field(HRC.X, HRC.days)) == (
        field,
        None,
        None,
    )


def test_fields_come_in_the_order_of_groups_and_classes_in_their_own() -> None:
    profile = profile_of("""
ex:b sh:targetClass hrc:B ; sh:order 1 ; sh:property [ sh:path hrc:x ] .
ex:a sh:targetClass hrc:A ; sh:order 2 ; sh:property
    [ sh:path hrc:fourth ; sh:group ex:late ; sh:order 1 ] , [ sh:path hrc:third ; sh:group ex:early ; sh:order 9 ] ,
    [ sh:path hrc:second ; sh:group ex:early ; sh:order 2 ] , [ sh:path hrc:first ; sh:order 99 ] .
ex:late sh:order 2 . ex:early sh:order 1 .
""")
    assert list(profile.classes) == [HRC.B, HRC.A]
    assert [field.iri for field in profile.classes[HRC.A].properties] == [HRC.first, HRC.second, HRC.third, HRC.fourth]


def test_fields_of_included_shapes_count_and_fields_said_twice_are_one() -> None:
    profile = profile_of("""
ex:s sh:targetClass hrc:S ; sh:node ex:t ; sh:and ( ex:u ) ; sh:property [ sh:path hrc:days ; sh:datatype xsd:date ] .
ex:t sh:node ex:s ; sh:property [ sh:path hrc:days ; sh:maxCount 1 ] . ex:u sh:property [ sh:path hrc:hours ] .
""")
    fields = {field.iri: (field.datatypes, field.is_single) for field in profile.classes[HRC.S].properties}
    assert fields == {HRC.days: (frozenset({XSD.date}), True), HRC.hours: (frozenset(), False)}


def test_forbidden_fields_long_paths_and_shapes_without_fields_are_no_part() -> None:
    profile = profile_of("""
ex:s sh:targetClass hrc:S ; sh:property [ sh:path hrc:days ] , [ sh:path hrc:no ; sh:maxCount 0 ] ,
    [ sh:path ( hrc:a hrc:b ) ] , [ sh:path [ sh:inversePath hrc:c ] ] .
ex:t sh:targetClass hrc:T ; sh:minCount 1 .
""")
    only = ProfileClass(iri=HRC.S, label="hrc:S", description="", properties=(FIELD,))
    assert profile == Profile(classes={HRC.S: only})


def test_each_result_becomes_one_sentence() -> None:
    report = Graph().parse(
        data=PREFIXES
        + """
[] a sh:ValidationReport ; sh:conforms false ; sh:result
    [ sh:resultMessage "Zwei."@de , "Two."@en ; sh:focusNode ex:a ; sh:resultPath hrc:days ; sh:value "x"@en ] ,
    [ sh:resultMessage "One" ; sh:focusNode ex:b ; sh:detail [ sh:resultMessage "not this" ] ] ,
    [ sh:focusNode ex:c ] .
""",
        format="turtle",
    )
    assert faults(ValidationReport(conforms=False, results=(), graph=report)) == (
        "A condition of the data-entry profile is not met (at <https://example.org/c>).",
        "One (at <https://example.org/b>).",
        'Two (at <https://example.org/a>, property hrc:days, found "x"@en).',
    )


def test_the_published_profile_is_read_whole() -> None:
    graph = Graph().parse(SHAPES)
    profile = read_profile(graph)
    targets = {target for shape, target in graph.subject_objects(SH.targetClass) if (shape, SH.property, None) in graph}
    assert set(profile.classes) == targets
    assert next(iter(profile.classes)) == HRC.City
    assert HRC.Submission not in profile.classes
    fields = [field for kind in profile.classes.values() for field in kind.properties]
    assert len(profile.classes) >= 46
    assert len(fields) >= 320
    assert [field.iri for field in fields if field.iri == RDF.type or not field.label or not field.example] == []
