"""The feed tells every change once and in order, what was published never changes, and a copy comes out of it alone."""

from collections.abc import Mapping
from datetime import date, timedelta

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.feed import (
    INDEX,
    PAGE_SIZE,
    Edition,
    Entry,
    Extent,
    continued,
    entries,
    member_iri,
    page_of,
    page_path,
    read_extent,
    replayed,
)
from registry.namespaces import ROOT
from tests.editions import DAY, SYNTAX, canonical, content, replica

MANY = {f"profile/c{number:03}": "one" for number in range(120)}


def edition(said: Mapping[str, str], number: int = 1, day: date = DAY) -> Edition:
    return Edition(f"{day.isoformat()}-{number}", day, content(said))


def told(files: Mapping[str, bytes]) -> tuple[Entry, ...]:
    extent = read_extent(files[INDEX])
    raw = b"".join(files.get(page_path(page), b"") for page in range(1, extent.pages + 1))
    described = SYNTAX.transcribed(raw, "application/n-triples", {})
    return entries(SYNTAX.parse(described, "application/n-triples", base="", most_triples=100_000))


def copied(files: Mapping[str, bytes]) -> bytes:
    pages = b"".join(body for path, body in files.items() if path != INDEX)
    return replica(pyoxigraph.parse(pages, pyoxigraph.RdfFormat.N_QUADS))


def test_what_is_new_changed_and_gone_are_members_in_the_order_of_names() -> None:
    files = replayed(
        [edition({"profile/a": "one", "profile/b": "one"}), edition({"profile/a": "two", "profile/c": "one"}, 2)]
    )
    assert [(entry.number, entry.kind, entry.name) for entry in told(files)] == [
        (1, "Create", "profile/a"),
        (2, "Create", "profile/b"),
        (3, "Update", "profile/a"),
        (4, "Delete", "profile/b"),
        (5, "Create", "profile/c"),
    ]


def test_what_has_not_changed_is_no_member_and_what_comes_back_is_new() -> None:
    files = replayed([edition({"profile/a": "one"}), edition({"profile/a": ""}, 2), edition({"profile/a": "one"}, 3)])
    assert [entry.kind for entry in told(files)] == ["Create", "Delete", "Create"]
    assert [entry.release for entry in told(files)] == ["2026-06-30-1", "2026-06-30-2", "2026-06-30-3"]
    assert replayed([edition({"profile/a": "one"})]) == replayed(
        [edition({"profile/a": "one"}), edition({"profile/a": "one"}, 2)]
    )


def test_a_member_says_who_says_it_and_why_and_a_deletion_says_nothing() -> None:
    files = replayed([edition({"profile/a": "one"}), edition({}, 2)])
    created, deleted = told(files)
    assert (created.reason, deleted.reason) == ("Compiled.", "")
    assert created.issued == "2026-06-30T00:00:00Z"
    page = files[page_path(1)]
    assert page.count(b'"one"') == 1
    assert f'"one" <{ROOT}feed/1#1> .\n'.encode() in page
    assert b"/office/registry-steward>" in page


def test_what_a_city_said_in_a_case_is_told_but_not_as_current() -> None:
    files = replayed([edition({"profile/a": "one", "submission/c-1": "then"})])
    lines = files[page_path(1)].decode().splitlines()
    current = [line.split(" ")[0] for line in lines if line.endswith(f"<{ROOT}feed#current> .")]
    assert current == [f"<{member_iri(1)}>"]
    assert copied(files) == canonical(content({"profile/a": "one", "submission/c-1": "then"}))


def test_a_page_has_fifty_members_and_the_last_one_may_be_empty() -> None:
    assert [page_of(number) for number in (1, 50, 51, 100, 101)] == [1, 1, 2, 2, 3]
    files = replayed([edition(dict(list(MANY.items())[:100]))])
    assert set(files) == {page_path(1), page_path(2), INDEX}
    assert read_extent(files[INDEX]) == Extent(100, DAY)
    assert Extent(100, DAY).pages == 3
    assert Extent().pages == 1


def test_without_a_change_the_extent_stays_and_an_empty_feed_has_no_day() -> None:
    assert read_extent(replayed([edition({})])[INDEX]) == Extent()
    extent = Extent(1, DAY)
    files = continued(extent, b"kept\n", {}, edition({}, day=DAY + timedelta(days=1)))
    assert files[page_path(1)] == b"kept\n"
    assert read_extent(files[INDEX]).members == 1


def test_no_member_is_older_than_the_one_before_it_even_when_a_release_is() -> None:
    earlier = DAY - timedelta(days=30)
    files = replayed([edition({"profile/a": "one"}), edition({"profile/a": "two"}, day=earlier)])
    assert [entry.issued[:10] for entry in told(files)] == [DAY.isoformat(), DAY.isoformat()]


def test_the_index_says_how_many_members_a_page_has() -> None:
    assert f'"pageSize": {PAGE_SIZE}'.encode() in replayed([edition(MANY)])[INDEX]


HISTORIES = st.lists(st.dictionaries(st.integers(0, 60), st.sampled_from(["one", "two"]), max_size=60), max_size=7)


@settings(deadline=None, max_examples=40)
@given(HISTORIES)
def test_whatever_is_published_a_copy_is_exact_and_full_pages_stay(history: list[dict[int, str]]) -> None:
    editions = [
        edition({f"profile/c{name}": word for name, word in said.items()}, number, DAY + timedelta(days=number // 2))
        for number, said in enumerate(history, start=1)
    ]
    files: dict[str, bytes] = {}
    extent, before = Extent(), dict[str, str]()
    for count, made in enumerate(editions, start=1):
        full = {page: files[page_path(page)] for page in range(1, extent.pages)}
        began = files.get(page_path(extent.pages), b"")
        new = continued(extent, began, before, made)
        assert new.get(page_path(extent.pages), b"").startswith(began)
        assert not {page_path(page) for page in full} & set(new)
        files |= new
        extent = read_extent(files[INDEX])
        before = {str(name): graph.sha256 for name, graph in made.content.graphs.items()}
        assert files == replayed(editions[:count])
        assert copied(files) == canonical(made.content)
        assert [entry.number for entry in told(files)] == list(range(1, extent.members + 1))


@pytest.mark.parametrize("raw", [b"{", b"[]", b'{"members": 1}'])
def test_an_index_that_is_none_is_never_read_as_an_empty_feed(raw: bytes) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        read_extent(raw)
