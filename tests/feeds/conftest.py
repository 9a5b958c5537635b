"""What the guide shows, as somebody has it who copied it, and the environment in which its own Node.js comes first."""

import os
import re
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.editions import GUIDE

FETCHED: Final = Path(__file__).parents[2] / "var" / "feeds" / "node_modules"


@pytest.fixture(scope="session")
def tools() -> dict[str, str]:
    """The environment with the Node.js and the Python of this checkout."""
    return os.environ | {"PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))}


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with the programs of the guide, as somebody has it who copied them and installed what they need."""
    place, text = tmp_path / "desk", GUIDE.read_text(encoding="utf-8")
    place.mkdir()
    (place / "node_modules").symlink_to(FETCHED)
    for language, name in (("js", "follow.mjs"), ("python", "replica.py")):
        (program,) = re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)
        (place / name).write_text(program, encoding="utf-8")
    return place
