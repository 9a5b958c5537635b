"""Same city, many names: what is proposed, what stands against it, and what a decision says."""

from rdflib import Graph, URIRef

from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.city_identity import (
    DECIDED,
    Candidate,
    Decision,
    Evidence,
    Place,
    candidates,
    case_of,
    cities_of,
    decisions,
    decisions_of,
    drafted,
    mapping,
    places,
)
from registry.namespaces import OWL, ROOT, SKOS, SSSOM

OURS, PEER = f"{ROOT}id/city/", "https://peer.example/city/"
DE, AT = "https://w3id.org/hrcr/vocab/countries/DE", "https://w3id.org/hrcr/vocab/countries/AT"


def ours(slug: str, *names: str, country: str = DE, identifiers: tuple[str, ...] = ()) -> Place:
    return Place(
        iri=OURS + slug, source="", names=frozenset(names), country=country, identifiers=frozenset(identifiers)
    )


def theirs(slug: str, *names: str, country: str = DE, identifiers: tuple[str, ...] = ()) -> Place:
    return Place(
        iri=PEER + slug, source="peer", names=frozenset(names), country=country, identifiers=frozenset(identifiers)
    )


def told(found: tuple[Candidate, ...]) -> list[tuple[str, str, Evidence, bool]]:
    return [
        (one.ours.iri.removeprefix(OURS), one.theirs.iri.removeprefix(PEER), one.evidence, one.is_alone)
        for one in found
    ]


def test_an_identifier_counts_before_a_name() -> None:
    known = ours("aldermoor", "Aldermoor", identifiers=("geonames:1",))
    other = theirs("a", "Aldermoor", identifiers=("geonames:1", "wikidata:Q1"))
    (one,) = candidates([known], [other])
    assert (one.evidence, one.rests_on, one.against) == (Evidence.IDENTIFIER, "geonames:1", "")


def test_a_name_counts_within_a_country_alone() -> None:
    known = ours("aldermoor", "Aldermoor", "Ellernmoor")
    found = candidates(
        [known],
        [
            theirs("same", "ELLERNMOOR"),
            theirs("alike", "Aldermor"),
            theirs("elsewhere", "Aldermoor", country=AT),
            theirs("nowhere", "Aldermoor", country=""),
            theirs("other", "Mühldorf"),
        ],
    )
    assert told(found) == [("aldermoor", "same", Evidence.NAME, True), ("aldermoor", "alike", Evidence.ALIKE, True)]


def test_two_as_good_are_both_told_and_neither_stands_alone() -> None:
    found = candidates([ours("north", "Neuburg"), ours("south", "Neuburg")], [theirs("n", "Neuburg")])
    assert told(found) == [("north", "n", Evidence.NAME, False), ("south", "n", Evidence.NAME, False)]


def test_another_identifier_at_the_same_authority_stands_against_a_name() -> None:
    known = ours("neuburg", "Neuburg", identifiers=("wikidata:Q1", "geonames:1"))
    (one,) = candidates([known], [theirs("n", "Neuburg", identifiers=("wikidata:Q2",))])
    assert one.against == "another identifier at wikidata"


def test_what_a_peer_says_of_our_own_iri_is_no_candidate() -> None:
    same = Place(iri=OURS + "aldermoor", source="peer", names=frozenset({"Aldermoor"}), country=DE)
    assert candidates([ours("aldermoor", "Aldermoor")], [same]) == ()


def test_what_was_decided_comes_with_its_reason() -> None:
    decision = Decision(ours=OURS + "aldermoor", theirs=PEER + "a", is_same=False, reason="The district.")
    (one,) = candidates([ours("aldermoor", "Aldermoor")], [theirs("a", "Aldermoor")], [decision])
    assert one.decision == decision


def test_a_city_is_read_with_names_country_and_identifiers_of_itself_and_its_place() -> None:
    text = f"""@prefix hrc: <https://w3id.org/hrcr/def#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    @prefix dct: <http://purl.org/dc/terms/> .
    <{PEER}a> a hrc:City ; skos:prefLabel "Aldermoor"@en, "Ellernmoor"@de ; skos:altLabel "Moor"@en ;
        hrc:country <{DE}> ; skos:exactMatch <http://www.wikidata.org/entity/Q1> ; dct:spatial <{PEER}a#place> .
    <{PEER}a#place> skos:exactMatch <https://sws.geonames.org/1/> ; skos:closeMatch <https://sws.geonames.org/2/> .
    [] a hrc:City ; skos:prefLabel "Nameless"@en ."""
    graph = Graph().parse(data=text, format="turtle")
    (place,) = places([("peer", graph), ("peer", graph)]).values()
    assert place.names == {"Aldermoor", "Ellernmoor", "Moor"}
    assert (place.country, place.identifiers) == (DE, {"wikidata:Q1", "geonames:1"})


def test_the_cities_of_a_release_are_ours_and_those_of_each_peer() -> None:
    city = "<{}> a <https://w3id.org/hrcr/def#City> ; <http://www.w3.org/2004/02/skos/core#prefLabel> '{}'@en ."
    graphs = {
        URIRef(f"{ROOT}graph/profile/aldermoor"): city.format(OURS + "aldermoor", "Aldermoor"),
        URIRef(f"{ROOT}graph/reference/cities"): city.format(OURS + "aldermoor", "Ellernmoor"),
        URIRef(f"{ROOT}graph/peer/north/profile/a"): city.format(PEER + "a", "A"),
        URIRef(f"{ROOT}graph/peer/south/profile/a"): city.format(PEER + "a", "B"),
        URIRef(f"{ROOT}graph/peer-assessment/south/a"): city.format(PEER + "c", "C"),
        URIRef(f"{ROOT}graph/vocabulary/rights"): city.format(PEER + "d", "D"),
    }
    known, others = cities_of(graphs, lambda name: Graph().parse(data=graphs[name], format="turtle"))
    assert {iri: place.names for iri, place in known.items()} == {OURS + "aldermoor": {"Aldermoor", "Ellernmoor"}}
    assert [(place.source, place.name) for place in others] == [("north", "A"), ("south", "B")]


def test_a_decision_is_a_mapping_that_can_be_read_again() -> None:
    for is_same in (True, False):
        decision = Decision(ours=OURS + "aldermoor", theirs=PEER + "a", is_same=is_same, reason="Looked at both.")
        graph = mapping(decision)
        assert list(decisions([graph])) == [decision]
        assert ((URIRef(decision.ours), SKOS.exactMatch, URIRef(decision.theirs)) in graph) is is_same
        assert ((None, SSSOM.predicate_modifier, SSSOM.NegatedPredicate) in graph) is not is_same
        assert (None, OWL.sameAs, None) not in graph
        name = URIRef(DECIDED + "x")
        assert decisions_of([name, URIRef(f"{ROOT}graph/peer/x")], {name: graph}.__getitem__) == [decision]


def test_both_decisions_of_two_cities_are_events_of_one_case() -> None:
    decision = Decision(ours=OURS + "aldermoor", theirs=PEER + "a", is_same=True, reason="Looked at both.")
    event = drafted(decision, None, OxigraphSyntax())
    assert event.case == case_of(decision.ours, decision.theirs) != case_of(decision.theirs, decision.ours)
    assert (event.kind, event.reason, event.previous) == ("identity", "Looked at both.", None)
    assert b"exactMatch" in (event.payload or b"")
