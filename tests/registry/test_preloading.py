"""What children need is read when the server of child processes imports this module."""

import importlib

import pytest

from registry.loading import artefacts

pytestmark = pytest.mark.slow


def test_importing_it_reads_the_artefacts() -> None:
    importlib.import_module("registry.preloading")
    assert {"reference", "judging_shapes"} <= set(vars(artefacts()))
