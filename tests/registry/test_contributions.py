"""Contributions from outside: read as they were kept, and told with what became of them."""

import pytest

from registry.case_errors import StepIncomplete
from registry.cases import ANYBODY
from registry.contributions import (
    Fate,
    Form,
    Statement,
    acts_of,
    checked,
    checked_words,
    contributions,
    filed_on,
    from_text,
    grounds,
    is_called,
    of_text,
    submission_of,
    to_text,
    was_called,
)
from registry.errors import MalformedRecord
from tests.registry.playing import CLAIM, HASHES, OFFICER, SHA, STEWARD, Table, law


def called() -> Table:
    """A case in its call, with three contributions: one released and answered, one set aside, one waiting."""
    table = Table().called()
    for sign in "abc":
        table.do("file-concern", ANYBODY, claim=CLAIM, hashes={"text": sign * 64})
    table.do("release-concern", STEWARD, concern=1, hashes={})
    table.do("set-aside-concern", STEWARD, concern=2, reason="It is no statement on a claim.", hashes={})
    table.do("answer-concern", OFFICER, concern=1, hashes={"text": "d" * 64})
    return table


def test_each_is_told_with_what_became_of_it() -> None:
    case = called().case
    first, second, third = contributions(case)
    assert (first.fate, first.digest, first.answer) == (Fate.RELEASED, "a" * 64, "d" * 64)
    assert (second.fate, second.ground) == (Fate.SET_ASIDE, "It is no statement on a claim.")
    assert (third.fate, third.claim, third.answered) == (Fate.WAITING, CLAIM, None)
    assert of_text(case, "c" * 64) == third
    assert of_text(case, "e" * 64) is None
    assert grounds(case) == {"It is no statement on a claim.": 1}
    assert filed_on(case, third.filed.date()) == 3
    assert [act.particulars.concern for act in acts_of(case, ["concern-released"])] == [1]


def test_the_public_is_called_in_the_call_alone_and_the_submission_stays_public() -> None:
    table = Table().eligible()
    assert (is_called(law(), table.case), was_called(law(), table.case)) == (False, False)
    assert submission_of(table.case) == SHA == HASHES["submission"]
    table = Table().called()
    assert (is_called(law(), table.case), was_called(law(), table.case)) == (True, True)
    table.wait(31).tick()
    assert (is_called(law(), table.case), was_called(law(), table.case)) == (False, True)


def test_a_statement_is_read_as_it_was_kept() -> None:
    said = Statement(Form.CONTRADICTION, "Two lines,\nand a “quote”.", "https://example.org/a")
    assert from_text(to_text(said)) == said
    for text in ("{}", "no", to_text(said).replace("contradiction", "praise")):
        with pytest.raises(MalformedRecord):
            from_text(text)


@pytest.mark.parametrize(
    ("form", "reason", "evidence", "told"),
    [
        ("", "why", "", "whether you contradict"),
        ("praise", "why", "", "whether you contradict"),
        ("concern", " \r\n ", "", "Say why"),
        ("concern", "x" * 101, "", "101 characters; at most 100"),
        ("concern", "a\x00b", "", "signs that cannot be shown"),
        ("concern", "a\u202eb", "", "signs that cannot be shown"),
        ("concern", "why", "https://example.org/" + "x" * 500, "longer than 500"),
    ],
)
def test_what_is_missing_or_too_long_is_told(form: str, reason: str, evidence: str, told: str) -> None:
    with pytest.raises(StepIncomplete, match=told):
        checked(form, reason, evidence, most_characters=100)


def test_line_ends_of_browsers_are_made_plain() -> None:
    assert checked("concern", " a\r\nb ", " ", most_characters=9) == Statement(Form.CONCERN, "a\nb", "")


def test_what_a_city_writes_is_checked_alone() -> None:
    assert checked_words(" a\r\nb ", most_characters=3) == "a\nb"
    for text, told in (
        (" \r\n ", "Write the text"),
        ("abcd", "4 characters; at most 3"),
        ("\u202e", "cannot be shown"),
    ):
        with pytest.raises(StepIncomplete, match=told):
            checked_words(text, most_characters=3)
