"""A home is an instance of its own, or the mirror of one other: never both, never of two."""

from pathlib import Path

import pytest

from registry.adapters.mirrored_releases import HomeOfMirror
from registry.errors import SettingsError
from registry.fetch_errors import AddressRefused
from registry.ledger_wiring import open_ledger
from registry.mirror_errors import MirrorReadsOnly
from registry.mirror_ports import Source
from registry.mirror_wiring import demand_own, mirrored, open_mirror
from registry.settings import Settings

SOURCE = Source(address="https://a.example/", site="https://b.example/", keys=(b"k" * 32,))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home that mirrors."""
    HomeOfMirror(tmp_path).pin(SOURCE)
    return Settings(home=tmp_path)


def test_nothing_is_recorded_in_a_mirror(settings: Settings) -> None:
    assert mirrored(settings) == SOURCE
    with pytest.raises(MirrorReadsOnly, match=r"is a mirror of https://b\.example/ and holds releases alone"):
        open_ledger(settings, may_be_new=True)
    assert [path.name for path in settings.home.iterdir()] == ["mirror.json"]


def test_a_home_of_its_own_is_no_mirror_and_is_not_made_one(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    demand_own(tmp_path)
    assert mirrored(settings) is None
    open_ledger(settings, may_be_new=True).close()
    with pytest.raises(SettingsError, match="holds a registry of its own"):
        open_mirror(settings, "https://a.example/")


def test_a_mirror_keeps_to_its_source_and_its_key_until_another_is_given(settings: Settings) -> None:
    assert open_mirror(settings, "https://A.example").source == SOURCE
    given = open_mirror(settings, "https://a.example/", keys=(b"n" * 32,), site="https://c.example").source
    assert (given.keys, given.site) == ((b"n" * 32,), "https://c.example/")
    with pytest.raises(SettingsError, match=r"mirrors https://a\.example/; mirror https://other\.example/ into"):
        open_mirror(settings, "https://other.example/")


@pytest.mark.parametrize("address", ["", "ftp://a.example/", "https://me@a.example/", "a.example"])
def test_what_is_no_address_of_the_web_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(AddressRefused):
        open_mirror(Settings(home=tmp_path), address)
    assert list(tmp_path.iterdir()) == []
