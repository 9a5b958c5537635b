"""What a reviewer has begun: brought together cell by cell, kept as long as it can be filed, then erased."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.adapters.sql_drafts import SqlDrafts
from registry.errors import UnreadableSubmission
from registry.unfiled_findings import (
    OFFICE,
    Sheet,
    begun,
    forget_what_is_over,
    from_text,
    join,
    may_be_kept,
    name_of,
    to_text,
)
from tests.registry.playing import FIRST, OFFICER, REQUIREMENTS, SECOND, START, STEWARD, Table, judged, law

ONE, TWO = REQUIREMENTS[:2]
SHEETS = st.dictionaries(
    st.tuples(st.sampled_from(REQUIREMENTS), st.sampled_from(["outcome", "reason"])), st.sampled_from("abc")
)


@pytest.fixture
def drafts(tmp_path: Path) -> Iterator[SqlDrafts]:
    found = SqlDrafts(f"sqlite:///{tmp_path}/drafts.sqlite", clock=lambda: START)
    yield found
    found.close()


def test_what_each_window_changed_is_kept() -> None:
    ancestor = {(ONE, "reason"): "It is there."}
    mine = {**ancestor, (TWO, "outcome"): "passed"}
    joined = join(ancestor, mine, {(ONE, "reason"): "It is in section 2."})
    assert joined.sheet == {(ONE, "reason"): "It is in section 2.", (TWO, "outcome"): "passed"}
    assert joined.theirs == {}
    assert join(ancestor, {}, ancestor).sheet == {}  # taken out here, unchanged there


def test_where_both_changed_one_cell_differently_mine_stands_and_the_other_is_told() -> None:
    joined = join({(ONE, "reason"): "a"}, {(ONE, "reason"): "b"}, {})
    assert (joined.sheet, joined.theirs) == ({(ONE, "reason"): "b"}, {(ONE, "reason"): ""})


@given(SHEETS, SHEETS, SHEETS)
def test_nothing_that_a_window_changed_is_lost_untold(ancestor: Sheet, mine: Sheet, theirs: Sheet) -> None:
    joined = join(ancestor, mine, theirs)
    for cell in {*ancestor, *mine, *theirs}:
        before, left, right, now = (each.get(cell, "") for each in (ancestor, mine, theirs, joined.sheet))
        assert now == left or left == before
        assert now == right or right == before or joined.theirs[cell] == right


@given(SHEETS)
def test_a_sheet_is_read_as_it_was_written(sheet: Sheet) -> None:
    assert from_text(to_text(sheet)) == sheet


@pytest.mark.parametrize("text", ["", "{", "5", '[["a", "b"]]'])
def test_what_is_not_written_so_is_refused(text: str) -> None:
    with pytest.raises(UnreadableSubmission, match="begin anew"):
        from_text(text)


def test_who_has_something_to_file_may_keep_it_until_the_review_is_closed() -> None:
    table = Table().reviewed()
    assert [may_be_kept(law(), table.case, who.account) for who in (FIRST, SECOND, STEWARD, OFFICER)] == [
        True,
        True,
        False,
        False,
    ]
    assert not may_be_kept(law(), table.case, None)
    table.do("ask-city", FIRST, reason="Which council?")
    assert may_be_kept(law(), table.case, FIRST.account)  # the time stands still, and the writing stays
    table.do("clarify", OFFICER)
    table.do("file-findings", FIRST, judgements=judged(REQUIREMENTS))
    assert not may_be_kept(law(), table.case, FIRST.account)
    table.do("relieve-reviewer", STEWARD, subject=SECOND.account, reason="Ill.")
    assert not may_be_kept(law(), table.case, SECOND.account)


def test_a_case_that_has_ended_keeps_nothing() -> None:
    table = Table().reviewed()
    table.do("withdraw", OFFICER, reason="Later.")
    assert not may_be_kept(law(), table.case, FIRST.account)


def test_what_is_over_is_erased_from_the_disk_and_nothing_else(drafts: SqlDrafts, tmp_path: Path) -> None:
    table = Table().reviewed()
    name, kept = table.case.name, drafts.begin("of a city", title="Oderau", office="oderau", account="a1")
    for who, words in ((FIRST, "zqxfirst"), (SECOND, "zqxsecond")):
        drafts.begin(
            to_text({(ONE, "reason"): words}),
            title=name,
            office=OFFICE,
            account=str(who.account),
            identifier=name_of(name, str(who.account)),
        )
    table.do("file-findings", FIRST, judgements=judged(REQUIREMENTS))
    assert forget_what_is_over(drafts, law(), {name: table.case}.get) == 1
    assert begun(drafts, name, str(FIRST.account)) is None
    assert begun(drafts, name, str(SECOND.account)) is not None
    assert forget_what_is_over(drafts, law(), lambda _name: None) == 1  # of a case that is not known nothing is kept
    assert drafts.read(kept.id).text == "of a city"
    drafts.close()
    assert not [path for path in tmp_path.iterdir() if b"zqx" in path.read_bytes()]
