"""Looking at every address that a release names: politely, resumably, and on record only when something is new."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Final
from urllib.parse import urlsplit

from rdflib import Graph

from registry.errors import LedgerConflict, PortError
from registry.events import STEWARD
from registry.evidence_model import Copy, Link, Visit
from registry.evidence_ports import LinkVisits, Pause
from registry.fetch_errors import FetchError
from registry.fetch_ports import Fetch, Fetched
from registry.link_facts import CASE, KIND, Drift, copies, drift, facts, is_worth_recording, links_of, reason
from registry.link_visits import Pace, after_answer, after_fault, is_due
from registry.model import DraftedEvent, RecordedEvent
from registry.peer_recording import GRAPHS
from registry.ports import Clock, Confinement, EvidenceStore, Ledger, ReleaseReader, Syntax
from registry.readable_text import fingerprint
from registry.sealing import PAYLOAD

BETWEEN: Final = 2.0
"""Seconds between two questions to one server."""
AT_ONCE: Final = 8
"""Servers that are asked at the same time."""
_MOST_NAMED: Final = 500
"""Copies whose hashes an event names beside its payload, so that its envelope keeps within its limit."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was recorded of one group of links."""

    group: str
    drifts: tuple[Drift, ...]


class EvidenceCheck:
    """The check of one installation."""

    def __init__(
        self,
        *,
        fetch: Fetch,
        store: EvidenceStore,
        visits: LinkVisits,
        confinement: Confinement,
        syntax: Syntax,
        clock: Clock,
        pause: Pause,
        pace: Pace,
        base: str,
    ) -> None:
        """Put it together; nothing is asked yet."""
        self._fetch = fetch
        self._store = store
        self._visits = visits
        self._confinement = confinement
        self._syntax = syntax
        self._clock = clock
        self._pause = pause
        self._pace = pace
        self._base = base

    def links(self, reader: ReleaseReader, *, but: Collection[str] = ()) -> list[Link]:
        """Give every link that a release names, by group and source, but of peers and of the groups in ``but``."""
        own = [name for name in sorted(reader.names()) if not str(name).startswith(GRAPHS)]
        found = (link for name in own for link in links_of(name, reader.graph(name)))
        return [link for link in found if link.group not in but]

    def look(self, links: Iterable[Link], *, all_again: bool, advance: Callable[[int], object]) -> int:
        """Visit each address that is due, each server in its turn; give how many were visited.

        What is found is kept at once, so that a check that broke off goes on where it was. ``advance`` is told of each
        address when it is done. Raises CheckRunning when another check is under way.
        """
        telling = Lock()

        def told(count: int) -> None:
            with telling:
                advance(count)

        with self._visits.alone():
            known, now = self._visits.known(), self._clock()
            addresses = sorted({link.address for link in links})
            due = [each for each in addresses if all_again or is_due(known.get(each), now)]
            servers: dict[str, list[str]] = defaultdict(list)
            for address in due:
                servers[urlsplit(address).hostname or ""].append(address)
            told(len(addresses) - len(due))
            with ThreadPoolExecutor(AT_ONCE) as pool:
                waiting = [pool.submit(self._ask_server, each, known, told) for each in servers.values()]
                for answer in waiting:
                    answer.result()
        return len(due)

    def record(self, links: Iterable[Link], ledger: Ledger) -> list[Recorded]:
        """Record how the links of each group stand, where that is new or was confirmed long ago.

        A group that another process has recorded meanwhile is left to it.
        """
        visits, now = self._visits.known(), self._clock()
        groups: dict[str, list[Link]] = defaultdict(list)
        for link in links:
            groups[link.group].append(link)
        done = []
        for group, own in sorted(groups.items()):
            events = ledger.case(CASE + group)
            before, after = _held(events, ledger, self._syntax), facts(own, visits, base=self._base)
            if len(after) == 0 or not is_worth_recording(before, after, now=now):
                continue
            drifts = drift(before, after)
            event = self._event(group, reason(own, visits, drifts), after, copies(after) - copies(before), events)
            try:
                ledger.append([event])
            except LedgerConflict:
                continue
            done.append(Recorded(group, tuple(one for one in drifts if one.before)))
        return done

    def _ask_server(
        self, addresses: Sequence[str], known: Mapping[str, Visit], advance: Callable[[int], object]
    ) -> None:
        for number, address in enumerate(addresses):
            if number:
                self._pause(BETWEEN)
            self._visits.keep(self._visit(address, known.get(address)))
            advance(1)

    def _visit(self, address: str, before: Visit | None) -> Visit:
        has_copy = before is not None and before.first is not None
        tags = (before.etag, before.last_modified) if before is not None and has_copy else ("", "")
        try:
            fetched = self._fetch(address, etag=tags[0], last_modified=tags[1])
        except FetchError as fault:
            return after_fault(before, address, fault, self._clock(), self._pace)
        copy = self._copy(fetched, before) if fetched.is_ok else None
        return after_answer(before, fetched, copy, self._pace)

    def _copy(self, fetched: Fetched, before: Visit | None) -> Copy:
        """Describe what came, and keep it in the store unless its text is that of a copy which is kept."""
        digest = sha256(fetched.body).hexdigest()
        try:
            compared = self._confinement.call(fingerprint, fetched.body, fetched.media_type)
        except PortError:
            compared = digest
        copy = Copy(
            sha256=digest,
            fingerprint=compared,
            media_type=fetched.media_type,
            size=len(fetched.body),
            at=fetched.at,
        )
        held = () if before is None else (before.first, before.last)
        if not any(one is not None and one.same_as(copy) for one in held):
            self._store.put(fetched.body)
        return copy

    def _event(
        self, group: str, words: str, after: Graph, fresh: Iterable[str], events: Sequence[RecordedEvent]
    ) -> DraftedEvent:
        named = sorted(fresh)[:_MOST_NAMED]
        return DraftedEvent(
            case=CASE + group,
            kind=KIND,
            office=STEWARD,
            reason=words,
            payload=self._syntax.canonical(after),
            hashes={f"evidence-{number}": digest for number, digest in enumerate(named, start=1)},
            previous=events[-1].hash if events else None,
        )


def read_facts(payload: bytes, syntax: Syntax) -> Graph:
    """Read what was recorded of the links of one group."""
    return syntax.parse(payload, "application/n-triples", base="", most_triples=1_000_000)


def held_of_links(group: str, ledger: Ledger, syntax: Syntax) -> Graph:
    """Give what the ledger holds of the links of one group, nothing when they were never looked at."""
    return _held(ledger.case(CASE + group), ledger, syntax)


def _held(events: Sequence[RecordedEvent], ledger: Ledger, syntax: Syntax) -> Graph:
    return read_facts(ledger.payload(events[-1].envelope.hashes[PAYLOAD]), syntax) if events else Graph()
