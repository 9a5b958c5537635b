"""`hrcr witness` says how it ended with each witness; what witnesses do or do not makes no release a failed one."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from rdflib import Literal, URIRef

from registry import release_commands
from registry.adapters.ed25519_key import new_key
from registry.adapters.release_directories import ReleaseDirectories
from registry.cli import main
from registry.dumps import release_files
from registry.errors import SettingsError
from registry.ledger_wiring import open_ledger
from registry.loading import artefacts
from registry.model import Folded, FoldedGraph, Release
from registry.settings import Settings
from tests.lines import line
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


def built(home: Path, day: date) -> Release:
    said = line(URIRef("https://x.example/city"), URIRef("https://x.example/name"), Literal(f"{day}"))
    return ReleaseDirectories(home).build(
        Folded({URIRef("https://x.example/graph"): FoldedGraph("x", lambda: [said])}),
        day=day,
        standard_version="1.0.0",
        software_version="0.1.0",
        files=lambda made, reader: release_files(made, reader, artefacts().described, signer=None),
    )


def test_the_quorum_of_the_settings_counts_for_the_current_release_of_all(tmp_path: Path) -> None:
    first, second = built(tmp_path, date(2026, 6, 30)), built(tmp_path, date(2026, 7, 1))
    environ = {"HRCR_WITNESS_QUORUM": "1", "HRCR_PEERS": write_peers(tmp_path / "peers.ttl")}

    def missed(*arguments: str) -> list[bool]:
        """Say of each release that is told whether the quorum is missed there."""
        told = CliRunner().invoke(main, ["verify", *arguments, "--home", str(tmp_path)], env=environ).output
        return ["The quorum is missed" in part for part in told.split(str(tmp_path / "releases"))[1:]]

    assert missed() == [False, True]
    assert missed("--quorum", "1") == [True, True]
    assert missed("--quorum", "0") == [False, False]
    assert missed(str(first.directory)) == missed(str(second.directory)) == [True]


@pytest.mark.parametrize(
    "fault", [SettingsError("The list of peers is no Turtle."), OSError("No space is left.")], ids=range(2)
)
def test_a_publish_that_succeeded_ends_well_whatever_befalls_the_witnesses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    release = built(tmp_path, date(2026, 6, 30))

    def fails(_settings: Settings) -> None:
        raise fault

    monkeypatch.setattr(release_commands, "publish_release", lambda *_given, **_named: release)
    monkeypatch.setattr(release_commands, "ask_witnesses", fails)
    told = CliRunner().invoke(main, ["publish", "--home", str(tmp_path)])
    assert (told.exit_code, told.stdout.startswith(f"Release {release.id}: ")) == (0, True)
    assert told.stderr == f"The release is published, but no witness could be asked: {fault}\n"
