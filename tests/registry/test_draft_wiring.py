"""A draft of the standard is read beside what is in force, and a broken one is refused with the broken place."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from registry.adapters.artefact_files import artefact_root
from registry.draft_wiring import demand_judgeable, draft_artefacts
from registry.judging_errors import BrokenDraft
from registry.loading import artefacts

AT, BASE = date(2026, 6, 30), "https://example.org/"


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """A draft that says what is in force, to be changed."""
    for folder in ("ontology/standard", "shapes"):
        shutil.copytree(artefact_root() / folder, tmp_path / folder)
    return tmp_path


def edited(draft: Path, pattern: str, change: Callable[[str], str]) -> Path:
    """Change the first file that fits a pattern and holds what is to be changed."""
    for path in sorted(draft.glob(pattern)):
        text = path.read_text(encoding="utf-8")
        if change(text) != text:
            path.write_text(change(text), encoding="utf-8")
            return path
    raise AssertionError(f"nothing to change in {pattern}")


@pytest.mark.slow
def test_a_copy_of_what_is_in_force_is_the_same_standard_and_can_be_judged_by(draft: Path) -> None:
    read = draft_artefacts(draft)
    assert read.hashes == artefacts().hashes
    assert read.files.cities is artefacts().files.cities
    demand_judgeable(read, draft, at=AT, base=BASE)


def test_a_draft_that_is_changed_is_read_anew_by_a_process_that_lives_on(draft: Path) -> None:
    before = draft_artefacts(draft).hashes
    edited(draft, "shapes/*.ttl", lambda text: text.replace("sh:minCount 1 ;", "sh:minCount 2 ;", 1))
    assert draft_artefacts(draft).hashes != before


def test_a_directory_without_a_draft_is_told_what_may_lie_there(tmp_path: Path) -> None:
    with pytest.raises(BrokenDraft, match="holds no draft of the standard: none of ontology/standard, "):
        draft_artefacts(tmp_path)


def test_a_file_that_is_no_turtle_is_named_with_line_and_column(draft: Path) -> None:
    path = edited(draft, "ontology/standard/criteria/*.ttl", lambda text: text.replace(" .\n", " ;;; .\n.\n", 1) + "<")
    with pytest.raises(BrokenDraft, match=f"{path}.* cannot be read: The file is not Turtle: line [0-9]+, column"):
        draft_artefacts(draft)


@pytest.mark.slow
def test_a_requirement_on_which_no_shape_reports_is_named(draft: Path) -> None:
    shape = next(path for path in sorted((draft / "shapes").glob("*.ttl")) if "hrc:decides" in path.read_text())
    shape.unlink()
    with pytest.raises(BrokenDraft, match="cannot be judged by: This run is void: nothing was reported on the control"):
        demand_judgeable(draft_artefacts(draft), draft, at=AT, base=BASE)


@pytest.mark.slow
def test_a_number_that_is_missing_is_told(draft: Path) -> None:
    edited(draft, "ontology/standard/**/*.ttl", lambda text: text.replace("hrc:maximumInapplicable", "hrc:comment", 1))
    with pytest.raises(BrokenDraft, match="is incomplete"):
        demand_judgeable(draft_artefacts(draft), draft, at=AT, base=BASE)


@pytest.mark.slow
def test_a_shape_that_the_engine_cannot_take_is_told(draft: Path) -> None:
    edited(draft, "shapes/*.ttl", lambda text: text.replace("SELECT $this", "SELECT $this WHERE WHERE", 1))
    with pytest.raises(BrokenDraft, match=r"cannot be judged by: pySHACL .* could not judge"):
        demand_judgeable(draft_artefacts(draft), draft, at=AT, base=BASE)
