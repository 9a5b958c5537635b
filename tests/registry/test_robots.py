"""A place is asked for its rules once a day; what they do not let be asked is not asked."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from registry.adapters.robots_rules import admits
from registry.adapters.sql_peer_harvests import SqlPeerHarvests
from registry.fetch_errors import RedirectRefused, Unreachable
from registry.fetch_ports import Fetched
from registry.peer_errors import HarvestRefused
from registry.robots import MOST_BYTES, Robots

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
CITY = "https://north.example:8443/data/city.ttl"


class Place:
    """A place with rules, a clock, and what it was asked."""

    def __init__(self, store: SqlPeerHarvests) -> None:
        self.now, self.asked = NOON, list[str]()
        self.status, self.body = 200, b"User-agent: *\nDisallow: /private/"
        self.fault: Exception | None = None
        self.robots = Robots(store, self, clock=lambda: self.now)  # type: ignore[arg-type]  # it only reads rules

    def admits(self, rules: bytes, address: str) -> bool:
        return admits(rules, address)

    def ask(self, address: str) -> Fetched:
        self.asked.append(address)
        if self.fault is not None:
            raise self.fault
        given: dict[str, Any] = {"address": address, "final": address, "media_type": "text/plain", "at": self.now}
        return Fetched(status=self.status, body=self.body, **given)

    def demand(self, address: str = CITY) -> None:
        self.robots.demand(address, self.ask)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with closing(SqlPeerHarvests(tmp_path / "peers.sqlite")) as store:
        yield Place(store)


def test_rules_are_asked_of_the_very_place_and_kept_for_a_day(place: Place) -> None:
    place.demand()
    place.demand("https://north.example:8443/other")
    assert place.asked == ["https://north.example:8443/robots.txt"]
    place.demand("https://north.example/other")
    assert len(place.asked) == 2
    place.now += timedelta(hours=23, minutes=59)
    place.demand()
    assert len(place.asked) == 2
    place.now += timedelta(minutes=1)
    place.body = b"User-agent: *\nDisallow: /"
    with pytest.raises(HarvestRefused):
        place.demand()


def test_what_is_not_allowed_is_told_clearly(place: Place) -> None:
    with pytest.raises(
        HarvestRefused, match=r"private/x is not asked: https://north\.example:8443/robots\.txt does not"
    ):
        place.demand("https://north.example:8443/private/x")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 304])
def test_a_place_without_rules_allows_everything(place: Place, status: int) -> None:
    place.status, place.body = status, b""
    place.demand("https://north.example:8443/private/x")


@pytest.mark.parametrize("status", [500, 502, 504, 599])
def test_nothing_is_asked_while_the_rules_cannot_be_had(place: Place, status: int) -> None:
    place.status = status
    for _ in range(2):
        with pytest.raises(HarvestRefused, match=f"is not given: the server answers with status {status}; nothing is"):
            place.demand()
    assert len(place.asked) == 2
    place.status = 200
    place.demand()


def test_a_place_that_cannot_be_reached_is_not_asked_and_one_that_leads_on_without_end_has_no_rules(
    place: Place,
) -> None:
    place.fault = Unreachable("Nobody answers.")
    with pytest.raises(Unreachable):
        place.demand()
    place.fault = RedirectRefused("In a circle.")
    place.demand()


def test_no_more_than_the_beginning_of_rules_without_end_is_read(place: Place) -> None:
    rule = b"\nUser-agent: *\nDisallow: /"
    place.body = b"#" * MOST_BYTES + rule
    place.demand()
