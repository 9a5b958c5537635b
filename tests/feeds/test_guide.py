"""The guide for other networks is true: its examples run in a shell, one after the other, against a real server."""

import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from tests.editions import DAY, GUIDE, publish
from tests.serving import serving

pytestmark = pytest.mark.feeds

SAID = {f"profile/c{number:03}": "one" for number in range(70)}


def test_the_examples_of_the_guide_run_as_they_stand(tmp_path: Path, desk: Path, tools: dict[str, str]) -> None:
    home = tmp_path / "home"
    publish(home, SAID)
    publish(home, {**SAID, "profile/c001": "two", "profile/c002": ""}, DAY + timedelta(days=1))
    blocks = re.findall(r"^```sh\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.M | re.S)
    assert len(blocks) == 5
    with serving(home) as served:
        environment = tools | {"REGISTRY": f"http://127.0.0.1:{served.port}"}
        script = "\n".join(["set -eux", *blocks])
        done = subprocess.run(
            ["/bin/bash", "-c", script], cwd=desk, env=environment, capture_output=True, timeout=120, check=False
        )
    assert done.returncode == 0, done.stderr.decode()
    assert (desk / "copy.nq").read_bytes() == (home / "current" / "hrcr.nq").read_bytes()
    assert (desk / "acts.csv").read_text().startswith("city,act")
