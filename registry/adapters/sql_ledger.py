"""The ledger on SQLite or PostgreSQL: one writer at a time, told after the commit, stopped by a failed write."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Final

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import SQLAlchemyError

from registry import checkpoint as checkpoints
from registry import envelope as envelopes
from registry.adapters import position_tables
from registry.adapters.databases import open_engine
from registry.adapters.ledger_rows import (
    bytes_of,
    checkpoint_of,
    checkpoint_row,
    event_of,
    event_row,
    events_of_case,
    fresh_payloads,
    last_checkpoint,
    last_event,
    last_hashes,
)
from registry.adapters.ledger_tables import (
    CHECKPOINTS,
    EVENTS,
    LOCK_SECONDS,
    PAYLOADS,
    create,
    exist,
    is_damage,
    lock,
    missing_triggers,
    reading_options,
    recover,
    writing_options,
)
from registry.errors import LedgerDamaged, LedgerStopped, LedgerUnavailable, RegistryError, UnknownRecord
from registry.merkle import Tree, leaf_hash
from registry.model import Checkpoint, DraftedEvent, Receipt, RecordedEvent
from registry.ports import Clock, Signer
from registry.positions import Position
from registry.sealing import KEY_CASE, demand_key, seal, time_of_record

_BATCH: Final = 500
_NOWHERE: Final[Mapping[str, Position]] = {}


class SqlLedger:
    """One ledger in one database; any number of processes may have it open, and threads may share it."""

    def __init__(self, url: str, *, origin: str, signer: Signer, clock: Clock) -> None:
        """Open the ledger, made when missing, and compare its events with its last checkpoint.

        Raises SettingsError for an unusable URL, LedgerUnavailable when the database cannot be reached, LedgerDamaged
        when the events are not those of the checkpoint or a trigger that keeps them is gone.
        """
        self._engine = open_engine(url, what="The ledger's URL", wait_seconds=LOCK_SECONDS)
        self._origin = origin
        self._signer = signer
        self._clock = clock
        self._lock = RLock()
        self._tree = Tree()
        self._stopped: str | None = None
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @property
    def public_key(self) -> bytes:
        """Give the public half of the key that signs."""
        return self._signer.public_key

    @property
    def has_stopped(self) -> bool:
        """Say whether a write has failed, after which this ledger takes nothing more and must be opened anew."""
        return self._stopped is not None

    def append(
        self, events: Sequence[DraftedEvent], *, positions: Mapping[str, Position] = _NOWHERE
    ) -> Sequence[Receipt]:
        """Record events in one transaction, all or none; give the receipts after the commit (see the port)."""
        with self._lock:
            self._demand_running()
            if not events:
                return ()
            with self._writing() as connection:
                self._demand_key(connection, self._catch_up(connection))
                recorded = self._sealed(connection, events)
                head = self._head([leaf_hash(event.raw) for event in recorded])
                if fresh := fresh_payloads(
                    connection, (found.payload for found in events if found.payload is not None)
                ):
                    connection.execute(insert(PAYLOADS), fresh)
                connection.execute(insert(EVENTS), [event_row(event) for event in recorded])
                connection.execute(insert(CHECKPOINTS), [checkpoint_row(head)])
                position_tables.keep(connection, recorded, positions)
            first = head.size - len(recorded)
            return tuple(self._receipt(event, first + place, head) for place, event in enumerate(recorded))

    def read(self, start: int = 1) -> Iterator[RecordedEvent]:
        """Give the events from a sequence number on; a number that is missing between is damage."""
        wanted = max(1, start)
        while batch := self._batch(wanted):
            yield from batch
            wanted += len(batch)

    def case(self, name: str) -> Sequence[RecordedEvent]:
        """Give the events of one case in their order, each of which names the one before it."""
        with self._reading() as connection:
            return events_of_case(connection, name)

    def payload(self, digest: str) -> bytes:
        """Give a payload by its SHA-256, which is compared with what is stored."""
        with self._reading() as connection:
            row = connection.execute(select(PAYLOADS.c.body).where(PAYLOADS.c.sha256 == digest)).one_or_none()
        if row is None:
            raise UnknownRecord(f"The ledger holds no payload with the SHA-256 {digest}.")
        body = bytes_of(row[0], f"The payload {digest}")
        if envelopes.hash_of(body) != digest:
            raise LedgerDamaged(f"The payload {digest} is stored with other bytes than were recorded.")
        return body

    def checkpoint(self) -> Checkpoint:
        """Give the latest signed head of the tree."""
        with self._reading() as connection:
            return last_checkpoint(connection)

    def checkpoints(self) -> Iterator[Checkpoint]:
        """Give every head that was signed, the oldest first."""
        with self._reading() as connection:
            rows = connection.execute(select(CHECKPOINTS).order_by(CHECKPOINTS.c.size)).all()
        yield from map(checkpoint_of, rows)

    def receipt(self, sequence: int, head: Checkpoint | None = None) -> Receipt:
        """Give a receipt for a recorded event under the latest head, or one that was signed before."""
        with self._lock, self._reading() as connection:
            latest = self._catch_up(connection)
            under = latest if head is None else head
            row = connection.execute(select(EVENTS).where(EVENTS.c.sequence == sequence)).one_or_none()
            if row is None or not sequence <= under.size <= latest.size:
                raise UnknownRecord(f"The ledger holds no event {sequence}; it has {under.size}.")
            return self._receipt(event_of(row), sequence - 1, under)

    def positions(self) -> tuple[int, Sequence[Position]]:
        """Give where each case and standing stands, and after how many events that is."""
        with self._reading() as connection:
            return position_tables.folded(connection), position_tables.read(connection)

    def refold(self, positions: Mapping[str, Position], *, size: int) -> bool:
        """Put positions after so many events in the place of all kept, unless there are more events."""
        with self._lock:
            self._demand_running()
            with self._writing() as connection:
                if self._catch_up(connection).size != size:
                    return False
                position_tables.replace(connection, size, positions)
            return True

    def receipts(self, case: str) -> Sequence[Receipt]:
        """Give a receipt for each event of a case, all under the latest head."""
        with self._lock, self._reading() as connection:
            head = self._catch_up(connection)
            events = events_of_case(connection, case)
            return tuple(self._receipt(event, event.envelope.sequence - 1, head) for event in events)

    def consistency_proof(self, first: int, second: int) -> tuple[bytes, ...]:
        """Give the proof that the tree of one size begins that of another (RFC 9162, 2.1.4)."""
        with self._lock, self._reading() as connection:
            self._catch_up(connection)
            try:
                return self._tree.consistency_proof(first, second)
            except IndexError as fault:
                raise UnknownRecord(str(fault)) from fault

    def _demand_running(self) -> None:
        if self._stopped is not None:
            raise LedgerStopped(
                f"The ledger has stopped because a write failed ({self._stopped}): nothing was recorded. "
                "Open it again, which checks it, and read what is there before acting anew."
            )

    def _open(self) -> None:
        with self._explained():
            recover(self._engine)
        self._make()
        with self._reading() as connection:
            if missing := missing_triggers(connection):
                raise LedgerDamaged(
                    f"The database no longer keeps the ledger from changes ({', '.join(missing)} is gone); "
                    "check an export, then restore the database from a backup."
                )
            self._demand_key(connection, self._catch_up(connection))

    def _demand_key(self, connection: Connection, head: Checkpoint) -> None:
        changes = events_of_case(connection, KEY_CASE)
        demand_key(self._signer.public_key, change=changes[-1] if changes else None, head=head)

    def _make(self) -> None:
        with self._reading() as connection:
            if exist(connection) and position_tables.are_ready(connection):
                return
        with self._writing() as connection:
            if not position_tables.are_ready(connection):
                position_tables.make(connection)
            if not exist(connection):
                create(connection)
                connection.execute(insert(CHECKPOINTS), [checkpoint_row(self._head([]))])

    def _catch_up(self, connection: Connection) -> Checkpoint:
        """Take in what was recorded since, and compare the tree with the last checkpoint, which is given."""
        columns = select(EVENTS.c.sequence, EVENTS.c.envelope)
        rows = connection.execute(columns.where(EVENTS.c.sequence > len(self._tree)).order_by(EVENTS.c.sequence))
        for sequence, raw in rows.yield_per(_BATCH):
            if sequence != len(self._tree) + 1:
                raise LedgerDamaged(f"The event {len(self._tree) + 1} is missing from the ledger.")
            self._tree.append(leaf_hash(bytes_of(raw, f"The event {sequence}")))
        head = last_checkpoint(connection)
        if (head.size, head.root) != (len(self._tree), self._tree.root()):
            raise LedgerDamaged(
                f"The events of the ledger ({len(self._tree)}) are not those of its last checkpoint ({head.size}); "
                "stop, keep a copy, and compare it with an export."
            )
        return head

    def _sealed(self, connection: Connection, drafts: Sequence[DraftedEvent]) -> tuple[RecordedEvent, ...]:
        """Give each event its place and time, and sign it; nothing is written yet."""
        last = last_event(connection)
        return seal(
            drafts,
            start=len(self._tree) + 1,
            recorded=time_of_record(self._clock(), last.envelope.recorded if last else None),
            latest=last_hashes(connection, {draft.case for draft in drafts}),
            signer=self._signer,
        )

    def _head(self, leaves: Sequence[bytes]) -> Checkpoint:
        """Add leaves to the tree and sign its head."""
        for leaf in leaves:
            self._tree.append(leaf)
        return checkpoints.write(self._origin, len(self._tree), self._tree.root(), self._signer)

    def _receipt(self, event: RecordedEvent, index: int, head: Checkpoint) -> Receipt:
        return Receipt(event, index, head, self._tree.inclusion_proof(index, head.size))

    def _batch(self, start: int) -> Sequence[RecordedEvent]:
        with self._reading() as connection:
            query = select(EVENTS).where(EVENTS.c.sequence >= start).order_by(EVENTS.c.sequence).limit(_BATCH)
            rows = connection.execute(query).all()
        events = tuple(map(event_of, rows))
        for wanted, event in enumerate(events, start=start):
            if event.envelope.sequence != wanted:
                raise LedgerDamaged(f"The event {wanted} is missing from the ledger.")
        return events

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Tell what the database says as an error of the ledger."""
        try:
            yield
        except SQLAlchemyError as fault:
            said = _said(fault)
            if is_damage(fault):
                raise LedgerDamaged(f"The database of the ledger is damaged: {said}.") from fault
            raise LedgerUnavailable(f"The database of the ledger gives no answer: {said}; try again.") from fault

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """Give a connection on which every statement sees the same state."""
        with self._explained(), self._engine.connect() as connection:
            yield connection.execution_options(**reading_options(self._engine))

    def _begun(self) -> Connection:
        connection = self._engine.connect().execution_options(**writing_options(self._engine))
        try:
            lock(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Give the one connection that may write, and commit at the end.

        Whatever breaks undoes everything; unless it is an error of the registry, the ledger then stops.
        """
        size = len(self._tree)
        with self._explained():
            connection = self._begun()
        try:
            yield connection
            connection.commit()
        except BaseException as fault:
            self._tree.truncate(size)
            if not isinstance(fault, RegistryError):
                self._stopped = _said(fault)
                connection.invalidate()
            if isinstance(fault, RegistryError) or not isinstance(fault, Exception):
                raise
            raise LedgerStopped(
                f"Writing to the ledger failed: {self._stopped}. Whether it was recorded is known after the "
                "ledger was opened again; until then nothing more is recorded."
            ) from fault
        finally:
            connection.close()


def _said(fault: BaseException) -> str:
    """Give what the database said, in one line and without the statement."""
    said = str(getattr(fault, "orig", None) or fault).strip()
    return " ".join(said.split()) or type(fault).__name__
