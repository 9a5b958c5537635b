"""Taking what peers give: each peer by itself, politely, and on its page when something is not as it should be."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Final, Protocol

from registry.errors import RegistryError
from registry.harvest_collecting import Collected
from registry.harvest_provenance import with_run
from registry.judging_errors import EnginesDiffer
from registry.lexical import without_unseen
from registry.peer_content import Taken
from registry.peer_errors import AskedToWait, HarvestRefused, HarvestUnfinished
from registry.peer_ports import HarvestLine, PeerGraph, PeerHarvests, PeerHealth
from registry.peer_recording import JUDGED, RUNS, SAID
from registry.peers import Peer
from registry.ports import Clock, Syntax

FIRST_WAIT: Final = timedelta(hours=1)
LONGEST_WAIT: Final = timedelta(days=7)
_DOUBLINGS: Final = 8
_LONGEST_LINE: Final = 500
_MOST_LEFT: Final = 20
"""Lines of one run that tell what was left out."""


class Sorting(Protocol):
    """Sorting and judging what came of a peer, each in a killable place."""

    def taken(self, peer: Peer, collected: Collected) -> Taken:
        """Give what is kept of it; raise what guard, parser and sorting raise."""

    def judged(self, claims: Mapping[str, bytes], day: date) -> Iterator[tuple[str, bytes | RegistryError]]:
        """Judge what graphs claim by the standard in force here; give the assertions of each as canonical N-Triples.

        By name and in any order; where there are none, the error that says why. Raises EnginesDiffer.
        """


@dataclass(frozen=True, slots=True)
class Run:
    """How the run over one peer ended.

    It is ``taken``, ``unchanged``, ``unfinished``, ``refused``, ``waiting`` or ``not active``.
    """

    peer: str
    outcome: str
    message: str
    graphs: int = 0

    @property
    def is_refused(self) -> bool:
        """Say whether something went wrong."""
        return self.outcome == "refused"


class Harvest:
    """The harvest of one installation."""

    def __init__(
        self,
        store: PeerHarvests,
        sorting: Sorting,
        *,
        collect: Callable[[Peer, PeerHealth | None], Collected],
        terms: Callable[[Peer], str],
        rules: str,
        again: timedelta,
        syntax: Syntax,
        clock: Clock,
        base: str,
    ) -> None:
        """``collect`` gets what a peer gives; ``terms`` and ``rules`` are the hashes of what decides how it is read
        and judged, so that a change of either reads or judges again.
        """
        self._store = store
        self._sorting = sorting
        self._collect = collect
        self._terms = terms
        self._rules = rules
        self._again = again
        self._syntax = syntax
        self._clock = clock
        self._base = base

    def run(self, peer: Peer, *, now: bool = False) -> Run:
        """Ask one peer, when it is its time or ``now``; keep what came, and a line of how it went.

        What goes wrong with a peer is told and leaves what was taken of it before; only a fault of what is here is
        raised: PortError of the store, EnginesDiffer.
        """
        if not peer.is_active:
            return Run(peer.slug, "not active", f"The peer is {peer.state}; nothing is asked.")
        began, health = self._clock(), self._store.health(peer.slug)
        if health is not None and not now and health.due > began:
            return Run(peer.slug, "waiting", f"It is asked again after {health.due:%Y-%m-%d %H:%M} UTC.")
        try:
            terms = self._terms(peer)
            known = health if health is None or health.terms == terms else replace(health, tags={}, sums="")
            collected = self._collect(peer, known)
            if collected.is_unchanged and health is not None and health.rules == self._rules:
                return self._unchanged(peer, health, collected, began)
            return self._taken(peer, health, collected, began, terms)
        except HarvestUnfinished as fault:
            return self._unfinished(peer, health, str(fault), began)
        except EnginesDiffer:  # ours to look into, not the peer's
            raise
        except RegistryError as fault:
            return self._refused(peer, health, fault, began)

    def _taken(self, peer: Peer, health: PeerHealth | None, collected: Collected, began: datetime, terms: str) -> Run:
        before = {graph.case: graph for graph in self._store.graphs(peer.slug)}
        if collected.is_unchanged:
            held = {
                case.removeprefix(_start(SAID, peer)): one.payload for case, one in before.items() if _is(SAID, one)
            }
            judged = {case.removeprefix(_start(JUDGED, peer)) for case, one in before.items() if _is(JUDGED, one)}
            taken = Taken(held, tuple(sorted(judged)), ())
        else:
            taken = self._sorting.taken(peer, collected)
        is_same_rule = health is not None and health.rules == self._rules
        graphs, left = self._graphs(peer, taken, before if is_same_rule else {}, began)
        left = [*collected.left_out, *left]
        is_strange = collected.quads is None and not (collected.is_unchanged or collected.may_be_empty)
        if not taken.graphs and is_strange:
            raise HarvestRefused(f"{peer.address} gives nothing that can be taken. {' '.join(left)[:400]}")
        message = f"{len(taken.graphs)} graphs, {len(taken.claims)} of them judged by the standard in force here."
        lines = [*(self._line("left out", each) for each in left[:_MOST_LEFT]), self._line("taken", message)]
        if len(left) > _MOST_LEFT:
            lines.insert(0, self._line("left out", f"… and {len(left) - _MOST_LEFT} more such lines."))
        after = PeerHealth(
            peer=peer.slug,
            tried=began,
            due=began + self._again,
            settled=began,
            latest=collected.latest or (health.latest if health else ""),
            sums=collected.sums or (health.sums if health else ""),
            terms=terms,
            rules=self._rules,
            tags=collected.tags,
        )
        named = {one.case: one.payload for one in graphs}
        self._keep(peer, after, lines, began, "taken", message, named, graphs)
        return Run(peer.slug, "taken", message, len(taken.graphs))

    def _graphs(
        self, peer: Peer, taken: Taken, before: Mapping[str, PeerGraph], began: datetime
    ) -> tuple[list[PeerGraph], list[str]]:
        """Give what a peer says and what is found of it, and what was left out; what has not changed is not judged."""
        left, why = list(taken.left_out), f"Said by {peer.label}; taken from {peer.address}."
        graphs = [PeerGraph(_start(SAID, peer) + name, SAID, lines, why) for name, lines in taken.graphs.items()]
        ours = f"What this registry finds of what {peer.label} says, by its own standard."
        changed = {}
        for name in taken.claims:
            held, verdict = before.get(_start(SAID, peer) + name), before.get(_start(JUDGED, peer) + name)
            if held is not None and held.payload == taken.graphs[name] and verdict is not None:
                graphs.append(verdict)
            else:
                changed[name] = taken.graphs[name]
        for name, found in self._sorting.judged(changed, began.date()):
            if isinstance(found, RegistryError):
                left.append(f"{name} could not be judged: {found}")
            else:
                graphs.append(PeerGraph(_start(JUDGED, peer) + name, JUDGED, found, ours))
        return graphs, left

    def _unchanged(self, peer: Peer, health: PeerHealth, collected: Collected, began: datetime) -> Run:
        message = "The peer has nothing else than last time."
        tags = {**health.tags, **collected.tags}
        after = replace(health, tried=began, settled=began, due=began + self._again, failures=0, tags=tags)
        self._keep(peer, after, [self._line("unchanged", message)], began, "unchanged", message, {}, None)
        return Run(peer.slug, "unchanged", message)

    def _unfinished(self, peer: Peer, health: PeerHealth | None, message: str, began: datetime) -> Run:
        """Keep that a run has read a part of what the peer gives; what was taken before stays."""
        known, message = health or PeerHealth(peer=peer.slug, tried=began, due=began), _plain(message)
        after = replace(known, tried=began, due=began + FIRST_WAIT)
        self._keep(peer, after, [self._line("unfinished", message)], began, "unfinished", message, {}, None)
        return Run(peer.slug, "unfinished", message)

    def _refused(self, peer: Peer, health: PeerHealth | None, fault: RegistryError, began: datetime) -> Run:
        """Keep what went wrong; the wait before the next try doubles with every failure, and is what a peer asks for
        where that is longer.
        """
        failures = 1 if health is None else health.failures + 1
        wait = min(FIRST_WAIT * 2 ** min(failures - 1, _DOUBLINGS), LONGEST_WAIT)
        wait = max(wait, fault.wait) if isinstance(fault, AskedToWait) else wait
        known = health or PeerHealth(peer=peer.slug, tried=began, due=began)
        after, message = replace(known, tried=began, due=began + wait, failures=failures), _plain(str(fault))
        line = self._line("refused", message)
        self._keep(peer, after, [line], began, "refused", message, {}, None)
        return Run(peer.slug, "refused", message)

    def _keep(
        self,
        peer: Peer,
        health: PeerHealth,
        lines: Sequence[HarvestLine],
        began: datetime,
        outcome: str,
        message: str,
        named: dict[str, bytes],
        graphs: Sequence[PeerGraph] | None,
    ) -> None:
        runs = [one.payload for one in self._store.graphs(peer.slug) if one.kind == RUNS]
        told = with_run(
            runs[0] if runs else b"",
            peer,
            began=began,
            ended=self._clock(),
            outcome=outcome,
            message=message,
            graphs=named,
            base=self._base,
            syntax=self._syntax,
        )
        self._store.keep(health, lines, told, graphs)

    def _line(self, outcome: str, message: str) -> HarvestLine:
        return HarvestLine(self._clock(), outcome, _plain(message))


def terms_of(peer: Peer, mapping: str) -> str:
    """Give the hash of what decides how a peer is read: address, kind, key, scope, and the text of its mapping."""
    said = "\n".join((peer.kind, peer.address, repr(peer.key), *peer.scope, mapping))
    return sha256(said.encode()).hexdigest()


def _start(kind: str, peer: Peer) -> str:
    return f"{kind}/{peer.slug}/"


def _is(kind: str, graph: PeerGraph) -> bool:
    return graph.kind == kind


def _plain(message: str) -> str:
    """Give a sentence, in which words of others may stand, as one line that shows what it holds."""
    line = " ".join(without_unseen(message).split())
    return line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + "…"
