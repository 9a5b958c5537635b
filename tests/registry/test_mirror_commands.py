"""`hrcr mirror` as an operator runs it, beside a real server of the other instance."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from registry.cli import main
from registry.mirror_commands import LONGEST, watching
from registry.mirror_wiring import open_mirror
from registry.settings import Settings
from tests.publisher import Publisher, giving, publisher
from tests.serving import serving

pytestmark = pytest.mark.slow


@pytest.fixture
def source(tmp_path: Path) -> Publisher:
    found = publisher(tmp_path / "there")
    found.publish("Aldermoor")
    return found


def hrcr(*arguments: object) -> Result:
    """Run a command."""
    return CliRunner().invoke(main, list(map(str, arguments)))


class Enough(Exception):
    """Ends watching."""


def test_a_mirror_follows_a_real_server_and_says_what_it_took(source: Publisher, tmp_path: Path) -> None:
    home, key = tmp_path / "mirror", source.home / "current" / "public-key.pem"
    with serving(source.home) as server:
        address = f"http://127.0.0.1:{server.port}"
        first = hrcr("mirror", address, "--home", home)
        assert (first.exit_code, first.stderr) == (0, "")
        assert "is trusted from now on, as it was met first" in first.stdout
        assert "Release 2026-06-30-1: 2 quads, verified and current" in first.stdout
        again = hrcr("mirror", address, "--home", home, "--key", key)
        assert (again.exit_code, again.stdout) == (0, "Nothing is new.\n")
    checked = hrcr("verify", "--home", home, "--key", key)
    assert (checked.exit_code, "not checked" in checked.stdout) == (0, False)
    lost = hrcr("mirror", address, "--home", home)
    assert (lost.exit_code, lost.stdout) == (2, "")
    assert "could not be reached" in lost.stderr
    refused = hrcr("publish", "--home", home)
    assert (refused.exit_code, "is a mirror of" in refused.stderr) == (2, True)


def test_a_key_of_somebody_else_is_told_in_one_sentence(source: Publisher, tmp_path: Path) -> None:
    other = publisher(tmp_path / "elsewhere")
    other.publish("Aldermoor")
    shutil.copy(other.home / "current" / "public-key.pem", tmp_path / "other.pem")
    with giving(source) as address:
        told = hrcr("mirror", address, "--home", tmp_path / "mirror", "--key", tmp_path / "other.pem")
    assert (told.exit_code, told.stdout) == (2, "")
    assert "is not signed with the key that was pinned at first or given" in told.stderr
    assert not (tmp_path / "mirror" / "current").exists()


@pytest.fixture
def address(source: Publisher) -> Iterator[str]:
    with giving(source) as address:
        yield address


def test_watching_goes_on_after_failures_waits_longer_each_time_and_takes_what_comes(
    source: Publisher, address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    waits: list[float] = []

    def pause(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 1:
            source.publish("Alder Moor")
            del source.given["/releases/2026-06-30-2/hrcr.nq"]
        if len(waits) == 12:
            source.give()
        if len(waits) == 13:
            raise Enough

    with pytest.raises(Enough):
        watching(open_mirror(Settings(home=tmp_path / "mirror"), address), 2.0, pause=pause)
    assert waits[:4] == [2.0, 4.0, 8.0, 16.0]
    assert waits[-2:] == [LONGEST, 2.0]
    told = capsys.readouterr()
    assert "The next try is in 4 seconds." in told.err
    assert "Release 2026-06-30-2: 2 quads, verified and current" in told.out
