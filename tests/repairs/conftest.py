"""One installation on the real artefacts, which only reads and judges."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from registry.adapters.artefact_files import bundled_contexts, load_artefacts
from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.adapters.release_directories import ReleaseDirectories
from registry.artefacts import Artefacts
from registry.registry import Registry


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    home: Path = tmp_path_factory.mktemp("home")
    syntax = OxigraphSyntax(bundled_contexts())
    return Registry(
        Artefacts(load_artefacts(syntax), syntax),
        validator=PyShaclValidator,
        releases=ReleaseDirectories(home),
        clock=lambda: datetime(2026, 11, 28, 12, tzinfo=UTC),
    )
