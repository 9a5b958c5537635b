"""What a city may say, what others may say about it, and what becomes of it, on a profile of three classes."""

from hashlib import sha256

import pytest
from rdflib import XSD, Graph, Literal, URIRef

from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.errors import NotAdmitted, ProfileFault, SubmissionError
from registry.intake import Examination, Held, Submission, read_held, read_submission, sift
from registry.namespaces import EARL, HRC, RDF, SKOS
from registry.profile import Profile, read_profile

CITY = URIRef("https://example.org/id/city/test")
HEAD = """@prefix dct: <http://purl.org/dc/terms/> .
@prefix earl: <http://www.w3.org/ns/earl#> .
@prefix hrc: <https://w3id.org/hrcr/def#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://example.org/id/city/test> .
"""
PROFILE = """@prefix dct: <http://purl.org/dc/terms/> .
@prefix hrc: <https://w3id.org/hrcr/def#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
[] sh:targetClass hrc:City ; sh:property
    [ sh:path skos:prefLabel ] , [ sh:path hrc:plan ; sh:class hrc:Plan ] ,
    [ sh:path hrc:country ; hrc:codeList <https://example.org/countries> ] ,
    [ sh:path hrc:colour ; sh:in ( <https://example.org/red> <https://example.org/blue> ) ] ,
    [ sh:path hrc:network ; sh:class hrc:Network ] , [ sh:path hrc:page ; sh:nodeKind sh:IRI ] .
[] sh:targetClass hrc:Plan ; sh:property
    [ sh:path dct:title ] , [ sh:path hrc:amount ; sh:datatype xsd:decimal ] ,
    [ sh:path hrc:step ; sh:class hrc:Step ] .
[] sh:targetClass hrc:Step ; sh:property [ sh:path hrc:days ; sh:datatype xsd:integer ] .
[] sh:targetClass hrc:Submission .
"""
HELD_TERMS = frozenset({HRC.Finding, HRC.standing, HRC.stance, HRC.StoredCopy, HRC.assesses, HRC.Assessment})


@pytest.fixture(scope="module")
def syntax() -> OxigraphSyntax:
    return OxigraphSyntax()


@pytest.fixture(scope="module")
def profile(syntax: OxigraphSyntax) -> Profile:
    return read_profile(syntax.parse(PROFILE.encode(), "text/turtle", base="", most_triples=1_000))


def read(text: str, profile: Profile, syntax: OxigraphSyntax) -> Submission:
    return read_submission((HEAD + text).encode(), "text/turtle", profile=profile, syntax=syntax)


def hold(text: str, profile: Profile, syntax: OxigraphSyntax) -> Held:
    raw = (HEAD + text).encode()
    return read_held(raw, "text/turtle", city=CITY, profile=profile, terms=HELD_TERMS, syntax=syntax)


def triples(text: str, syntax: OxigraphSyntax) -> set[tuple[object, ...]]:
    return set(syntax.parse((HEAD + text).encode(), "text/turtle", base="", most_triples=1_000))


def test_a_submission_is_the_city_its_statements_and_the_hash_of_the_file(
    profile: Profile, syntax: OxigraphSyntax
) -> None:
    text = "<> a hrc:City ; hrc:plan [ a hrc:Plan ; dct:title 'Plan'@en ; hrc:step <#s> ] . <#s> a hrc:Step ."
    submission = read(text, profile, syntax)
    named = (
        "<> a hrc:City ; hrc:plan <#n0> . <#n0> a hrc:Plan ; dct:title 'Plan'@en ; hrc:step <#s> . <#s> a hrc:Step ."
    )
    assert (submission.city, set(submission.graph), submission.raw_sha256) == (
        CITY,
        triples(named, syntax),
        sha256((HEAD + text).encode()).hexdigest(),
    )


def test_the_hash_is_of_the_bytes_as_they_came(profile: Profile, syntax: OxigraphSyntax) -> None:
    raw = b"\xef\xbb\xbf" + HEAD.encode() + b"<> a hrc:City ."
    submission = read_submission(raw, "text/turtle", profile=profile, syntax=syntax)
    assert submission.raw_sha256 == sha256(raw).hexdigest()


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ('"200"^^xsd:int', Literal("200", datatype=XSD.integer)),
        ('"+007"^^xsd:unsignedByte', Literal("7", datatype=XSD.integer)),
        ("-0", Literal("0", datatype=XSD.integer)),
    ],
)
def test_whole_numbers_are_kept_in_one_form(
    written: str, kept: Literal, profile: Profile, syntax: OxigraphSyntax
) -> None:
    graph = read(f"<> a hrc:City . <#s> a hrc:Step ; hrc:days {written} .", profile, syntax).graph
    assert list(graph.objects(None, HRC.days)) == [kept]


