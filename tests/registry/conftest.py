"""One installation on the real artefacts, with a fixed clock and its own home."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from registry.adapters.artefact_files import bundled_contexts, load_artefacts
from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.adapters.release_directories import ReleaseDirectories
from registry.artefacts import Artefacts
from registry.registry import Registry

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def artefacts() -> Artefacts:
    syntax = OxigraphSyntax(bundled_contexts())
    return Artefacts(load_artefacts(syntax), syntax)


@pytest.fixture(scope="session")
def registry(artefacts: Artefacts, tmp_path_factory: pytest.TempPathFactory) -> Registry:
    home: Path = tmp_path_factory.mktemp("home")
    return Registry(artefacts, validator=PyShaclValidator, releases=ReleaseDirectories(home), clock=lambda: NOON)
