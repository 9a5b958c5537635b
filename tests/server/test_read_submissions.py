"""A submission is read once, outside every lock; its name stays known, and a failure is not repeated at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from registry.entry import CITY, Entry, Record, Text
from registry.namespaces import VOCAB
from server.read_submissions import LONGEST_UNREAD, Outline, ReadSubmissions


def entry(name: str, *values: str) -> Entry:
    return Entry(name, {CITY: Record("City", {"a": tuple(Text(value) for value in values)})})


def title(found: Entry) -> str:
    return found.city.title()


def test_a_submission_is_read_once_and_the_longest_unused_is_dropped() -> None:
    asked: list[str] = []

    def read(digest: str) -> Entry:
        asked.append(digest)
        return entry(digest)

    kept = ReadSubmissions(read, title, most=2)
    for digest in ("a", "b", "a", "c", "a", "b"):
        found = kept.entry(digest)
        assert found is not None
        assert found.city == digest
    assert asked == ["a", "b", "c", "b"]


def test_what_lists_need_stays_known_when_the_entry_is_dropped() -> None:
    asked: list[str] = []

    def read(digest: str) -> Entry:
        asked.append(digest)
        return entry(digest, str(VOCAB["countries/XA"]), "another answer")

    kept = ReadSubmissions(read, title, most=1)
    for _ in range(3):
        assert [kept.outline(digest) for digest in "abc"] == [
            Outline(name, frozenset({"XA"})) for name in ("A", "B", "C")
        ]
    assert asked == ["a", "b", "c"]


def test_what_cannot_be_read_is_tried_again_after_a_while() -> None:
    now = [0.0]
    asked: list[str] = []

    def read(digest: str) -> Entry | None:
        asked.append(digest)
        return entry(digest) if now[0] > 0 else None

    kept = ReadSubmissions(read, title, seconds=lambda: now[0])
    assert [kept.entry("a"), kept.entry("a"), kept.outline("a")] == [None, None, Outline()]
    assert asked == ["a"]
    now[0] = LONGEST_UNREAD
    assert (kept.entry("a"), kept.outline("a"), asked) == (entry("a"), Outline("A"), ["a", "a"])


def test_two_submissions_are_read_at_the_same_time() -> None:
    """The reading is a child process that may take seconds: a list must not wait for another's."""
    both = Barrier(2)

    def read(digest: str) -> Entry:
        both.wait(timeout=10)
        return entry(digest)

    kept = ReadSubmissions(read, title)
    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(kept.entry, "ab"))
    assert found == [entry("a"), entry("b")]
