"""Drafts: no version takes the place of another unseen, whoever writes at the same time."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from registry.adapters.sql_drafts import KEPT, SqlDrafts
from registry.errors import DraftChanged, PortError, SettingsError, UnknownDraft

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)


@pytest.fixture
def drafts(tmp_path: Path) -> Iterator[SqlDrafts]:
    found = SqlDrafts(f"sqlite:///{tmp_path}/drafts.sqlite", clock=lambda: NOON)
    yield found
    found.close()


def test_a_draft_is_kept_version_by_version(drafts: SqlDrafts) -> None:
    first = drafts.begin("one", title="Oderau", office="oderau", account="a1")
    second = drafts.save(first.id, "two", title="Oderau!", account="a2", based_on=1)
    assert (first.version, second.version, second.changed_by) == (1, 2, "a2")
    assert drafts.read(first.id) == second
    assert drafts.read(first.id, 1).text == "one"
    assert second.changed_at == "2026-06-30T12:00:00+00:00"


def test_who_writes_upon_an_old_version_is_told_and_nothing_is_written(drafts: SqlDrafts) -> None:
    first = drafts.begin("one", title="", office="oderau", account="a1")
    drafts.save(first.id, "two", title="", account="a1", based_on=1)
    with pytest.raises(DraftChanged, match="version 2") as refusal:
        drafts.save(first.id, "lost?", title="", account="a2", based_on=1)
    assert refusal.value.version == 2
    assert drafts.read(first.id).text == "two"


def test_of_many_who_write_at_once_exactly_one_is_first(drafts: SqlDrafts) -> None:
    first = drafts.begin("0", title="", office="oderau", account="a1")

    def write(number: int) -> bool:
        try:
            drafts.save(first.id, str(number), title="", account=f"a{number}", based_on=1)
        except DraftChanged:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(write, range(24))) == 1
    assert drafts.read(first.id).version == 2


def test_under_a_name_that_is_given_there_is_one_draft(drafts: SqlDrafts) -> None:
    first = drafts.begin("one", title="", office="oderau", account="a1", identifier="a-name")
    assert drafts.read("a-name") == first
    drafts.save("a-name", "two", title="", account="a1", based_on=1)
    with pytest.raises(DraftChanged, match="version 2"):
        drafts.begin("lost?", title="", office="oderau", account="a2", identifier="a-name")
    assert drafts.read("a-name").text == "two"


def test_what_a_draft_started_from_stays_beside_every_version_and_goes_with_it(drafts: SqlDrafts) -> None:
    first = drafts.begin("one", title="", office="oderau", account="a1", origin="a case")
    plain = drafts.begin("one", title="", office="oderau", account="a1")
    drafts.save(first.id, "two", title="", account="a1", based_on=1)
    assert (drafts.origin(first.id), drafts.origin(plain.id)) == ("a case", "")
    with pytest.raises(DraftChanged, match="version 2"):
        drafts.discard(first.id, based_on=1)
    assert drafts.origin(first.id) == "a case"
    drafts.discard(first.id, based_on=2)
    assert drafts.origin(first.id) == ""
    with pytest.raises(UnknownDraft):
        drafts.discard(first.id, based_on=2)


def test_an_office_sees_its_drafts_and_no_others(drafts: SqlDrafts) -> None:
    mine = drafts.begin("x", title="A", office="oderau", account="a1")
    drafts.begin("y", title="B", office="york", account="a2")
    assert [(draft.id, draft.text) for draft in drafts.of_office("oderau")] == [(mine.id, "")]
    assert list(drafts.of_office("nowhere")) == []


def test_old_versions_go_and_the_latest_stay(drafts: SqlDrafts) -> None:
    draft = drafts.begin("1", title="", office="o", account="a")
    for version in range(1, KEPT + 3):
        drafts.save(draft.id, str(version + 1), title="", account="a", based_on=version)
    with pytest.raises(UnknownDraft, match="Version 1"):
        drafts.read(draft.id, 1)
    assert drafts.read(draft.id, 10).text == "10"


def test_a_discarded_draft_is_gone(drafts: SqlDrafts) -> None:
    draft = drafts.begin("1", title="", office="o", account="a")
    drafts.discard(draft.id)
    for attempt in (lambda: drafts.read(draft.id), lambda: drafts.discard(draft.id)):
        with pytest.raises(UnknownDraft):
            attempt()
    with pytest.raises(UnknownDraft):
        drafts.save(draft.id, "2", title="", account="a", based_on=1)


def test_names_cannot_be_guessed(drafts: SqlDrafts) -> None:
    names = {drafts.begin("", title="", office="o", account="a").id for _ in range(50)}
    assert len(names) == 50
    assert min(map(len, names)) >= 24


def test_what_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="drafts"):
        SqlDrafts("nonsense", clock=lambda: NOON)
    (tmp_path / "file").touch()
    with pytest.raises(PortError, match="nothing was saved"):
        SqlDrafts(f"sqlite:///{tmp_path}/file/x.sqlite", clock=lambda: NOON)
