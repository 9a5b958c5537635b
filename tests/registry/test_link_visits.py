"""What visits mean: each answer gives one state, one failure says nothing yet, and patience has an end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from registry.evidence_model import Copy, LinkState, Visit
from registry.fetch_errors import AddressRefused, FetchTimeLimitPassed, FetchTooLarge
from registry.fetch_ports import Fetched
from registry.link_visits import Pace, after_answer, after_fault, is_due

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HERE = "http://oderau.example/minutes/"
PACE = Pace()


def answer(status: int = 200, *, final: str = HERE, media_type: str = "text/html", at: datetime = NOON) -> Fetched:
    return Fetched(address=HERE, final=final, status=status, media_type=media_type, body=b"", at=at, etag='"1"')


def copy(text: str = "a", *, media_type: str = "text/html") -> Copy:
    return Copy(sha256=text * 64, fingerprint=text * 64, media_type=media_type, size=1, at=NOON)


@pytest.fixture
def seen() -> Visit:
    return after_answer(None, answer(), copy(), PACE)


def test_a_first_answer_is_kept_as_what_later_ones_are_compared_with(seen: Visit) -> None:
    assert (seen.state, seen.status, seen.first, seen.last) == (LinkState.ANSWERS, 200, copy(), None)
    assert (seen.due, seen.etag) == (NOON + 7 * DAY, '"1"')
    assert not is_due(seen, NOON + 6 * DAY)
    assert is_due(seen, NOON + 7 * DAY)
    assert is_due(None, NOON)


def test_another_text_is_a_change_and_the_first_text_ends_it(seen: Visit) -> None:
    changed = after_answer(seen, answer(), copy("b"), PACE)
    assert (changed.state, changed.first, changed.last) == (LinkState.CHANGED, copy(), copy("b"))
    assert after_answer(changed, answer(304), None, PACE).state is LinkState.CHANGED
    back = after_answer(changed, answer(), replace(copy(), sha256="c" * 64), PACE)
    assert (back.state, back.first, back.last) == (LinkState.ANSWERS, copy(), None)


def test_another_media_type_is_named_as_such(seen: Visit) -> None:
    found = after_answer(seen, answer(media_type="application/pdf"), copy("b", media_type="application/pdf"), PACE)
    assert found.state is LinkState.TYPE_CHANGED


def test_an_address_can_be_read_where_the_rule_counts_it_as_reached(seen: Visit) -> None:
    """The rule on reachable sources asks for the status 200."""
    pdf = copy("b", media_type="application/pdf")
    visits = [
        seen,
        after_answer(seen, answer(), copy("b"), PACE),
        after_answer(seen, answer(final="http://other.example/"), copy(), PACE),
        after_answer(seen, answer(media_type=pdf.media_type), pdf, PACE),
        after_answer(seen, answer(403), None, PACE),
        after_answer(seen, answer(404), None, PACE),
        after_fault(seen, HERE, FetchTooLarge("Too large."), NOON, PACE),
        after_fault(seen, HERE, AddressRefused("Not public."), NOON, PACE),
    ]
    assert {visit.state for visit in visits} == set(LinkState)
    assert all(visit.state is not None and visit.state.is_readable == (visit.status == 200) for visit in visits)


@pytest.mark.parametrize(
    ("final", "state"),
    [
        ("https://www.oderau.example/minutes", LinkState.ANSWERS),
        ("http://oderau.example/archive/minutes", LinkState.MOVED),
        ("http://oderau.example/minutes/?session=1", LinkState.MOVED),
        ("http://other.example/minutes/", LinkState.MOVED),
    ],
)
def test_leading_elsewhere_is_moved_but_not_to_https_or_www(seen: Visit, final: str, state: LinkState) -> None:
    found = after_answer(seen, answer(final=final), copy(), PACE)
    assert (found.state, found.final) == (state, final)


def test_not_modified_settles_the_link_and_keeps_what_is_known(seen: Visit) -> None:
    later = after_answer(seen, answer(304, at=NOON + 7 * DAY), None, PACE)
    assert (later.state, later.status, later.settled) == (LinkState.ANSWERS, 200, NOON + 7 * DAY)
    assert later.first == copy()


@pytest.mark.parametrize(
    ("status", "state"),
    [(404, LinkState.GONE), (410, LinkState.GONE), (403, LinkState.REFUSED), (451, LinkState.REFUSED)],
)
def test_a_clear_word_of_the_server_counts_at_once(seen: Visit, status: int, state: LinkState) -> None:
    found = after_answer(seen, answer(status), None, PACE)
    assert (found.state, found.status, found.failures, found.first) == (state, status, 0, copy())


@pytest.mark.parametrize("status", [429, 500, 503, 304])
def test_trouble_of_the_server_counts_after_three_attempts_on_different_days(status: int) -> None:
    seen = None if status == 304 else after_answer(None, answer(), copy(), PACE)
    state = None if seen is None else LinkState.ANSWERS
    for attempt in (1, 2):
        seen = after_answer(seen, answer(status, at=NOON + attempt * DAY), None, PACE)
        assert (seen.state, seen.failures) == (state, attempt)
        assert seen.due == NOON + attempt * DAY + timedelta(hours=20)
    seen = after_answer(seen, answer(status, at=NOON + 3 * DAY), None, PACE)
    assert (seen.state, seen.status, seen.settled) == (LinkState.UNREACHABLE, status, NOON + 3 * DAY)


def test_a_fault_backs_off_and_one_answer_ends_it(seen: Visit) -> None:
    fault, at, waits = FetchTimeLimitPassed("late"), NOON, []
    visit = seen
    for _ in range(9):
        visit = after_fault(visit, HERE, fault, at, PACE)
        waits.append(visit.due - at)
        at = visit.due
    hours = [wait.total_seconds() / 3600 for wait in waits]
    assert hours == [20, 20, 20, 40, 80, 160, 320, 336, 336]
    assert (visit.state, visit.status) == (LinkState.UNREACHABLE, None)
    assert after_answer(visit, answer(), copy(), PACE) == replace(seen, last=None)


def test_what_has_failed_for_years_is_still_visited_at_the_longest_interval(seen: Visit) -> None:
    visit, at = seen, NOON
    while at < NOON + 3_000 * DAY:
        visit, before = after_fault(visit, HERE, FetchTimeLimitPassed("late"), at, PACE), at
        at = visit.due
    assert (visit.state, at - before) == (LinkState.UNREACHABLE, PACE.longest)


def test_what_is_too_large_answers_and_what_is_refused_is_unreachable_at_once() -> None:
    large = after_fault(None, HERE, FetchTooLarge("large"), NOON, PACE)
    assert (large.state, large.status, large.first) == (LinkState.ANSWERS, 200, None)
    refused = after_fault(None, HERE, AddressRefused("private"), NOON, PACE)
    assert (refused.state, refused.status, refused.due) == (LinkState.UNREACHABLE, None, NOON + PACE.longest)
