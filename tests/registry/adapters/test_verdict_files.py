"""A verdict is kept whole under its name and key, in the place of any other of its name."""

from pathlib import Path

from registry.adapters.verdict_files import VerdictFiles


def test_a_verdict_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    kept = VerdictFiles(tmp_path / "verdicts")
    assert list(kept) == []
    kept.put("profile/graz", "a" * 32, b"first")
    assert kept.has("profile/graz", "a" * 32)
    kept.put("profile/graz", "b" * 32, b"second")
    assert not kept.has("profile/graz", "a" * 32)
    kept.put("profile/bonn", "c" * 32, b"third")
    assert list(kept) == [("profile/bonn", "c" * 32, b"third"), ("profile/graz", "b" * 32, b"second")]


def test_what_an_interrupted_run_left_half_written_is_no_verdict(tmp_path: Path) -> None:
    kept = VerdictFiles(tmp_path)
    kept.put("profile/graz", "a" * 32, b"first")
    (tmp_path / "profile" / "graz" / f"{'b' * 32}.part").write_bytes(b"ha")
    assert not kept.has("profile/graz", "b" * 32)
    assert [raw for _, _, raw in kept] == [b"first"]
    kept.put("profile/graz", "b" * 32, b"second")
    assert [raw for _, _, raw in kept] == [b"second"]
