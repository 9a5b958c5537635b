"""An installed wheel works outside the checkout: it carries ontology, shapes and data with it."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, install it with its dependencies into a new environment elsewhere, and give its programs."""
    home = tmp_path_factory.mktemp("elsewhere")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(home), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    venv.create(home / "venv", with_pip=True)
    (wheel,) = home.glob("*.whl")
    pip = [home / "venv" / "bin" / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check", wheel]
    subprocess.run(pip, check=True, capture_output=True)
    return home / "venv" / "bin"


@pytest.mark.slow
def test_an_installed_wheel_judges_a_file_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    example = tmp_path / "declared.ttl"
    example.write_bytes((ROOT / "data" / "examples" / "declared.ttl").read_bytes())
    command = [installed / "hrcr", "validate", example.name, "--at", "2026-12-01"]
    judged = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert judged.returncode == 0, judged.stderr
    assert "Machine level   Declared" in judged.stdout


@pytest.mark.slow
def test_an_installed_wheel_lists_the_whole_standard(installed: Path, tmp_path: Path) -> None:
    listed = subprocess.run([installed / "hrcr", "criteria"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert listed.stdout.count("MCS-") == 40
