"""The PeerHarvests port on a SQLite file: what came of peers, apart from everything of this registry's own."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    Column,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    UniqueConstraint,
    delete,
    insert,
    or_,
    select,
    update,
)

from registry.adapters.databases import explained, make_tables, open_engine, writing
from registry.adapters.held_files import held
from registry.peer_errors import HarvestRunning
from registry.peer_ports import HarvestLine, PeerGraph, PeerHealth, Rules, StreamMember, StreamPage, StreamState

MOST_LINES: Final = 200
"""Lines of the log that are kept of each peer."""

_METADATA: Final = MetaData()
_HEALTH: Final = Table(
    "health",
    _METADATA,
    Column("peer", String, primary_key=True),
    Column("tried", String, nullable=False),
    Column("due", String, nullable=False),
    Column("settled", String),
    Column("failures", Integer, nullable=False),
    Column("latest", String, nullable=False),
    Column("sums", String, nullable=False),
    Column("terms", String, nullable=False),
    Column("rules", String, nullable=False),
    Column("tags", String, nullable=False),
)
_GRAPHS: Final = Table(
    "graphs",
    _METADATA,
    Column("case", String, primary_key=True),
    Column("peer", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)
_LINES: Final = Table(
    "lines",
    _METADATA,
    Column("number", Integer, primary_key=True),
    Column("peer", String, nullable=False, index=True),
    Column("at", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("message", String, nullable=False),
)

_RULES_KEPT: Final = timedelta(days=7)
"""How long the rules of a place are kept that is asked no more."""
_RULES: Final = Table(
    "robots",
    _METADATA,
    Column("place", String, primary_key=True),
    Column("at", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

_PAGES: Final = Table(
    "stream_pages",
    _METADATA,
    Column("peer", String, primary_key=True),
    Column("address", String, primary_key=True),
    Column("key", String, nullable=False),
    Column("told", String, nullable=False),
)
_MEMBERS: Final = Table(
    "stream_members",
    _METADATA,
    Column("place", Integer, primary_key=True),
    Column("peer", String, nullable=False),
    Column("key", String, nullable=False),
    Column("iri", String, nullable=False),
    Column("told", String, nullable=False),
    Column("lines", LargeBinary, nullable=False),
    UniqueConstraint("peer", "iri"),
)


class SqlPeerHarvests:
    """What is kept in one file; threads and processes may share it."""

    def __init__(self, file: Path) -> None:
        """Open the file, made when missing; raise PortError when it cannot be used."""
        self._file = file
        self._engine = open_engine(f"sqlite:///{file}", what="The file of what came of peers")
        self._explained = partial(explained, f"What came of peers cannot be read or written in {file}.")
        with self._explained():
            make_tables(self._engine, _METADATA)

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def health(self, peer: str) -> PeerHealth | None:
        """Give how a peer answers (see the port)."""
        with self._explained(), self._engine.connect() as connection:
            row = connection.execute(select(_HEALTH).where(_HEALTH.c.peer == peer)).one_or_none()
        return None if row is None else _health(row)

    def graphs(self, peer: str) -> Sequence[PeerGraph]:
        """Give every graph that comes of a peer (see the port)."""
        wanted = select(_GRAPHS).where(_GRAPHS.c.peer == peer).order_by(_GRAPHS.c.case)
        with self._explained(), self._engine.connect() as connection:
            return [PeerGraph(row.case, row.kind, row.payload, row.reason) for row in connection.execute(wanted)]

    def lines(self, peer: str, *, most: int) -> Sequence[HarvestLine]:
        """Give the last lines of the log of a peer (see the port)."""
        wanted = select(_LINES).where(_LINES.c.peer == peer).order_by(_LINES.c.number.desc()).limit(most)
        with self._explained(), self._engine.connect() as connection:
            rows = connection.execute(wanted).all()
        return [HarvestLine(datetime.fromisoformat(row.at), row.outcome, row.message) for row in rows]

    def keep(
        self,
        health: PeerHealth,
        lines: Sequence[HarvestLine],
        runs: PeerGraph,
        graphs: Sequence[PeerGraph] | None = None,
    ) -> None:
        """Keep how a run ended, all or nothing (see the port)."""
        own, kept = health.peer, [runs] if graphs is None else [runs, *graphs]
        gone = _GRAPHS.c.peer == own if graphs is not None else _GRAPHS.c.case == runs.case
        last = select(_LINES.c.number).where(_LINES.c.peer == own).order_by(_LINES.c.number.desc())
        with self._explained(), writing(self._engine) as connection:
            connection.execute(delete(_HEALTH).where(_HEALTH.c.peer == own))
            connection.execute(insert(_HEALTH).values(**_row(health)))
            connection.execute(delete(_GRAPHS).where(gone))
            for one in kept:
                values = {"case": one.case, "kind": one.kind, "reason": one.reason, "payload": one.payload}
                connection.execute(insert(_GRAPHS).values(peer=own, **values))
            for line in lines:
                told = {"at": line.at.isoformat(), "outcome": line.outcome, "message": line.message}
                connection.execute(insert(_LINES).values(peer=own, **told))
            newest = last.limit(MOST_LINES)
            connection.execute(delete(_LINES).where(_LINES.c.peer == own, _LINES.c.number.not_in(newest)))

    def rules(self, place: str) -> Rules | None:
        """Give the rules of a place (see the port)."""
        with self._explained(), self._engine.connect() as connection:
            row = connection.execute(select(_RULES).where(_RULES.c.place == place)).one_or_none()
        return None if row is None else Rules(row.place, datetime.fromisoformat(row.at), row.body)

    def keep_rules(self, rules: Rules) -> None:
        """Keep the rules of a place (see the port)."""
        with self._explained(), writing(self._engine) as connection:
            before = (rules.at - _RULES_KEPT).isoformat()
            connection.execute(delete(_RULES).where(or_(_RULES.c.place == rules.place, _RULES.c.at < before)))
            connection.execute(insert(_RULES).values(place=rules.place, at=rules.at.isoformat(), body=rules.body))

    def stream(self, peer: str, key: str) -> StreamState:
        """Give what was read of an event stream (see the port)."""
        pages = select(_PAGES).where(_PAGES.c.peer == peer, _PAGES.c.key == key)
        members = select(_MEMBERS).where(_MEMBERS.c.peer == peer, _MEMBERS.c.key == key).order_by(_MEMBERS.c.place)
        with self._explained(), self._engine.connect() as connection:
            return StreamState(
                {row.address: _page(row) for row in connection.execute(pages)},
                {row.iri: _member(row) for row in connection.execute(members)},
            )

    def keep_stream(self, peer: str, key: str, state: StreamState) -> None:
        """Keep what was read of an event stream, all or nothing (see the port); members keep their place."""
        with self._explained(), writing(self._engine) as connection:
            for table in (_PAGES, _MEMBERS):
                connection.execute(delete(table).where(table.c.peer == peer, table.c.key != key))
            known = set(connection.execute(select(_MEMBERS.c.iri).where(_MEMBERS.c.peer == peer)).scalars())
            for page in state.pages.values():
                row = {"peer": peer, "key": key, "address": page.address, "told": _told_of_page(page)}
                connection.execute(delete(_PAGES).where(_PAGES.c.peer == peer, _PAGES.c.address == page.address))
                connection.execute(insert(_PAGES).values(**row))
            for one in state.members.values():
                told: dict[str, object] = {"told": _told_of_member(one), "lines": one.lines}
                if one.iri in known:
                    where = (_MEMBERS.c.peer == peer, _MEMBERS.c.iri == one.iri)
                    connection.execute(update(_MEMBERS).where(*where).values(**told))
                else:
                    connection.execute(insert(_MEMBERS).values(peer=peer, key=key, iri=one.iri, **told))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the only harvest (see the port); the system lets go of it when the process ends."""
        with held(
            self._file.with_suffix(".lock"), HarvestRunning("Another harvest is running; wait until it has ended.")
        ):
            yield


