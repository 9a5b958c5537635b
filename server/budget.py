"""How much one client may have in a while, of processor time or of whatever is counted, and who a client is."""

import hashlib
import ipaddress
import math
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from registry.errors import TooManyRequests

WINDOW_SECONDS: Final = 60.0
MOST_CLIENTS: Final = 100_000
"""How many clients are remembered at once; the oldest are forgotten first."""
_BRACKETED: Final = frozenset(":[]")
QUERIES: Final = (
    "Your queries took {spent:g} seconds of processor time within a minute, which is all one client may have"
)


@dataclass(slots=True)
class _Account:
    since: float
    spent: float = 0.0


class Budget:
    """Processor seconds, or whatever is counted, by client in windows that begin when a client first asks.

    No address is kept: a client is remembered by a keyed hash, for one window at most, with a key that dies with the
    process. Nothing is logged.
    """

    def __init__(
        self,
        seconds: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        most_clients: int = MOST_CLIENTS,
        words: str = QUERIES,
        window: float = WINDOW_SECONDS,
    ) -> None:
        """Give every client so much in each window; ``words`` say of ``spent`` what it went into."""
        self._words = words.format(spent=seconds)
        self._seconds = seconds
        self._window = window
        self._clock = clock
        self._most_clients = most_clients
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._accounts: OrderedDict[bytes, _Account] = OrderedDict()

    def admit(self, client: str) -> None:
        """Let a client ask; raises TooManyRequests, with the time to wait, when it has had its share."""
        with self._lock:
            now = self._clock()
            self._forget(now)
            account = self._accounts.get(self._name(client))
            if account is None or account.spent < self._seconds:
                return
            wait = math.ceil(account.since + self._window - now)
        raise TooManyRequests(f"{self._words}; come back in {wait} seconds.", retry_seconds=wait)

    def charge(self, client: str, seconds: float) -> None:
        """Write down what a question took."""
        with self._lock:
            now = self._clock()
            self._forget(now)
            self._accounts.setdefault(self._name(client), _Account(now)).spent += seconds
            while len(self._accounts) > self._most_clients:
                self._accounts.popitem(last=False)

    @contextmanager
    def timed(self, client: str) -> Iterator[None]:
        """Write down how long a block took, however it ends."""
        begun = self._clock()
        try:
            yield
        finally:
            self.charge(client, self._clock() - begun)

    def __len__(self) -> int:
        """Count the clients remembered."""
        return len(self._accounts)

    def _forget(self, now: float) -> None:
        while self._accounts:
            oldest = next(iter(self._accounts.values()))
            if now - oldest.since < self._window:
                return
            self._accounts.popitem(last=False)

    def _name(self, client: str) -> bytes:
        return hashlib.blake2b(client.encode(), key=self._key, digest_size=16).digest()


def client_of(remote: str | None, forwarded: str | None, proxies: int) -> str:
    """Name who asks: the address of the connection, or what the outermost of so many trusted proxies saw.

    ``forwarded`` is X-Forwarded-For; what stands further left in it than the trusted proxies wrote is hearsay. A
    network of IPv6 (64 bits) is one client, since one household has as many addresses.
    """
    seen = [part.strip() for part in (forwarded or "").split(",") if part.strip()] if proxies else []
    address = seen[-proxies] if len(seen) >= proxies > 0 else remote or ""
    if _BRACKETED.isdisjoint(address):
        return address[:64]  # of IPv4 there is one form, and what is no address stays as it is
    try:
        parsed = ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
