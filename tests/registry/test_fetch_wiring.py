"""The fetching of an installation says who asks and how to reach them."""

from pathlib import Path

import pytest

from registry.fetch_errors import AddressRefused
from registry.fetch_ports import FetchLimits
from registry.fetch_wiring import open_fetch
from registry.settings import Settings
from tests.odd_servers import odd_server, whole


@pytest.mark.parametrize(("contact", "told"), [("mailto:desk@city.example", "mailto:desk@city.example"), ("", "w3id")])
def test_a_server_learns_who_asks_and_how_to_reach_them(tmp_path: Path, contact: str, told: str) -> None:
    with odd_server({"/": whole(b"")}) as server:
        settings = Settings.load({}, home=tmp_path, contact=contact)
        open_fetch(settings, FetchLimits(seconds=5), exempt={server.place})(server.address("/"))
        assert server.header("User-Agent").startswith("hrcr/")
        assert told in server.header("User-Agent")
        with pytest.raises(AddressRefused):
            open_fetch(settings, FetchLimits(seconds=5))(server.address("/"))
