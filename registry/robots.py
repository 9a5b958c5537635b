"""Whether a place wants its documents taken by machines: its robots.txt, asked once a day (RFC 9309)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from registry.fetch_errors import RedirectRefused
from registry.fetch_ports import Fetched
from registry.peer_errors import HarvestRefused
from registry.peer_ports import PeerHarvests, Reading, Rules
from registry.ports import Clock

KEPT: Final = timedelta(days=1)
"""How long rules are relied on (RFC 9309, 2.4)."""
MOST_BYTES: Final = 500 * 1024
"""What is read of rules; what is beyond is not looked at (RFC 9309, 2.5)."""
_UNREACHABLE: Final = 500


class Robots:
    """The rules of every place that is asked, kept between runs."""

    def __init__(self, store: PeerHarvests, reading: Reading, *, clock: Clock) -> None:
        """``store`` keeps the rules, ``reading`` reads them."""
        self._store = store
        self._reading = reading
        self._clock = clock

    def demand(self, address: str, ask: Callable[[str], Fetched]) -> None:
        """Raise HarvestRefused where the place of an address does not want it asked.

        ``ask`` gets the rules, and raises FetchError where they cannot be had: then nothing else is asked of the
        place either. A place that has no rules (status 400 to 499) allows everything (RFC 9309, 2.3.1).
        """
        place = "{0.scheme}://{0.netloc}".format(urlsplit(address))
        rules = self._rules(place, ask)
        if rules and not self._reading.admits(rules, address):
            raise HarvestRefused(
                f"{address} is not asked: {place}/robots.txt does not let “hrcr” take it; whoever keeps that place can "
                "allow it there."
            )

    def _rules(self, place: str, ask: Callable[[str], Fetched]) -> bytes:
        now, held = self._clock(), self._store.rules(place)
        if held is not None and now - held.at < KEPT:
            return held.body
        try:
            answer = ask(f"{place}/robots.txt")
        except RedirectRefused:
            body = b""
        else:
            if answer.status >= _UNREACHABLE:
                raise HarvestRefused(
                    f"{place}/robots.txt is not given: the server answers with status {answer.status}; nothing is "
                    "asked of it until it says what may be."
                )
            body = answer.body[:MOST_BYTES] if answer.is_ok else b""
        self._store.keep_rules(Rules(place, now, body))
        return body
