"""On a Dask cluster of two real workers verdicts and impact are those of local processes, byte for byte."""

import re
import shlex
import socket
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from registry.bulk_wiring import assess_all, try_standard
from registry.settings import Settings
from tests.registry.clusters import cluster
from tests.registry.drafts_of_standard import asks_more
from tests.registry.test_bulk_wiring import CHOICES, files, kept

GUIDE = Path(__file__).parents[2] / "docs" / "judging.md"

__all__ = ["cluster", "files"]

pytestmark = [pytest.mark.bulk, pytest.mark.filterwarnings("default")]  # what the cluster warns of is not ours


def test_verdicts_are_the_same_bytes_as_from_this_machine(cluster: str, files: Path, tmp_path: Path) -> None:
    choices = replace(CHOICES, files=files, only=("file/*",))
    here, there = Settings(home=tmp_path / "here"), Settings(home=tmp_path / "there")
    local = assess_all(here, choices)
    remote = assess_all(there, replace(choices, dask=cluster))
    assert kept(here.home) == kept(there.home)
    assert len(kept(there.home)) == 6
    assert (remote.judged, remote.faults) == (local.judged, local.faults)


def test_the_impact_of_a_draft_is_the_same(cluster: str, files: Path, tmp_path: Path) -> None:
    choices = replace(CHOICES, files=files, only=("file/*",))
    draft = asks_more(tmp_path / "draft")
    local, _ = try_standard(Settings(home=tmp_path), draft, choices)
    remote, _ = try_standard(Settings(home=tmp_path), draft, replace(choices, dask=cluster))
    assert remote == local
    assert local.changes


def test_the_commands_of_the_guide_start_a_cluster_and_judge_on_it(files: Path, tmp_path: Path) -> None:
    section = GUIDE.read_text(encoding="utf-8").split("\n## On several machines\n", 1)[1]
    with socket.create_server(("127.0.0.1", 0)) as free:
        here = section.replace("10.0.0.1", "127.0.0.1").replace("8786", str(free.getsockname()[1]))
    commands = [shlex.split(line) for line in re.findall(r"^\$ \.venv/bin/(.*)$", here, re.M)]
    assert [command[0] for command in commands] == ["pip", "dask", "dask", "hrcr"]
    with ExitStack() as ended:
        for name, *arguments in commands[1:3]:
            command = [Path(sys.executable).parent / name, *arguments]
            started = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            ended.callback(started.wait, timeout=30)
            ended.callback(started.terminate)
        name, *arguments = commands[3]
        fewer = ["--from", files, "--only", "file/*", "--home", tmp_path / "home"]
        done = subprocess.run(
            [Path(sys.executable).parent / name, *arguments, *fewer],
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
    assert len(kept(tmp_path / "home")) == 6, done.stderr
