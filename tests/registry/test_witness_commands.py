"""`hrcr witness` says how it ended with each witness, and its exit code says whether all cosigned."""

from pathlib import Path

from click.testing import CliRunner

from registry.adapters.ed25519_key import new_key
from registry.cli import main
from registry.ledger_wiring import open_ledger
from registry.settings import Settings
from tests.registry.peers import key_turtle, peer_turtle, write_peers


def test_without_witnesses_it_says_so_and_with_one_that_cannot_be_reached_too(tmp_path: Path) -> None:
    new_key(tmp_path / "key.pem")
    key, listed = str(tmp_path / "key.pem"), write_peers(tmp_path / "peers.ttl")
    open_ledger(Settings(home=tmp_path, signing_key=key), may_be_new=True).close()
    environ = {"HRCR_SIGNING_KEY": key, "HRCR_PEERS": listed}
    none = CliRunner().invoke(main, ["witness", "--home", str(tmp_path)], env=environ)
    assert (none.exit_code, "No peer is a witness" in none.output) == (0, True)
    write_peers(
        tmp_path / "peers.ttl",
        peer_turtle(
            witnessAddress="<http://127.0.0.1:9/>", witnessName='"north.example/w"', witnessKey=key_turtle(bytes(32))
        ),
    )
    some = CliRunner().invoke(main, ["witness", "--home", str(tmp_path)], env=environ)
    assert (some.exit_code, some.output.startswith("north: not reached: ")) == (1, True)