def _row(health: PeerHealth) -> dict[str, object]:
    return {
        "peer": health.peer,
        "tried": health.tried.isoformat(),
        "due": health.due.isoformat(),
        "settled": None if health.settled is None else health.settled.isoformat(),
        "failures": health.failures,
        "latest": health.latest,
        "sums": health.sums,
        "terms": health.terms,
        "rules": health.rules,
        "tags": json.dumps({address: list(tags) for address, tags in sorted(health.tags.items())}),
    }


def _health(row: Row[Any]) -> PeerHealth:
    return PeerHealth(
        peer=row.peer,
        tried=datetime.fromisoformat(row.tried),
        due=datetime.fromisoformat(row.due),
        settled=None if row.settled is None else datetime.fromisoformat(row.settled),
        failures=row.failures,
        latest=row.latest,
        sums=row.sums,
        terms=row.terms,
        rules=row.rules,
        tags={address: (tags[0], tags[1]) for address, tags in json.loads(row.tags).items()},
    )


def _told_of_page(page: StreamPage) -> str:
    return json.dumps([page.is_settled, list(page.following), dict(page.paths), list(page.tags)])


def _page(row: Row[Any]) -> StreamPage:
    is_settled, following, paths, tags = json.loads(row.told)
    return StreamPage(
        address=row.address,
        is_settled=is_settled,
        following=tuple(following),
        paths=paths,
        tags=(tags[0], tags[1]),
    )


def _told_of_member(one: StreamMember) -> str:
    return json.dumps([one.of, one.at, one.number, one.is_gone, one.digest, one.fault])


def _member(row: Row[Any]) -> StreamMember:
    of, at, number, is_gone, digest, fault = json.loads(row.told)
    return StreamMember(
        iri=row.iri, of=of, at=at, number=number, is_gone=is_gone, digest=digest, lines=row.lines, fault=fault
    )