@pytest.mark.parametrize(
    ("written", "kept"),
    [("1", "1"), ("1.50", "1.5"), ("1.5e3", "1500"), ("-0.0", "0"), (".5", "0.5"), ('"1E-3"^^xsd:float', "0.001")],
)
def test_a_decimal_field_takes_any_number(written: str, kept: str, profile: Profile, syntax: OxigraphSyntax) -> None:
    graph = read(f"<> a hrc:City . <#p> a hrc:Plan ; hrc:amount {written} .", profile, syntax).graph
    assert [amount.n3() for amount in graph.objects(None, HRC.amount)] == [f'"{kept}"^^<{XSD.decimal}>']


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("<> hrc:country <https://example.org/countries/XA> .", ""),
        ("<> hrc:country <https://example.org/countries#XA> .", ""),
        ("<> hrc:country <https://example.org/countries> .", "must come from the code list"),
        ("<> hrc:country <https://example.org/countriesX/XA> .", "must come from the code list"),
        ("<> hrc:colour <https://example.org/red> .", ""),
        ("<> hrc:colour <https://example.org/green> .", "must be one of <https://example.org/blue>, <https://exa"),
        ("<> hrc:network <https://example.org/id/network/x> .", ""),
        ("<> hrc:page <https://example.org/page> .", ""),
        ("<> hrc:plan <https://example.org/id/city/other#plan> .", "lies outside the city's own space"),
        ("<> hrc:plan <#plan> .", ""),
        ("<> hrc:plan <> .", ""),
        ("<> skos:prefLabel <https://example.org/name> .", "give skos:prefLabel a text or number"),
        ("<> hrc:plans <#plan> .", "perhaps hrc:plan is meant"),
        ("<> hrc:standing <https://example.org/x> .", "hrc:standing is not a property that a submission gives"),
        ("<#plan> hrc:amount 1 .", "has no type; say what it is, as in <#plan> a hrc:ActionPlan"),
        ("<> hrc:plan <#plan> . <#plan> hrc:amount 1 .", "has no type; say what it is, as in <#plan> a hrc:Plan"),
        ("<#s> a hrc:Submission .", "hrc:Submission is not a kind of thing that a submission describes"),
        ("<#s> a hrc:Step , hrc:Plan .", "has several types (hrc:Plan and hrc:Step)"),
        ("<https://example.org/id/city/testing> a hrc:Plan .", "something else than the city of this file"),
    ],
)
def test_only_what_the_profile_lists_is_admitted(
    statement: str, reason: str, profile: Profile, syntax: OxigraphSyntax
) -> None:
    text = f"<> a hrc:City . {statement}"
    if not reason:
        assert set(read(text, profile, syntax).graph) == triples(text, syntax)
        return
    with pytest.raises(NotAdmitted) as caught:
        read(text, profile, syntax)
    assert reason in str(caught.value)


def test_the_first_refused_statement_is_named_and_the_others_counted(profile: Profile, syntax: OxigraphSyntax) -> None:
    text = "<> a hrc:City ; " + " ; ".join(f"hrc:x{number} 1" for number in range(3)) + " ."
    with pytest.raises(NotAdmitted, match=r"City> hrc:x0|test> hrc:x0 .*\(2 more are not admitted either\)\.$"):
        read(text, profile, syntax)
    text = "<> a hrc:City ; " + " ; ".join(f"hrc:x{number} 1" for number in range(5_000)) + " ."
    with pytest.raises(NotAdmitted, match=r"\(at least 20 more are not admitted either\)\.$"):
        read(text, profile, syntax)


@pytest.mark.parametrize(
    "city",
    [
        "https://example.org/id/city/test",
        "https://w3id.org/hrcr/id/city/graz",
        "https://www.graz.at/menschenrechte",
        "https://graz.at/",
        "http://localhost:8000/id/city/sankt-poelten",
        "https://광주.example/id/city/gwangju",
    ],
)
def test_the_iri_of_a_city_may_be_its_own(city: str, profile: Profile, syntax: OxigraphSyntax) -> None:
    assert str(read(f"<{city}> a hrc:City .", profile, syntax).city) == city


@pytest.mark.parametrize(
    "city",
    [
        "https://w3id.org/hrcr/def",
        "https://w3id.org/hrcr/",
        "https://w3id.org/hrcr",
        "https://w3id.org/hrcr/shapes",
        "https://w3id.org/hrcr/standard/formal-act",
        "https://w3id.org/hrcr/id/organisation/x",
        "https://example.org/id/event/x",
        "https://example.org/id/city/Graz",
        "https://example.org/id/city/graz/x",
        "https://example.org/id/city/",
        "http://www.w3.org/ns/earl",
        "http://www.w3.org/ns/",
        "http://purl.org/dc/terms/",
        "https://example.org/countries",
        "https://example.org/./x",
        "ftp://example.org/x",
        "https://u@example.org/x",
        f"https://example.org/{'x' * 2_048}",
    ],
)
def test_the_iri_of_a_city_is_nothing_else(city: str, profile: Profile, syntax: OxigraphSyntax) -> None:
    with pytest.raises(SubmissionError, match=r"cannot be the IRI of a city|An IRI has more than"):
        read(f"<{city}> a hrc:City .", profile, syntax)


