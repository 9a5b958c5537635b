"""The data-entry profile: a small complete submission fits it, and each fault of form gives one named result."""

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, RDFS, SKOS
from rdflib.term import Node

from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.context import context_of
from registry.namespaces import HRC, HRCSH, PREFIXES, SH, VOCAB

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
COMPLETE = (Path(__file__).parent / "profile" / "complete.ttl").read_text(encoding="utf-8")
SUBMISSION = URIRef("https://w3id.org/hrcr/id/submission/under-check")
BY_ELSEWHERE = ("http://publications.europa.eu/resource/authority/language", "http://metadata.un.org/sdg")

FAULTS = [
    (
        "the city has no type",
        "city:oderau a hrc:City ;",
        "city:oderau",
        "SubmissionProfile SPARQL; DescribedThingProfile-type MinCount",
    ),
    ("there is no city", None, "", "SubmissionProfile SPARQL"),
    (
        "there are two cities",
        "",
        "city:hainfeld a hrc:City ; skos:prefLabel 'Hainfeld'@de ; hrc:country countries:XA .",
        "SubmissionProfile SPARQL",
    ),
    (
        "a thing is described and not linked from the city",
        "    hrc:governedBy oderau:council ;\n",
        "",
        "SubmissionProfile-reachable SPARQL",
    ),
    (
        "two acts hang on each other and not on the city",
        "",
        "oderau:x a hrc:Declaration ; hrc:reaffirms oderau:y . oderau:y a hrc:Declaration ; hrc:reaffirms oderau:x .",
        "SubmissionProfile-reachable SPARQL; SubmissionProfile-reachable SPARQL",
    ),
    (
        "a thing that nothing points at has no type",
        "",
        "oderau:x dct:title 'Untyped'@en .",
        "DescribedThingProfile-type MinCount",
    ),
    (
        "the name of the city is missing",
        '    skos:prefLabel "Stadt Oderau"@de , "City of Oderau"@en ;\n',
        "",
        "CityProfile-prefLabel MinCount",
    ),
    (
        "the name of the city has no language",
        '"City of Oderau"@en',
        '"City of Oderau"',
        "CityProfile-prefLabel Datatype",
    ),
    (
        "the name of the city is given twice in one language",
        '"City of Oderau"@en',
        '"Oderau"@de',
        "CityProfile-prefLabel UniqueLang",
    ),
    (
        "the country is not one of the list",
        "countries:XA",
        "<https://example.org/atlantis>",
        "CityProfile-country Pattern",
    ),
    (
        "the official language is not an address of the language list",
        "hrc:officialLanguage language:DEU",
        "hrc:officialLanguage <https://example.org/german>",
        "CityProfile-officialLanguage Pattern",
    ),
    (
        "the city relies on two acts",
        "hrc:reliesOn oderau:declaration ;",
        "hrc:reliesOn oderau:declaration , oderau:declaration-2001 ;",
        "CityProfile-reliesOn MaxCount",
    ),
    (
        "the act relied on is something else",
        "hrc:reliesOn oderau:declaration ;",
        "hrc:reliesOn oderau:plan ; hrc:act oderau:declaration ;",
        "CityProfile-reliesOn Class",
    ),
    (
        "a web address is not one of the web",
        "<https://oderau.example/human-rights>",
        "<mailto:office@oderau.example>",
        "CityProfile-contactPage Pattern",
    ),
    (
        "a web address is a text",
        "<https://oderau.example/human-rights>",
        '"https://oderau.example/human-rights"',
        "CityProfile-contactPage NodeKind",
    ),
    (
        "a number is negative",
        "hrc:departmentCount 9",
        "hrc:departmentCount -9",
        "CityProfile-departmentCount MinInclusive",
    ),
    (
        "a number is a text",
        "hrc:votes 1",
        'hrc:votes "one"',
        "SeatProfile-votes Datatype; SeatProfile-votes MinInclusive",
    ),
    (
        "a date has the wrong type",
        '"2020-02-13"^^xsd:date',
        '"2020-02"^^xsd:gYearMonth',
        "DeclarationProfile-issued Datatype",
    ),
    (
        "the wording of a partial date is missing",
        ' ;\n    hrc:dateWording "Februar 2001"@de',
        "",
        "DeclarationProfile Node",
    ),
    (
        "the latest day of a partial date is missing",
        '    hrc:latest "2001-02-28"^^xsd:date ;\n',
        "",
        "DeclarationProfile Node",
    ),
    (
        "a partial date ends before it begins",
        '"2001-02-28"^^xsd:date',
        '"2001-01-28"^^xsd:date',
        "DeclarationProfile-earliest LessThanOrEquals",
    ),
    (
        "one end of the last day of a plan is missing",
        '    hrc:latestEnd "2028-12-31"^^xsd:date ;\n',
        "",
        "ActionPlanProfile Node",
    ),
    (
        "one end of the first day of a plan is missing",
        'hrc:startDate "2025-01-01"',
        'hrc:latestStart "2025-01-01"',
        "ActionPlanProfile Node",
    ),
    (
        "a budget year ends before it begins",
        '"2026-12-31"^^xsd:date',
        '"2025-12-31"^^xsd:date',
        "BudgetLineProfile-startDate LessThanOrEquals",
    ),
    ("a currency is a sign", '"EUR"', '"€"', "BudgetLineProfile-currency Pattern"),
    (
        "a publisher is something in the file that is no organisation",
        "dct:publisher oderau:tenants",
        "dct:publisher oderau:seat",
        "EvidenceProfile-publisher Or",
    ),
    (
        "a publisher is a name",
        "dct:publisher oderau:tenants",
        'dct:publisher "Tenants"',
        "EvidenceProfile-publisher Or",
    ),
    (
        "the licence of a source is a word",
        '    hrc:retrieved "2026-05-04"^^xsd:date .',
        '    hrc:retrieved "2026-05-04"^^xsd:date ; dct:license "free" .',
        "EvidenceProfile-license NodeKind; EvidenceProfile-license Pattern",
    ),
    (
        "the fingerprint of a file is none",
        '    hrc:retrieved "2026-05-04"^^xsd:date .',
        '    hrc:retrieved "2026-05-04"^^xsd:date ; hrc:fileSha256 "5891B5" .',
        "EvidenceProfile-fileSha256 Pattern",
    ),
    (
        "who may see a file comes from another list",
        '    hrc:retrieved "2026-05-04"^^xsd:date .',
        '    hrc:retrieved "2026-05-04"^^xsd:date ; hrc:sensitivity act-types:resolution .',
        "EvidenceProfile-sensitivity Class",
    ),
    (
        "a value comes from another list",
        "act-types:resolution",
        "body-kinds:elected-council",
        "DeclarationProfile-actType Class",
    ),
    (
        "a value is in no list",
        "member-sectors:civil-society-organisation",
        "member-sectors:friends",
        "SeatProfile-sector Class",
    ),
    (
        "a goal stands where a target is asked",
        "<http://metadata.un.org/sdg/11.1>",
        "<http://metadata.un.org/sdg/11>",
        "CommitmentProfile-sdgTarget Class",
    ),
    (
        "a group is so small that its people could be known",
        "hrc:participantCount 48",
        "hrc:participantCount 4",
        "ParticipantGroupProfile-participantCount MinInclusive",
    ),
    (
        "a point has latitude and longitude without brackets",
        '"POINT(15.44 47.07)"',
        '"15.44 47.07"',
        "GeometryProfile-asWKT Pattern",
    ),
    (
        "a text is longer than 4,000 characters",
        '"member"@en',
        f'"{"m" * 4001}"@en',
        "NetworkMembershipProfile-role MaxLength",
    ),
    (
        "one text is in two languages",
        "dct:language language:DEU ;",
        "dct:language language:DEU , language:ENG ;",
        "TextProfile-language MaxCount",
    ),
]


