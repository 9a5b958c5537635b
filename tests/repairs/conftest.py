"""One installation on the real artefacts, which only reads, judges and mends."""

import pytest

from registry.registry import Registry
from tests.repairs.corpus import installation


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    return installation(tmp_path_factory.mktemp("home"))
