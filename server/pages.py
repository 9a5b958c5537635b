"""The pages beside the items: home, the lists, and what a reader should know about the registry."""

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from rdflib import Graph, URIRef
from rdflib.term import Node

from registry.loading import examples
from registry.namespaces import HRC, RDF, ROOT, SKOS, VOCAB
from server import item_pages
from server.descriptions import describe
from server.library import Shelf, shelf
from server.linked_data import missing, present_item
from server.links import SDG, is_path
from server.problems import KINDS, Problem
from server.representations import present
from server.words import Shown, Words

blueprint = Blueprint("pages", __name__)


@dataclass(frozen=True, slots=True)
class CityEntry:
    """One city in a list."""

    city: Shown
    country: Shown | None
    code: str
    standing: Shown | None


@blueprint.get("/")
def home() -> Response:
    """Say what this is, and list the cities by country; as data, describe the registry itself."""
    return present(
        ROOT,
        lambda: describe(shelf(), URIRef(ROOT)),
        lambda: render_template("home.html", countries=_by_country(cities_of(shelf()))),
    )


@blueprint.get("/cities")
def cities() -> str:
    """List the cities, all of them or those of one country."""
    listed = cities_of(shelf())
    countries = sorted({(entry.code, entry.country.text) for entry in listed if entry.country}, key=lambda e: e[1])
    asked = request.args.get("country")
    chosen = asked if asked in dict(countries) else None
    shown = [entry for entry in listed if chosen is None or entry.code == chosen]
    return render_template("cities.html", entries=shown, countries=countries, chosen=chosen)


@blueprint.get("/instruments")
def instruments() -> str:
    """List the rights instruments."""
    return _concept_list("instruments", "Rights instruments")


@blueprint.get("/rights")
def rights() -> str:
    """List the rights."""
    return _concept_list("rights", "Rights")


@blueprint.get("/sdgs")
def sdgs() -> str:
    """List the Sustainable Development Goals with their targets."""
    return _concept_list("sdgs", "Sustainable Development Goals")


@blueprint.get("/sdg/<code>")
def sdg(code: str) -> Response:
    """Describe a goal or a target, under the IRI that the United Nations gave it."""
    iri = URIRef(SDG + code)
    graph = describe(shelf(), iri) if is_path(code) else Graph()
    if (iri, None, None) not in graph:
        raise missing("sdg/" + code)
    return present_item(iri, graph)


@blueprint.get("/networks")
def networks() -> str:
    """List the networks of cities."""
    graph = shelf().graph("reference/networks")
    words = Words(graph)
    found = [words.show(node) for node in _of_class(graph, HRC.Network)]
    return render_template("networks.html", networks=sorted(found, key=lambda shown: shown.text.casefold()))


@blueprint.get("/examples/<path:name>")
def example(name: str) -> Response:
    """Give a fictional example as Turtle."""
    text = examples().get(name)
    if text is None:
        raise Problem("not-found", "There is no example of this name.", lists=["/standard"])
    return Response(text, content_type="text/turtle; charset=utf-8")


@blueprint.get("/problem/<path:path>")
def problem(path: str) -> str:
    """Explain one kind of problem."""
    if path not in KINDS:
        raise Problem("not-found", "There is no kind of problem of this name.", lists=["/problem"])
    return render_template("problems.html", kinds=[KINDS[path]])


@blueprint.get("/problem")
def problems() -> str:
    """Explain every kind of problem."""
    return render_template("problems.html", kinds=list(KINDS.values()))


@blueprint.get("/about")
def about() -> str:
    """Say what the registry is, how it works, and how to have something corrected."""
    return render_template("about.html")


@blueprint.get("/data")
def data() -> str:
    """Say how the data may be used, and how to get at them."""
    return render_template("data.html")


@blueprint.get("/accessibility")
def accessibility() -> str:
    """Give the accessibility statement."""
    return render_template("accessibility.html")


def cities_of(held: Shelf) -> list[CityEntry]:
    """List every city, alphabetically by the label shown."""
    graph, found = Graph(), {}
    for row in held.rows("cities"):
        for name in ("city", "country", "standing"):
            term, label = row[name], row["label" if name == "city" else f"{name}Label"]
            if term is not None and label is not None:
                graph.add((term, SKOS.prefLabel, label))
        if row["city"] is not None:
            found[row["city"]] = row
    words = Words(graph)
    entries = [
        CityEntry(
            city=words.show(city),
            country=_shown(words, row["country"]),
            code=str(row["country"] or "").rsplit("/", 1)[-1],
            standing=_shown(words, row["standing"]),
        )
        for city, row in found.items()
    ]
    return sorted(entries, key=lambda entry: entry.city.text.casefold())


def _by_country(entries: list[CityEntry]) -> list[tuple[Shown, list[CityEntry]]]:
    unknown = Shown("Country not recorded")
    labels = {entry.code: entry.country or unknown for entry in entries}
    ordered = sorted(labels.items(), key=lambda item: item[1].text)
    return [(label, [entry for entry in entries if entry.code == code]) for code, label in ordered]


def _concept_list(scheme: str, title: str) -> str:
    return render_template(
        "concepts.html", title=title, scheme=scheme, concepts=item_pages.tree(shelf(), VOCAB[scheme])
    )


def _of_class(graph: Graph, kind: URIRef) -> list[Node]:
    return list(graph.subjects(RDF.type, kind))


def _shown(words: Words, term: Node | None) -> Shown | None:
    return None if term is None else words.show(term)
