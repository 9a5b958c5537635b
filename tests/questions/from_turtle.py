"""What questions must answer, computed from the Turtle files by plain loops over triples, without SPARQL."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

from rdflib import DCTERMS, OWL, RDF, RDFS, SH, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

from registry.namespaces import DCAT, HRC, REG, ROOT, VOCAB

T = TypeVar("T")
Row = tuple[object, ...]
EXPECTED: Final[dict[str, Callable[[Graph], Iterator[Row]]]] = {}
"""Each question whose answer is computed here, by its slug."""

NO_PAIR: Final = (None, None)


def answers(slug: str) -> Callable[[Callable[[Graph], Iterator[Row]]], Callable[[Graph], Iterator[Row]]]:
    def enter(compute: Callable[[Graph], Iterator[Row]]) -> Callable[[Graph], Iterator[Row]]:
        EXPECTED[slug] = compute
        return compute

    return enter


def name(graph: Graph, node: Node | None, predicate: URIRef = SKOS.prefLabel) -> Node | None:
    """Give the text in English, else the text in another language, else None."""
    texts = [text for text in graph.objects(node, predicate) if isinstance(text, Literal)] if node else []
    return min(texts, key=lambda text: text.language != "en", default=None)


def span(graph: Graph, node: Node) -> tuple[Node | None, Node | None]:
    """Give the first and the last possible day."""
    day = graph.value(node, DCTERMS.issued) or graph.value(node, DCTERMS.date) or graph.value(node, HRC.startDate)
    return day or graph.value(node, HRC.earliest), day or graph.value(node, HRC.latest)


def claim(graph: Graph, *triple: Node) -> Node | None:
    """Give the statement about one triple, if there is one."""
    subject, predicate, value = triple
    for statement in graph.subjects(RDF.subject, subject):
        if (statement, RDF.predicate, predicate) in graph and (statement, RDF.object, value) in graph:
            return statement
    return None


def sources(graph: Graph, node: Node | None) -> Iterator[tuple[Node | None, Node | None]]:
    """Give publisher and address of each source of a claim."""
    for source in graph.objects(node, HRC.supportedBy):
        yield name(graph, graph.value(source, DCTERMS.publisher)), graph.value(source, DCAT.accessURL)


def acts(graph: Graph, city: Node) -> list[Node]:
    return [*graph.objects(city, HRC.reliesOn), *graph.objects(city, HRC.act)]


def or_nothing(found: Iterable[T]) -> list[T | None]:
    """Give what was found, or one None, as OPTIONAL does."""
    return list(found) or [None]


@answers("01-who-adopted-what")
def who_adopted_what(graph: Graph) -> Iterator[Row]:
    relations = {
        HRC.adoptsAsGuidingNorm: "adopted as guiding norm",
        HRC.accedesTo: "acceded to",
        HRC.cites: "cited",
    }
    for city in graph.subjects(RDF.type, HRC.City):
        for speaker in (*acts(graph, city), city):
            act = None if speaker == city else speaker
            body = name(graph, graph.value(speaker, HRC.adoptedBy))
            when = (*span(graph, speaker), graph.value(speaker, HRC.dateWording))
            by = (act, body, graph.value(speaker, HRC.proclaimedBy), *when)
            for relation, how in relations.items():
                for instrument in graph.objects(speaker, relation):
                    said = claim(graph, speaker, relation, instrument) or speaker
                    confidence = name(graph, graph.value(said, HRC.confidence))
                    what = (city, name(graph, city), how, instrument, name(graph, instrument))
                    yield from ((*what, *by, confidence, *source) for source in sources(graph, said))


@answers("06-cities-by-designation")
def cities_by_designation(graph: Graph) -> Iterator[Row]:
    for city, designation in graph.subject_objects(HRC.designation):
        labels = [label for label in graph.objects(city, SKOS.prefLabel) if isinstance(label, Literal)]
        country = name(graph, graph.value(city, HRC.country))
        for local in or_nothing(label for label in labels if label.language != "en"):
            at_home = graph.value(city, HRC.localDesignation)
            yield name(graph, designation), country, city, name(graph, city), local, at_home


@answers("07-cities-per-country")
def cities_per_country(graph: Graph) -> Iterator[Row]:
    for land in graph.subjects(RDF.type, HRC.Country):
        cities = set(graph.subjects(HRC.country, land))
        if cities:
            member = graph.value(land, HRC.memberOfEuropeanUnion)
            yield graph.value(land, SKOS.notation), name(graph, land), member, len(cities)


@answers("08-governing-bodies")
def governing_bodies(graph: Graph) -> Iterator[Row]:
    for city, body in graph.subject_objects(HRC.governedBy):
        founded = (*span(graph, body), graph.value(body, HRC.dateWording))
        seated = graph.value(body, HRC.civilSocietySeated)
        for sector in or_nothing(graph.objects(body, HRC.memberSector)):
            what = (city, name(graph, city), body, name(graph, body), graph.value(body, HRC.kindNote))
            yield *what, *founded, seated, name(graph, sector)


@answers("10-members-as-the-network-says")
def members_as_the_network_says(graph: Graph) -> Iterator[Row]:
    for network, city in graph.subject_objects(HRC.memberListed):
        for source in sources(graph, claim(graph, network, HRC.memberListed, city)):
            yield network, name(graph, network), city, name(graph, city), *source


@answers("11-memberships-as-profiles-say")
def memberships_as_profiles_say(graph: Graph) -> Iterator[Row]:
    for city, membership in graph.subject_objects(HRC.networkMembership):
        network = graph.value(membership, HRC.network)
        since = (*span(graph, membership), graph.value(membership, HRC.dateWording))
        confidence = name(graph, graph.value(membership, HRC.confidence))
        role = graph.value(membership, HRC.role)
        yield city, name(graph, city), network, name(graph, network), role, *since, confidence


@answers("12-members-where-the-two-differ")
def members_where_the_two_differ(graph: Graph) -> Iterator[Row]:
    published = set(graph.subject_objects(HRC.memberListed))
    stated = {
        (graph.value(membership, HRC.network), city)
        for city, membership in graph.subject_objects(HRC.networkMembership)
    }
    publishing = {network for network, _ in published}
    for one_side, difference in (
        (published - stated, "published by the network, not in the profile"),
        (stated - published, "in the profile, not published by the network"),
    ):
        for network, city in one_side:
            has_list = str(network in publishing).lower()
            yield network, name(graph, network), city, name(graph, city), difference, has_list


@answers("14-facts-from-one-source")
def facts_from_one_source(graph: Graph) -> Iterator[Row]:
    for node in graph.subjects(HRC.confidence, VOCAB["confidence/single-source"]):
        for fact in graph.objects(node, DCTERMS.identifier):
            yield from ((fact, node, address) for _, address in sources(graph, node))


@answers("15-treaties")
def treaties(graph: Graph) -> Iterator[Row]:
    for treaty in graph.subjects(HRC.instrumentKind, VOCAB["instrument-kinds/treaty"]):
        for number in or_nothing(graph.objects(treaty, HRC.documentNumber)):
            days = graph.value(treaty, HRC.earliest), graph.value(treaty, HRC.latest)
            page = graph.value(treaty, HRC.officialUrl)
            yield treaty, name(graph, treaty), graph.value(treaty, HRC.adopter), *days, number, page


@answers("17-rights-in-an-instrument")
def rights_in_an_instrument(graph: Graph) -> Iterator[Row]:
    for article in graph.subjects(DCTERMS.isPartOf, VOCAB["instruments/universal-declaration-of-human-rights"]):
        for right in graph.subjects(HRC.guaranteedBy, article):
            group = name(graph, graph.value(right, HRC.rightsGroup))
            number = graph.value(article, SKOS.notation)
            yield group, right, name(graph, right), article, number, name(graph, article)


@answers("20-requirements-of-a-level")
def requirements_of_a_level(graph: Graph) -> Iterator[Row]:
    of_the_level = set(graph.subjects(HRC.level, VOCAB["levels/committed"]))
    for requirement in of_the_level & set(graph.subjects(RDF.type, HRC.Requirement)):
        criterion = graph.value(graph.value(requirement, HRC.criterion), SKOS.notation)
        text = name(graph, requirement, SKOS.definition)
        obligation = name(graph, graph.value(requirement, HRC.obligation))
        for threshold in or_nothing(graph.objects(requirement, HRC.threshold)):
            ground = graph.value(threshold, RDF.value), graph.value(threshold, HRC.ground)
            yield criterion, requirement, text, obligation, threshold, *ground


@answers("21-what-people-judge")
def what_people_judge(graph: Graph) -> Iterator[Row]:
    for requirement in graph.subjects(HRC.judged, Literal(True)):
        criterion = graph.value(graph.value(requirement, HRC.criterion), SKOS.notation)
        level = graph.value(requirement, HRC.level)
        proof = graph.value(requirement, HRC.whatProvesIt)
        yield criterion, graph.value(level, HRC.order), name(graph, level), requirement, name(graph, requirement), proof


@answers("22-thresholds-of-our-own")
def thresholds_of_our_own(graph: Graph) -> Iterator[Row]:
    for threshold in graph.subjects(RDF.type, HRC.Threshold):
        kind, value = graph.value(threshold, HRC.groundKind), graph.value(threshold, RDF.value)
        yield kind, threshold, name(graph, threshold), value, graph.value(threshold, HRC.ground)


@answers("23-grounds-of-a-criterion")
def grounds_of_a_criterion(graph: Graph) -> Iterator[Row]:
    for criterion in graph.subjects(RDF.type, HRC.Criterion):
        for source in graph.objects(criterion, DCTERMS.source):
            code, title = graph.value(source, SKOS.notation), name(graph, source, DCTERMS.title)
            yield graph.value(criterion, SKOS.notation), name(graph, criterion), code, source, title


@answers("24-shapes-of-a-requirement")
def shapes_of_a_requirement(graph: Graph) -> Iterator[Row]:
    for shape in graph.subjects(HRC.decides, URIRef("https://w3id.org/hrcr/standard/formal-act/declared")):
        message = name(graph, shape, SH.message)
        if message is not None:
            yield shape, name(graph, shape, SH.name), graph.value(shape, SH.severity), message


@answers("28-inhabitants")
def inhabitants(graph: Graph) -> Iterator[Row]:
    for city, figure in graph.subject_objects(HRC.population):
        number = graph.value(figure, HRC.value), graph.value(figure, HRC.approximate)
        for _, address in sources(graph, figure):
            yield city, name(graph, city), figure, *number, *span(graph, figure), address


@answers("30-commitments")
def commitments(graph: Graph) -> Iterator[Row]:
    for city in graph.subjects(RDF.type, HRC.City):
        for plan in (*graph.objects(city, HRC.currentPlan), *graph.objects(city, HRC.earlierPlan)):
            for promise in graph.objects(plan, HRC.commitment):
                served = graph.value(promise, HRC.rightsWording), graph.value(promise, HRC.groupWording)
                owner = name(graph, graph.value(promise, HRC.ownedBy))
                due = graph.value(promise, HRC.dueDate) or graph.value(promise, HRC.dueDateWording)
                title = graph.value(promise, DCTERMS.title)
                yield city, name(graph, city), plan, promise, title, *served, owner, due


@answers("34-publishers-under-control")
def publishers_under_control(graph: Graph) -> Iterator[Row]:
    for publisher, city in graph.subject_objects(HRC.controlledBy):
        if (city, RDF.type, HRC.City) in graph:
            published = set(graph.subjects(DCTERMS.publisher, publisher))
            held = {source for source in published if (source, RDF.type, HRC.Evidence) in graph}
            yield city, name(graph, city), publisher, name(graph, publisher), len(held)


@answers("37-when-profiles-were-compiled")
def when_profiles_were_compiled(graph: Graph) -> Iterator[Row]:
    terms = (REG.status, HRC.compiledOn, HRC.compiledFrom, HRC.submittedByCity)
    for record, city in graph.subject_objects(HRC.recordOf):
        standing = name(graph, graph.value(city, HRC.standing))
        yield city, name(graph, city), standing, *(graph.value(record, term) for term in terms)


@answers("38-groups-in-vulnerable-situations")
def groups_in_vulnerable_situations(graph: Graph) -> Iterator[Row]:
    for group in graph.subjects(HRC.vulnerableSituation, Literal(True)):
        named = set(graph.subjects(HRC.targetsGroup, group))
        pairs: list[tuple[Node | None, Node | None]] = [
            (city, city) for city in named if (city, RDF.type, HRC.City) in graph
        ]
        pairs += [(city, practice) for practice in named for city in graph.subjects(HRC.practice, practice)]
        for city, node in pairs or [NO_PAIR]:
            yield group, name(graph, group), city, name(graph, city), node


@answers("46-cities-on-the-map")
def cities_on_the_map(graph: Graph) -> Iterator[Row]:
    wkt = URIRef("http://www.opengis.net/ont/geosparql#asWKT")
    geometry = URIRef("http://www.opengis.net/ont/geosparql#hasGeometry")
    for city, place in graph.subject_objects(DCTERMS.spatial):
        point = graph.value(graph.value(place, geometry), wkt)
        matches: list[tuple[str | None, Node | None]] = [
            ("exact", found) for found in graph.objects(place, SKOS.exactMatch)
        ]
        matches += [("close", found) for found in graph.objects(place, SKOS.closeMatch)]
        yield from ((city, name(graph, city), point, *match) for match in matches or [NO_PAIR])


@answers("47-instruments-no-act-names")
def instruments_no_act_names(graph: Graph) -> Iterator[Row]:
    relations = (HRC.adoptsAsGuidingNorm, HRC.accedesTo, HRC.cites)
    every_act = [act for city in graph.subjects(RDF.type, HRC.City) for act in acts(graph, city)]
    named = {found for act in every_act for relation in relations for found in graph.objects(act, relation)}
    for instrument in set(graph.subjects(RDF.type, HRC.RightsInstrument)) - named:
        yield name(graph, graph.value(instrument, HRC.instrumentKind)), instrument, name(graph, instrument)


@answers("48-own-word-only")
def own_word_only(graph: Graph) -> Iterator[Row]:
    owners = {
        publisher: set(graph.objects(publisher, HRC.controlledBy)) for publisher in graph.subjects(HRC.controlledBy)
    }
    for node, fact in graph.subject_objects(DCTERMS.identifier):
        city = URIRef(str(node).split("#")[0])
        publishers = {
            found
            for source in graph.objects(node, HRC.supportedBy)
            for found in graph.objects(source, DCTERMS.publisher)
        }
        if publishers and all(city in owners.get(publisher, ()) for publisher in publishers):
            yield city, fact


@answers("49-terms-a-city-may-state")
def terms_a_city_may_state(graph: Graph) -> Iterator[Row]:
    for term in graph.subjects(HRC.statedBy, HRC.ByCity):
        if (term, RDF.type, OWL.Class) in graph:
            yield term, name(graph, term, RDFS.label), name(graph, term, SKOS.definition)


@answers("51-contradictions-and-who-says-so")
def contradictions_and_who_says_so(graph: Graph) -> Iterator[Row]:
    for city, criticism in graph.subject_objects(HRC.criticism):
        if (criticism, HRC.stance, VOCAB["stances/contradicts"]) in graph:
            slug = str(city).rsplit("/", 1)[1]
            compiled = next(graph.value(record, HRC.compiledOn) for record in graph.subjects(HRC.recordOf, city))
            said = f"{ROOT}graph/profile/{slug}", "profile", f"{ROOT}id/office/registry-steward", compiled
            yield *said, city, criticism
