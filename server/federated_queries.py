"""Queries that ask peers: SERVICE <IRI> of a registered peer is put to it here, before the query goes to a worker.

The workers reach no network. What goes to them, and what goes to a peer, has passed the guard without any SERVICE.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from flask import Flask, current_app

from registry.errors import NoReleaseYet, QueryError, QueueFull
from registry.federation import (
    NOTHING_KNOWN,
    Clause,
    check_answer,
    find_clauses,
    with_answers,
    with_room,
    with_room_for_groups,
    without_peers,
)
from registry.federation_errors import PeerAnswerRefused
from registry.federation_ports import AskLimits, AskPeer
from registry.federation_wiring import ask_limits, open_peer_endpoint
from registry.fetch_errors import FetchError, FetchTimeLimitPassed
from registry.mirror_ports import Source as MirrorSource
from registry.model import Solutions
from registry.peer_errors import PeerFault
from registry.peer_recording import LIST
from registry.peers import read_peers
from registry.queries import Limits, QueryForm, examine_query
from registry.settings import Settings
from server.budget import Budget
from server.library import Library, Shelf

WORDS: Final = "You sent {spent:g} questions to peers within a minute, which is all one client may"
A_MINUTE: Final = 30
"""Clauses that one client may have put to peers in a minute."""
AT_ONCE: Final = 2
"""Queries that wait for peers at once; the others answer without them meanwhile."""
_WORD: Final = "service"
_ESCAPE: Final = "\\u"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A peer that an answer comes from in part: its endpoint, its name, how many rows it gave; None if it failed."""

    endpoint: str
    name: str
    rows: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A query that may be answered: its form, and what of it is asked of peers.

    ``alone`` is what an engine that asks nobody can read it from, before a peer is asked.
    """

    text: str
    form: QueryForm
    clauses: tuple[Clause, ...] = ()
    alone: str = ""


def install(app: Flask, settings: Settings) -> None:
    """Let queries ask the peers that may be asked; a mirror asks nobody."""
    library: Library = app.extensions["library"]
    source: MirrorSource | None = app.extensions["mirrored"]
    app.extensions["federation"] = Federation(
        (lambda: permitted(library)) if source is None else dict,
        open_peer_endpoint(settings),
        limits=ask_limits(settings),
        elsewhere="" if source is None else f"{source.site}sparql",
    )


def permitted(library: Library) -> Mapping[str, str]:
    """Give the endpoints that may be asked with the names of their peers, as the current release lists them."""
    try:
        return _listed(library.shelf())
    except (NoReleaseYet, PeerFault) as fault:
        logging.getLogger(__name__).warning("no peer may be asked: %s", fault)
        return {}


@lru_cache(2)
def _listed(held: Shelf) -> Mapping[str, str]:
    return {peer.endpoint: peer.label for peer in read_peers(held.graph(LIST)) if peer.may_be_queried}


class Federation:
    """Whom queries may ask, and asking them."""

    def __init__(
        self,
        peers: Callable[[], Mapping[str, str]],
        ask: AskPeer,
        *,
        limits: AskLimits,
        budget: Budget | None = None,
        elsewhere: str = "",
    ) -> None:
        """Ask the endpoints that ``peers`` gives with the names of their peers, each query within limits.

        ``elsewhere`` is the endpoint that asks peers where this one is that of a mirror.
        """
        self._elsewhere = elsewhere
        self._peers = peers
        self._ask = ask
        self._limits = limits
        self._budget = Budget(A_MINUTE, words=WORDS) if budget is None else budget
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    @property
    def peers(self) -> Mapping[str, str]:
        """Give the endpoints that may be asked, with the names of their peers."""
        return self._peers()

    def read(self, text: str, limits: Limits) -> Read:
        """Read a query; nobody is asked yet.

        Raises what ``examine_query`` raises, and QueryError, with line and column, for SERVICE that is not answered.
        """
        is_short = len(text) <= limits.characters
        peers = self._peers() if is_short and _may_ask(text) else {}
        is_refused = bool(self._elsewhere) and is_short and _may_ask(text)
        clauses = find_clauses(text, limits) if peers or is_refused else ()
        if clauses and is_refused:
            raise clauses[0].fault(
                "SERVICE is refused here: this is a mirror, which asks no peer. Ask the registry itself, at "
                f"{self._elsewhere}."
            )
        if not clauses:
            return Read(text=text, form=examine_query(text, limits))
        for clause in clauses:
            if clause.endpoint not in peers:
                raise clause.fault(
                    f"SERVICE <{clause.endpoint[:200]}> is refused here: no peer of this registry that may be asked "
                    "has this endpoint; /trust lists them."
                )
        alone = without_peers(text, clauses)
        form = examine_query(alone, with_room_for_groups(limits, clauses))
        for clause in clauses:
            examine_query(clause.query, replace(limits, characters=2 * limits.characters))
        return Read(text=text, form=form, clauses=clauses, alone=alone)

    def answer(self, query: Read, limits: Limits, client: str) -> tuple[str, tuple[Source, ...]]:
        """Ask the peers that a query names; give the query with their answers in it, and who gave them.

        Raises TooManyRequests, QueueFull, FetchError and PeerAnswerRefused.
        """
        if not query.clauses:
            return query.text, ()
        self._budget.admit(client)
        if not self._turns.acquire(blocking=False):
            raise QueueFull("Other queries are waiting for peers; ask again in a moment.")
        try:
            self._budget.charge(client, len(query.clauses))
            answers, sources = self._asked(query.clauses)
        finally:
            self._turns.release()
        text = with_answers(query.text, query.clauses, answers)
        examine_query(text, with_room(limits, text, answers))
        return text, sources

    def _asked(self, clauses: Sequence[Clause]) -> tuple[list[Solutions], tuple[Source, ...]]:
        ends = time.monotonic() + self._limits.seconds
        answers: list[Solutions] = []
        sources: list[Source] = []
        for clause in clauses:
            try:
                answer = self._one(clause, ends, sum(len(each.rows) for each in answers))
            except (FetchError, PeerAnswerRefused):
                if not clause.is_silent:
                    raise
                answer = None
            answers.append(NOTHING_KNOWN if answer is None else answer)
            name, rows = self._peers().get(clause.endpoint, ""), None if answer is None else len(answer.rows)
            sources.append(Source(endpoint=clause.endpoint, name=name, rows=rows))
        return answers, tuple(sources)

    def _one(self, clause: Clause, ends: float, taken: int) -> Solutions:
        left = ends - time.monotonic()
        if left <= 0:
            raise FetchTimeLimitPassed(f"There was no time left to ask {clause.endpoint}; ask for less at once.")
        most = self._limits.most_rows - taken
        answer = self._ask(clause.endpoint, clause.query, replace(self._limits, seconds=left, most_rows=most))
        check_answer(clause, answer, most)
        return answer


def _may_ask(text: str) -> bool:
    """Say whether a text may hold SERVICE written plainly; where characters are escaped, the guard decides alone."""
    return _WORD in text.lower() and _ESCAPE not in text.lower()


def federation() -> Federation:
    """Give whom queries to this installation may ask."""
    found: Federation = current_app.extensions["federation"]
    return found


def told(sources: Sequence[Source]) -> str:
    """Name the sources of an answer for a header: each endpoint with its number of rows, or that it failed."""
    return ", ".join(
        f"<{source.endpoint}>; " + ("failed" if source.rows is None else f"rows={source.rows}") for source in sources
    )


def without_place(error: QueryError) -> QueryError:
    """Give what the engine says of a query with answers in it, without a place: it would be another one."""
    return QueryError(str(error))
