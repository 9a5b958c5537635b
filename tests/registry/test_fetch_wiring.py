"""The fetching of an installation says who asks and how to reach them."""

from pathlib import Path

import pytest

from registry.fetch_errors import AddressRefused
from registry.fetch_ports import FetchLimits
from registry.fetch_wiring import open_fetch, open_named_fetch
from registry.settings import Settings
from tests.odd_servers import leads_to, odd_server, whole


@pytest.mark.parametrize(("contact", "told"), [("mailto:desk@city.example", "mailto:desk@city.example"), ("", "w3id")])
def test_a_server_learns_who_asks_and_how_to_reach_them(tmp_path: Path, contact: str, told: str) -> None:
    with odd_server({"/": whole(b"")}) as server:
        settings = Settings.load({}, home=tmp_path, contact=contact)
        open_fetch(settings, FetchLimits(seconds=5), exempt={server.place})(server.address("/"))
        assert server.header("User-Agent").startswith("hrcr/")
        assert told in server.header("User-Agent")
        with pytest.raises(AddressRefused):
            open_fetch(settings, FetchLimits(seconds=5))(server.address("/"))


def test_a_host_that_the_operator_names_may_be_private_and_no_other(tmp_path: Path) -> None:
    answers = {"/": whole(b"here"), "/away": leads_to("http://127.0.0.1:9/")}
    with odd_server(answers) as server, odd_server({"/": whole(b"")}) as other:
        fetch = open_named_fetch(Settings(home=tmp_path), FetchLimits(seconds=5), server.address("/"))
        assert fetch(server.address("/")).body == b"here"
        for address in (server.address("/away"), other.address("/")):
            with pytest.raises(AddressRefused):
                fetch(address)