def test_a_small_complete_submission_fits_the_profile() -> None:
    assert _results(COMPLETE) == Counter()


@pytest.mark.parametrize(
    ("fault", "old", "new", "expected"), FAULTS, ids=[fault[0].replace(" ", "-") for fault in FAULTS]
)
def test_one_fault_of_form_gives_exactly_the_named_result(fault: str, old: str | None, new: str, expected: str) -> None:
    assert old is None or not old or COMPLETE.count(old) == 1, fault
    text = "" if old is None else COMPLETE.replace(old, new) if old else f"{COMPLETE}\n{new}\n"
    wanted = Counter(one.strip() for one in expected.split(";"))
    assert _results(text) == wanted


def test_a_publisher_may_be_an_organisation_of_the_register() -> None:
    listed = COMPLETE.replace("dct:publisher oderau:tenants", "dct:publisher <https://w3id.org/hrcr/id/organisation/x>")
    assert _results(listed) == Counter()


def test_the_faults_do_not_grow_fewer() -> None:
    assert len(FAULTS) >= 37


def test_every_class_and_property_stands_in_the_profile_exactly_once() -> None:
    profile = _profile()
    fields = [
        (target, profile.value(field, SH.path))
        for shape, target in profile.subject_objects(SH.targetClass)
        for field in profile.objects(shape, SH.property)
    ]
    assert {pair: count for pair, count in Counter(fields).items() if count > 1} == {}
    assert len(fields) >= 320


