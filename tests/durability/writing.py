"""Mixed writes into a ledger, each told when it was acknowledged: notes, batches, large payloads, steps of a case."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from random import Random

from registry.adapters.ed25519_key import is_signed
from registry.adapters.sql_ledger import SqlLedger
from registry.cases import Actor
from registry.casework import Casework
from registry.ledger_verification import verify_ledger
from registry.model import DraftedEvent, Receipt
from registry.queues import positions_of
from registry.verification import Kind
from tests.registry.adapters.ledger_writer import ORIGIN
from tests.registry.playing import artefacts, law, order
from tests.registry.test_envelope import Key

BASE = "https://example.org/"
Tell = Callable[[Sequence[Receipt]], None]


@cache
def prepare() -> None:
    """Read what every writer needs, so that each that is forked off has it at once."""
    artefacts()
    law()


def opened(url: str) -> SqlLedger:
    return SqlLedger(url, origin=ORIGIN, signer=Key(1), clock=lambda: datetime.now(UTC))


def casework(ledger: SqlLedger) -> Casework:
    return Casework(law(), ledger, artefacts().syntax, base=BASE, clock=lambda: datetime.now(UTC))


def write_on(url: str, number: int, tell: Tell) -> None:
    """Write without end, and tell what was acknowledged."""
    ledger, chance, count = opened(url), Random(number), 0  # noqa: S311  # no secret
    work = casework(ledger)
    city = f"{BASE}id/city/city-{number}"
    officer = Actor(account=f"officer-{number}-{'0' * 16}", roles=frozenset({"officer"}), city=city)
    case = ""
    while True:
        count += 1
        kind = chance.choice(("note", "note", "batch", "large", "case"))
        if kind == "case" and case:
            tell(work.act(case, order("withdraw"), officer))
            case = ""
        elif kind == "case":
            receipts = work.open(order("open", city=city), officer)
            case = receipts[-1].event.envelope.case
            tell(receipts)
        else:
            size = {"note": 20, "batch": 200, "large": 60_000}[kind]
            names = [f"note/{number}-{count}-{place}" for place in range(12 if kind == "batch" else 1)]
            tell(ledger.append([_note(name, size) for name in names]))


def faults(url: str, acknowledged: Sequence[str]) -> list[str]:
    """Open a ledger as whoever comes next, and say what is wrong: lost events, damage, tables that do not agree."""
    ledger = opened(url)
    try:
        hashes = [event.hash for event in ledger.read()]
        known = set(acknowledged)
        found = [] if [digest for digest in hashes if digest in known] == list(acknowledged) else ["an event is lost"]
        checks = verify_ledger(ledger, keys=[Key(1).public_key], is_signed=is_signed, law=law())
        found += [check.message for check in checks if check.kind is Kind.BROKEN]
        size, rows = ledger.positions()
        work = casework(ledger)
        cases = work.cases()
        wanted = positions_of(law(), cases, [work.standing(case.city) for case in cases])
        if size != len(hashes) or {row.name: row for row in rows} != wanted:
            found.append("the tables of positions are not those of the events")
        return found
    finally:
        ledger.close()


def _note(name: str, size: int) -> DraftedEvent:
    return DraftedEvent(case=name, kind="note", office="steward", reason="Noted.", payload=name.encode() * (size // 10))
