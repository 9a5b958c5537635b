"""`hrcr identity` as a steward uses it."""

from pathlib import Path

from click.testing import CliRunner, Result

from registry.cli import main
from registry.settings import Settings
from tests.registry.test_city_identity_wiring import OURS, THEIRS, file, settings

__all__ = ["file", "settings"]


def run(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["identity", *arguments, "--home", str(settings.home)])


def test_candidates_are_listed_decided_and_then_listed_only_when_asked_for(settings: Settings, file: Path) -> None:
    listed = run(settings, "list", "--with", str(file))
    assert "Oderau = Stadt Oderau (theirs.ttl)? identifier: geonames:1" in listed.output
    assert listed.output.endswith("1 candidate.\n")
    accepted = run(settings, "accept", OURS, THEIRS, "--reason", "The same council.")
    assert accepted.output == f"Recorded as event 2: {THEIRS} is {OURS}. The next release says so.\n"
    assert run(settings, "list", "--with", str(file)).output == "0 candidates.\n"
    assert "decided: same, The same council." in run(settings, "list", "--all", "--with", str(file)).output
    assert f"is not {OURS}" in run(settings, "refuse", OURS, THEIRS, "--reason", "Two towns.").output
    table = run(settings, "list", "--all", "--with", str(file), "--format", "csv").output.splitlines()
    assert table[1].endswith("identifier,geonames:1,,yes,different,Two towns.")


def test_a_city_that_is_none_of_ours_is_refused_with_a_sentence(settings: Settings) -> None:
    refused = run(settings, "accept", THEIRS, OURS, "--reason", "Why not.")
    assert refused.exit_code == 2
    assert "is no city of this registry; `hrcr identity list` shows the candidates." in refused.output
