"""Foreign text in a sentence hides nothing and stays short."""

from registry.adapters.foreign_text import shown


def test_plain_text_stays_as_it_is() -> None:
    assert shown("Gemeinderat “Graz” <https://example.org/>") == "Gemeinderat “Graz” <https://example.org/>"


def test_what_cannot_be_printed_is_escaped() -> None:
    assert shown("a\u202eb\nc\x00\U000e0041") == "a\\u{202E}b\\u{A}c\\u{0}\\u{E0041}"


def test_long_text_is_cut() -> None:
    assert shown("x" * 160) == "x" * 160
    assert shown("x" * 161) == "x" * 160 + "…"


def test_anything_can_be_shown() -> None:
    assert shown({"a": None}) == "{'a': None}"