def test_every_field_is_named_explained_grouped_and_placed() -> None:
    profile = _profile()
    wanted = (SH.name, SH.description, SH.message, SH.severity, SH.order, SH.group, SH.path, HRC.example)
    bare = {(field, one) for field in _fields() for one in wanted if len(list(profile.objects(field, one))) != 1}
    assert bare == set()


def test_the_fields_of_a_class_have_places_without_gap() -> None:
    profile = _profile()
    for shape in set(profile.subjects(SH.targetClass)):
        places = sorted(int(str(profile.value(field, SH.order))) for field in profile.objects(shape, SH.property))
        assert places == list(range(1, len(places) + 1)), shape


def test_a_property_has_one_datatype_wherever_it_stands() -> None:
    profile = _profile()
    kinds: dict[Node | None, set[Node | None]] = {}
    for field in _fields():
        kinds.setdefault(profile.value(field, SH.path), set()).add(profile.value(field, SH.datatype))
    assert {path: found for path, found in kinds.items() if len(found) > 1} == {}


def test_the_example_of_every_field_fits_the_field() -> None:
    profile = _profile()
    examples = {
        field: next(_graph(f"<{SUBMISSION}> rdfs:seeAlso {profile.value(field, HRC.example)} .").objects())
        for field in _fields()
    }
    assert {field: example for field, example in examples.items() if not _fits(field, example)} == {}


def test_the_terms_a_city_may_state_are_the_terms_of_the_profile() -> None:
    terms = Graph().parse(ROOT / "ontology" / "hrc.ttl")
    stated = set(terms.subjects(HRC.statedBy, HRC.ByCity))
    profile = _profile()
    used = {profile.value(field, SH.path) for field in _fields()} | set(profile.objects(None, SH.targetClass))
    assert {term for term in used if str(term).startswith(str(HRC))} - {HRC.Submission} == stated


def test_every_property_of_the_profile_makes_its_subject_a_described_thing() -> None:
    profile = _profile()
    described = set(profile.objects(HRCSH.DescribedThingProfile, SH.targetSubjectsOf))
    assert described == {profile.value(field, SH.path) for field in _fields()}


def test_the_published_context_is_the_one_made_from_the_profile() -> None:
    published = (ROOT / "ontology" / "context.jsonld").read_text(encoding="utf-8")
    assert published == json.dumps(context_of(_profile()), indent=2, ensure_ascii=False) + "\n"


