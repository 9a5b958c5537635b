"""What the settings say of stores reaches the releases, and nothing is asked before something is published."""

from datetime import date
from pathlib import Path

import pytest

from registry.adapters.store_address import read_address
from registry.errors import SettingsError
from registry.model import Folded
from registry.release_wiring import open_mirror_home, open_releases
from registry.settings import Settings
from tests.graph_stores import graph_store


def test_with_servers_a_release_lies_in_one_and_without_in_its_own_store(tmp_path: Path) -> None:
    facts = {"day": date(2026, 6, 30), "standard_version": "1.0", "software_version": "0"}
    line = b"<urn:a> <urn:p> <urn:b> ."
    with graph_store() as one, graph_store() as two:
        settings = Settings(home=tmp_path, store_servers=f"{one.setting} {two.setting}")
        release = open_releases(settings).build(Folded({}, (line,)), **facts)
        assert read_address(release.directory) == one.address
        assert open_releases(Settings(home=tmp_path)).current().reader.query("ASK { <urn:a> <urn:p> <urn:b> }") is True
        assert one.queries[-1].startswith("ASK")
        assert not two.asked
    plain = open_releases(Settings(home=tmp_path / "other")).build(Folded({}, (line,)), **facts)
    assert read_address(plain.directory) is None


def test_a_wrong_setting_is_told(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, store_servers="http://nowhere")
    for opened in (open_releases, open_mirror_home):
        with pytest.raises(SettingsError, match="HRCR_STORE_SERVERS"):
            opened(settings)
