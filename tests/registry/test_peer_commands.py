"""The command says of each peer how its run ended."""

from pathlib import Path
from urllib.parse import urljoin

import pytest
from click.testing import CliRunner, Result

from registry.cli import main
from tests.registry.peers import peer_turtle, write_peers


def hrcr(home: Path, *arguments: str, peers: str = "") -> Result:
    return CliRunner().invoke(main, ["harvest", "--home", str(home), *arguments], env={"HRCR_PEERS": peers})


def test_without_peers_it_says_where_to_read_on(tmp_path: Path) -> None:
    found = hrcr(tmp_path)
    assert (found.exit_code, found.output) == (0, "There is no peer; docs/peers.md shows how to write one.\n")


@pytest.mark.parametrize("address", ["http://127.0.0.1:8080/", "http://169.254.169.254/", "http://[::1]/"])
def test_what_goes_wrong_is_told_and_gives_an_exit_code(tmp_path: Path, address: str) -> None:
    """On the command line nothing that is not public is ever asked."""
    listed = write_peers(tmp_path / "peers.ttl", peer_turtle(accessURL=f"<{address}>"))
    found = hrcr(tmp_path / "home", peers=listed)
    assert found.exit_code == 1
    assert found.output.startswith(f"north: refused: {urljoin(address, '/robots.txt')} is not one of the public web")
    assert hrcr(tmp_path / "home", peers=listed).output.startswith("north: waiting: It is asked again after")


def test_an_unknown_peer_and_a_broken_list_are_told(tmp_path: Path) -> None:
    listed = write_peers(tmp_path / "peers.ttl", peer_turtle(peerKind=None))
    found = hrcr(tmp_path, peers=listed)
    assert (found.exit_code, "peerKind must be one of peer-kinds" in found.output) == (2, True)
    assert "There is no peer “west”" in hrcr(tmp_path, "west").output