def test_json_with_the_context_says_the_same_as_turtle() -> None:
    context = json.loads((ROOT / "ontology" / "context.jsonld").read_text(encoding="utf-8"))
    document = {
        **context,
        "id": "https://example.org/id/city/oderau",
        "type": "City",
        "prefLabel": {"de": "Stadt Oderau"},
        "country": "https://w3id.org/hrcr/vocab/countries/XA",
        "departmentCount": 9,
        "reliesOn": {"id": "#declaration", "type": "Declaration", "issued": "2020-02-13", "actIdentifier": "7/2020"},
    }
    turtle = """
        <https://example.org/id/city/oderau> a hrc:City ; skos:prefLabel "Stadt Oderau"@de ;
            hrc:country <https://w3id.org/hrcr/vocab/countries/XA> ; hrc:departmentCount 9 ;
            hrc:reliesOn <https://example.org/id/city/oderau#declaration> .
        <https://example.org/id/city/oderau#declaration> a hrc:Declaration ;
            dct:issued "2020-02-13"^^xsd:date ; hrc:actIdentifier "7/2020" .
    """
    base = document["id"]
    assert isinstance(base, str)
    read = OxigraphSyntax().parse(json.dumps(document).encode(), "application/ld+json", base=base, most_triples=100)
    assert set(read) == set(_graph(turtle))


def _fits(field: Node, value: Node) -> bool:
    """Say whether the value keeps what the field says of one value; of a thing elsewhere, only its kind."""
    profile = _profile()
    shape = HRCSH.ExampleShape
    asked = Graph()
    asked.add((shape, SH.targetObjectsOf, RDFS.seeAlso))
    for constraint in (SH.datatype, SH.nodeKind, SH.pattern, SH.minInclusive, SH.maxLength):
        for value_asked in profile.objects(field, constraint):
            asked.add((shape, constraint, value_asked))
    scheme = profile.value(field, HRC.codeList)
    if scheme is not None and not str(scheme).startswith(BY_ELSEWHERE) and scheme != VOCAB.countries:
        assert (value, SKOS.inScheme, scheme) in _vocabularies(), field
    data = Graph()
    data.add((SUBMISSION, RDFS.seeAlso, value))
    conforms: bool = validate(data, shacl_graph=asked, inference="none")[0]
    return conforms and isinstance(value, URIRef) is (profile.value(field, SH.datatype) is None)


def _results(text: str) -> Counter[str]:
    data = Graph().parse(data=text, format="turtle")
    data += _vocabularies()
    data.add((SUBMISSION, RDF.type, HRC.Submission))
    report = validate(data, shacl_graph=_profile(), inference="none", inplace=True)[1]
    assert isinstance(report, Graph)
    return Counter(
        f"{_name(report, result, SH.sourceShape)} {_name(report, result, SH.sourceConstraintComponent)}"
        for result in report.objects(None, SH.result)
    )


def _name(report: Graph, result: Node, part: URIRef) -> str:
    return str(report.value(result, part)).split("#")[1].removesuffix("ConstraintComponent")


def _graph(turtle: str) -> Graph:
    prefixes = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
    return Graph().parse(data=prefixes + turtle, format="turtle")


def _fields() -> list[Node]:
    profile = _profile()
    return [field for shape in set(profile.subjects(SH.targetClass)) for field in profile.objects(shape, SH.property)]


@cache
def _profile() -> Graph:
    profile = Graph().parse(ROOT / "shapes" / "submission.ttl")
    return profile.parse(ROOT / "shapes" / "prefixes.ttl")


@cache
def _vocabularies() -> Graph:
    """The types and lists of every concept, which is all the profile looks at."""
    slim = Graph()
    for path in sorted((ROOT / "ontology" / "vocabularies").glob("*.ttl")):
        read = Graph().parse(path)
        for triple in [*read.triples((None, RDF.type, None)), *read.triples((None, SKOS.inScheme, None))]:
            slim.add(triple)
    assert len(set(slim.subjects(RDF.type, SKOS.ConceptScheme))) >= 30
    return slim
