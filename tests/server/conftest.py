"""The application over a small release: the published artefacts and an invented city."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import Graph, URIRef

from registry.adapters.artefact_files import bundled_contexts, load_artefacts
from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.adapters.release_directories import ReleaseDirectories
from registry.adapters.spreadsheet import OpenXmlSheets
from registry.artefacts import Artefacts
from registry.feed import Edition
from registry.feeding import feed_files
from registry.fold import fold
from registry.model import Event
from registry.namespaces import ROOT
from registry.registry import Registry
from registry.settings import Settings
from server.app import create_app

HERE = Path(__file__).parent
DAY = date(2026, 6, 30)
NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)

APART = {"caption", "dd", "div", "dt", "h1", "h2", "h3", "li", "p", "td", "th"}

Publish = Callable[[Mapping[str, Graph]], Flask]


class Page(HTMLParser):
    """What an HTML parser makes of a page: its elements in order, its text, its addresses, its identifiers."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep one element; what a reader sees apart is apart in the text."""
        self.elements.append((tag, dict(attrs)))
        if tag in APART:
            self.text += " "

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.text += data

    @property
    def tags(self) -> set[str]:
        """Every element name met."""
        return {tag for tag, _ in self.elements}

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every element of a name."""
        return [attributes for found, attributes in self.elements if found == tag]

    @property
    def addresses(self) -> list[str]:
        """Every address that can be clicked."""
        return [str(attributes["href"]) for attributes in self.all("a") if "href" in attributes]


@pytest.fixture(scope="session")
def syntax() -> OxigraphSyntax:
    return OxigraphSyntax(bundled_contexts())


@pytest.fixture(scope="session")
def artefacts(syntax: OxigraphSyntax) -> Artefacts:
    return Artefacts(load_artefacts(syntax), syntax)


@pytest.fixture(scope="session")
def published(artefacts: Artefacts) -> dict[str, Graph]:
    """The artefacts as named graphs by kind and slug, the desk profiles of real cities apart."""
    files = artefacts.files
    kinds = {"ontology": files.ontology, "vocabulary": files.vocabularies, "standard": files.standard}
    kinds |= {"shapes": files.shapes, "reference": files.reference}
    return {f"{kind}/{slug}": graph for kind, graphs in kinds.items() for slug, graph in graphs.items()}


@pytest.fixture(scope="session")
def publish(
    artefacts: Artefacts, published: dict[str, Graph], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Publish]:
    """Give the application over the artefacts and some more graphs."""
    applications: list[Flask] = []

    def give(more: Mapping[str, Graph]) -> Flask:
        home = tmp_path_factory.mktemp("home")
        releases = ReleaseDirectories(home)
        content = fold(events({**published, **more}), artefacts.syntax)
        registry = Registry(
            artefacts, validator=PyShaclValidator, releases=releases, clock=lambda: NOON, sheets=OpenXmlSheets()
        )
        releases.build(
            content,
            day=DAY,
            standard_version="1.0.0",
            software_version="0.1.0",
            files=lambda made, reader: {
                **registry.files_of(made, reader),
                **feed_files(releases, Edition(made.id, made.day, content), list),
            },
        )
        applications.append(create_app(registry, Settings.load({}, home=home, query_seconds=120, repair_seconds=0)))
        return applications[-1]

    yield give
    for application in applications:
        application.extensions["query_pool"].close()


@pytest.fixture(scope="session")
def app(publish: Publish, artefacts: Artefacts) -> Flask:
    """The application over the artefacts, the invented city and a real one."""
    return publish(
        {
            "profile/aldermoor": turtle("aldermoor.ttl"),
            "profile/graz": artefacts.files.cities["graz"],
            "assessment/aldermoor": turtle("aldermoor-assessment.ttl"),
        }
    )


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def empty_client(artefacts: Artefacts, tmp_path: Path) -> FlaskClient:
    """The application before any release."""
    releases = ReleaseDirectories(tmp_path)
    registry = Registry(artefacts, validator=PyShaclValidator, releases=releases, clock=lambda: NOON)
    return create_app(registry, Settings.load({}, home=tmp_path, repair_seconds=0)).test_client()


def turtle(name: str) -> Graph:
    """Read a file beside the tests."""
    return Graph().parse(HERE / name, format="turtle")


def events(graphs: Mapping[str, Graph]) -> Iterable[Event]:
    """Give one event for each graph, in order of names."""
    for number, (case, graph) in enumerate(sorted(graphs.items()), start=1):
        yield Event(
            sequence=number,
            kind=case.split("/")[0],
            case=case,
            office="registry-steward",
            time=DAY.isoformat(),
            reason="Put together for a test.",
            graph=URIRef(f"{ROOT}graph/{case}"),
            payload=graph.serialize(format="nt").encode(),
        )
