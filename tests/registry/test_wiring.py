"""The installation is put together from its settings."""

from registry.loading import artefacts
from registry.settings import Settings
from registry.wiring import wire


def test_artefacts_are_read_once_in_a_process() -> None:
    assert wire(Settings()).artefacts is wire(Settings(port=9)).artefacts is artefacts()
