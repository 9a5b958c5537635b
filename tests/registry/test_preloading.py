"""What children need is read when the server of child processes imports this module."""

import importlib

from registry import wiring


def test_importing_it_reads_the_artefacts() -> None:
    importlib.import_module("registry.preloading")
    assert {"reference", "judging_shapes"} <= set(vars(wiring.artefacts()))
