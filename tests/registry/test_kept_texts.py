"""What others write, and what in it tells of a person, is not shown where a value is printed."""

from registry.kept_texts import KeptText, PersonalMark


def test_neither_text_nor_salt_nor_signs_are_printed() -> None:
    shown = repr(KeptText("digest", "the salt", "the text")) + repr(PersonalMark("e-mail address", "a@b.example", 7))
    assert "digest" in shown
    assert "e-mail address" in shown
    for hidden in ("the salt", "the text", "a@b.example"):
        assert hidden not in shown
