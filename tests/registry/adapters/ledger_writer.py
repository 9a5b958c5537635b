"""A process that records events one after another and says the hash of each when it has its receipt."""

import sys
from datetime import UTC, datetime

from registry.adapters.sql_ledger import SqlLedger
from registry.errors import LedgerConflict
from registry.model import DraftedEvent
from tests.registry.test_envelope import Key

ORIGIN = "registry.example.org/ledger"


def write(url: str, name: str, most: int) -> None:
    """Record so many events: each in a case of this writer's own and in one that all writers share."""
    ledger = SqlLedger(url, origin=ORIGIN, signer=Key(1), clock=lambda: datetime.now(UTC))
    own = f"own/{name}"
    for number in range(most):
        while True:
            drafts = [
                DraftedEvent(
                    case=case,
                    kind="note",
                    office="steward",
                    reason=f"{name} {number}",
                    payload=f"{name} {number}".encode(),
                    previous=latest(ledger, case),
                )
                for case in (own, "shared")
            ]
            try:
                receipts = ledger.append(drafts)
            except LedgerConflict:
                continue
            break
        sys.stdout.write("".join(f"{receipt.event.hash}\n" for receipt in receipts))
        sys.stdout.flush()


def latest(ledger: SqlLedger, case: str) -> str | None:
    events = ledger.case(case)
    return events[-1].hash if events else None


if __name__ == "__main__":
    write(sys.argv[1], sys.argv[2], int(sys.argv[3]))
