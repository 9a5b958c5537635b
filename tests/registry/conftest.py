"""One installation on the real artefacts, with a fixed clock and its own home."""

from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from registry.adapters.artefact_files import bundled_contexts, load_artefacts
from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.adapters.release_directories import ReleaseDirectories
from registry.adapters.spreadsheet import OpenXmlSheets
from registry.artefacts import Artefacts
from registry.ledger_wiring import open_ledger
from registry.model import Report
from registry.registry import Examination, Registry
from registry.settings import Settings
from tests.registry.databases import ledger_url, postgresql  # noqa: F401  # fixtures of every test here

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def artefacts() -> Artefacts:
    syntax = OxigraphSyntax(bundled_contexts())
    return Artefacts(load_artefacts(syntax), syntax)


@pytest.fixture(scope="session")
def registry(artefacts: Artefacts, tmp_path_factory: pytest.TempPathFactory) -> Registry:
    home: Path = tmp_path_factory.mktemp("home")
    return Registry(
        artefacts,
        validator=PyShaclValidator,
        releases=ReleaseDirectories(home),
        clock=lambda: NOON,
        ledger=lambda: closing(open_ledger(Settings(home=home), may_be_new=True)),
        sheets=OpenXmlSheets(),
    )


@pytest.fixture(scope="session")
def silent(registry: Registry) -> Report:
    """The judgement of a city that says nothing."""
    text = """@prefix hrc: <https://w3id.org/hrcr/def#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    <https://example.org/id/city/silent> a hrc:City ; skos:prefLabel "Silent"@en ;
        hrc:country <https://w3id.org/hrcr/vocab/countries/XA> ."""
    return registry.examine(Examination(raw=text.encode(), name="silent.ttl", is_explained=True))


@pytest.fixture(scope="session")
def desk(registry: Registry) -> Report:
    """The judgement of the desk profile of York."""
    return registry.assess_desk_profile("york", at=date(2026, 11, 25))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def accounts_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without accounts, on each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/accounts.db"
    url: str = request.getfixturevalue("postgresql")()
    return url
