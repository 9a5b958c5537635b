"""A kept verdict is made again byte for byte, and is outdated when rules or data have changed."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from registry.adapters.verdict_files import VerdictFiles
from registry.bulk import State
from registry.bulk_wiring import VERDICTS, Choices, assess_all
from registry.loading import artefacts
from registry.settings import Settings
from registry.verdict_wiring import is_verdict, kept_verdicts, verify_verdict
from registry.verification import Kind
from tests.benchmarks.cities import Generator

pytestmark = pytest.mark.bulk

CHOICES = Choices(at=date(2026, 6, 30), processes=1, seed="a")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    directory = tmp_path / "cities"
    directory.mkdir()
    (city,) = Generator().cities(1)
    (directory / "one.nt").write_text(city.triples, encoding="utf-8")
    return directory


def only(settings: Settings) -> Path:
    (place,) = (settings.home / VERDICTS).glob("*/*/*.nt")
    return place


@pytest.mark.parametrize("is_native", [False, True])
def test_a_verdict_is_made_again_byte_for_byte_by_the_engine_that_made_it(
    files: Path, tmp_path: Path, *, is_native: bool
) -> None:
    settings = Settings(home=tmp_path / "home", base="https://example.org/")
    assess_all(settings, replace(CHOICES, files=files, only=("file/one",), is_native=is_native))
    place = only(settings)
    assert is_verdict(place)
    (check,) = verify_verdict(settings, place.read_bytes(), files)
    assert check.kind is Kind.HOLDS
    assert "made again from file/one, byte for byte" in check.message
    (verdict,) = kept_verdicts(settings, files)
    assert (verdict.name, verdict.state) == ("file/one", State.CURRENT)
    assert (verdict.stated.standard, verdict.stated.day) == (artefacts().standard.version, date(2026, 6, 30))


def test_a_changed_outcome_is_broken(files: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    assess_all(settings, replace(CHOICES, files=files, only=("file/one",), is_native=True))
    raw = only(settings).read_bytes()
    forged = raw.replace(b"earl#passed", b"earl#failed", 1)
    assert forged != raw
    (check,) = verify_verdict(settings, forged, files)
    assert (check.kind, check.message) == (Kind.BROKEN, "Judging file/one again gives another report.")


def test_what_was_judged_by_other_rules_or_is_not_here_is_not_checked_and_says_so(files: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    assess_all(settings, replace(CHOICES, files=files, only=("file/one",), is_native=True))
    raw = only(settings).read_bytes()
    other = raw.replace(artefacts().hashes["shapes"].encode(), b"0" * 64)
    VerdictFiles(settings.home / VERDICTS).put("file/one", "0" * 32, other)
    (verdict,) = kept_verdicts(settings, files)
    assert verdict.state is State.OTHER_RULES
    (check,) = verify_verdict(settings, other, files)
    assert (check.kind, "the rules have changed" in check.message) == (Kind.NOT_CHECKED, True)
    (check,) = verify_verdict(settings, raw)
    assert (check.kind, check.message.startswith("What it judged is not here")) == (Kind.NOT_CHECKED, True)


def test_changed_data_leave_a_verdict_behind(files: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    assess_all(settings, replace(CHOICES, files=files, only=("file/one",), is_native=True))
    path = files / "one.nt"
    path.write_text(re.sub("@en ", "@en-GB ", path.read_text(), count=1))
    (verdict,) = kept_verdicts(settings, files)
    assert verdict.state is State.OTHER_DATA
    (check,) = verify_verdict(settings, only(settings).read_bytes(), files)
    assert check.kind is Kind.NOT_CHECKED
    path.write_text("<a <b")
    assert next(kept_verdicts(settings, files)).state is State.UNKNOWN
    assert next(kept_verdicts(settings)).state is State.UNKNOWN


def test_what_is_no_report_is_known_as_such(tmp_path: Path) -> None:
    for number, text in enumerate(("", "{}", "<a", "<https://example.org/a> <https://example.org/b> 'c' .\n")):
        (tmp_path / str(number)).write_text(text)
        assert not is_verdict(tmp_path / str(number))
    assert not is_verdict(tmp_path)
    (check,) = verify_verdict(Settings(home=tmp_path), b"<a")
    assert check.kind is Kind.BROKEN
