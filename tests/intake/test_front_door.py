"""Bad files at the front doors: one clear sentence each, exit code 2 and status 422, and the next file is served."""

import os
import subprocess
import sys
from io import BytesIO
from itertools import groupby
from pathlib import Path

import pytest

from registry.settings import Settings
from registry.wiring import wire
from server.app import create_app

BAD = Path(__file__).parent / "bad"
HRCR = Path(sys.executable).parent / "hrcr"


def some_of_each_row() -> list[Path]:
    """The first, the middle and the last file of each row of the list of attacks."""
    chosen = []
    for _, group in groupby(sorted(BAD.iterdir()), key=lambda path: path.name.split("-")[0]):
        files = list(group)
        chosen += [files[0], files[len(files) // 2], files[-1]]
    return chosen


FILES = some_of_each_row()


def test_every_row_sends_three_different_files() -> None:
    assert len(FILES) == len(set(FILES)) == 3 * 14


@pytest.mark.slow
def test_the_command_line_says_one_sentence_a_file_and_leaves_with_two() -> None:
    unmended = {**os.environ, "HRCR_REPAIR_SECONDS": "0"}
    judged = subprocess.run([HRCR, "validate", *FILES], capture_output=True, text=True, timeout=300, env=unmended)
    assert (judged.returncode, judged.stdout) == (2, "")
    spoken = [line for line in judged.stderr.splitlines() if line.startswith(str(BAD))]
    assert [line.split(": ", 1)[0] for line in spoken] == [str(path) for path in FILES]
    assert "Traceback" not in judged.stderr


@pytest.mark.slow
def test_the_check_answers_422_with_a_problem_and_serves_the_next_file(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, repair_seconds=0)
    client = create_app(wire(settings), settings).test_client()
    for path in FILES:
        sent = {"file": (BytesIO(path.read_bytes()), path.name)}
        answer = client.post("/check", data=sent, headers={"Accept": "application/json"})
        assert answer.status_code in (413, 422), f"{path.name}: {answer.status_code} {answer.text[:200]}"
        assert answer.mimetype == "application/problem+json", path.name
        assert answer.json["detail"], path.name
    good = {"file": (BytesIO((BAD.parent / "good.ttl").read_bytes()), "good.ttl")}
    assert client.post("/check", data=good, headers={"Accept": "application/json"}).status_code == 200
