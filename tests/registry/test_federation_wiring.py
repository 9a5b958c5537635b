"""An installation asks public endpoints alone, within the time that its setting gives."""

from pathlib import Path

import pytest

from registry.federation_ports import AskLimits
from registry.federation_wiring import ask_limits, open_peer_endpoint
from registry.fetch_errors import AddressRefused
from registry.settings import Settings


def test_the_time_is_that_of_the_setting() -> None:
    assert ask_limits(Settings.load({"HRCR_FEDERATED_SECONDS": "3"})).seconds == 3
    assert ask_limits(Settings()).most_rows == 5_000


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000/sparql", "http://[::1]/sparql", "http://10.0.0.1/sparql"])
def test_an_endpoint_that_is_not_public_is_not_asked(tmp_path: Path, address: str) -> None:
    ask = open_peer_endpoint(Settings(home=tmp_path))
    with pytest.raises(AddressRefused):
        ask(address, "SELECT * WHERE {}", AskLimits())