def test_a_fault_of_the_city_is_a_fault_of_the_profile(profile: Profile, syntax: OxigraphSyntax) -> None:
    with pytest.raises(ProfileFault) as caught:
        read("", profile, syntax)
    assert caught.value.faults == (str(caught.value),)


HELD = """
<https://example.org/id/finding/1> a hrc:Finding , earl:Assertion ; earl:subject <> ; dct:title "Minutes read"@en ;
    earl:result [ a earl:TestResult ; earl:outcome earl:passed ] .
<> hrc:standing <https://example.org/standings/listed> .
<#evidence> hrc:stance <https://example.org/stances/supports> .
<#copy> a hrc:StoredCopy .
"""


def test_what_is_held_is_findings_and_words_of_others(profile: Profile, syntax: OxigraphSyntax) -> None:
    held = hold(HELD, profile, syntax)
    assert len(held.graph) == 10
    assert held.raw_sha256 == sha256((HEAD + HELD).encode()).hexdigest()
    assert list(held.graph.objects(None, EARL.outcome)) == [EARL.passed]
    assert isinstance(held.graph, Graph)
    assert (CITY, HRC.standing, URIRef("https://example.org/standings/listed")) in held.graph


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("<> skos:prefLabel 'Test'@en .", "skos:prefLabel about the city is the city's own to state"),
        ("<#plan> a hrc:Plan .", "hrc:Plan about the city is the city's own to state"),
        ("<#plan> hrc:amount 1 .", "hrc:amount about the city is the city's own to state"),
        ("<> a hrc:City .", "the city's own to state"),
        ("<https://example.org/id/city/other> a hrc:City .", "hrc:City is not a term that the registry"),
        ("<https://example.org/a> a hrc:Assessment .", "hrc:Assessment is not a term that the registry"),
        ("<https://example.org/a> hrc:assesses <> .", "hrc:assesses is not a term that the registry"),
        ("<https://example.org/a> hrc:invented <> .", "hrc:invented is not a term that the registry"),
        ("<https://w3id.org/hrcr/standard/formal-act> a hrc:Finding .", "about the standard or a vocabulary"),
        ("<https://w3id.org/hrcr/def#Finding> hrc:stance <> .", "about the standard or a vocabulary"),
        ("<https://example.org/a> dct:title '' .", "the text is empty"),
        ("<https://example.org/a> hrc:stance <javascript:x> .", "does not begin with http"),
        ("<urn:x> a hrc:Finding .", "does not begin with http"),
    ],
)
def test_nothing_else_is_held(statement: str, reason: str, profile: Profile, syntax: OxigraphSyntax) -> None:
    with pytest.raises(NotAdmitted) as caught:
        hold(statement, profile, syntax)
    assert reason in str(caught.value)


def test_about_others_the_words_of_the_profile_may_be_used(profile: Profile, syntax: OxigraphSyntax) -> None:
    text = "<https://example.org/a> a hrc:Plan ; dct:title 'An article'@en ."
    assert set(hold(text, profile, syntax).graph) == triples(text, syntax)


def test_types_and_labels_are_what_they_were(profile: Profile, syntax: OxigraphSyntax) -> None:
    graph = read("<> a hrc:City ; skos:prefLabel 'Test'@en .", profile, syntax).graph
    assert set(graph) == {(CITY, RDF.type, HRC.City), (CITY, SKOS.prefLabel, Literal("Test", lang="en"))}


def test_sifting_refuses_nothing_and_keeps_how_it_was_written(profile: Profile, syntax: OxigraphSyntax) -> None:
    text = (
        HEAD
        + """<> a hrc:City ; hrc:plan <#plan> ; hrc:mood "blue" .
    <#plan> a hrc:Plan ; hrc:amount 5 ; hrc:step [ a hrc:Step ] ."""
    )
    graph = syntax.parse(text.encode(), "text/turtle", base="", most_triples=1_000)
    found = sift(graph, profile=profile, syntax=syntax)
    plan = URIRef(f"{CITY}#plan")
    assert found.city == CITY
    assert found.refused == ((CITY, HRC.mood, Literal("blue")),)
    assert (plan, HRC.step, URIRef(f"{CITY}#n0")) in found.graph
    canonical = (plan, HRC.amount, Literal("5", datatype=XSD.decimal, normalize=False))
    assert found.written == {canonical: (plan, HRC.amount, Literal("5", datatype=XSD.integer))}
    assert len(found.graph) == len(graph)


def test_an_examination_knows_the_kind_of_its_file() -> None:
    assert Examination(raw=b"", name="city.ttl").kind == "text/turtle"
