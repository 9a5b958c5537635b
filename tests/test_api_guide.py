"""The guide to the API is true: its examples are run in a shell, one after the other, against a real server."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from registry.people import Role, Scope
from registry.settings import Settings
from registry.wiring import people
from tests.serving import serving

ROOT = Path(__file__).parents[1]
CITY = "https://example.org/id/city/sandermere"


@pytest.mark.slow
def test_the_examples_of_the_guide_run_as_they_stand(tmp_path: Path) -> None:
    home, desk = tmp_path / "home", tmp_path / "desk"
    desk.mkdir()
    shutil.copy(ROOT / "data" / "examples" / "declared.ttl", desk / "city.ttl")
    registrar = people(Settings.load({}, home=home)).registrar
    officer = registrar.add("office@city.example", "Office", [Role.OFFICER], city=CITY)
    token = registrar.issue(officer, "guide", [Scope.SUBMIT, Scope.READ], days=30).text
    blocks = re.findall(r"^```sh\n(.*?)^```$", (ROOT / "docs" / "api.md").read_text(encoding="utf-8"), re.M | re.S)
    assert len(blocks) == 7
    with serving(home) as served:
        environment = {"REGISTRY": f"http://127.0.0.1:{served.port}", "TOKEN": token}
        script = "\n".join(["set -eu", *blocks])
        done = subprocess.run(
            ["/bin/bash", "-c", script], cwd=desk, env=os.environ | environment, capture_output=True, timeout=300
        )
    assert done.returncode == 0, (done.stderr, [path.read_text() for path in desk.glob("*.json")])
    said = {path.stem: json.loads(path.read_text()) for path in desk.glob("*.json")}
    assert (said["draft"]["version"], said["saved"]["version"], said["problem"]["status"]) == (1, 2, 412)
    assert [each["name"] for each in said["cases"]["cases"]] == [said["case"]["name"]]
    assert said["case"]["receipts"]
    assert (said["file"]["name"], said["file"]["version"]) == ("minutes.txt", 3)
    assert (desk / "city.xlsx").read_bytes().startswith(b"PK")
