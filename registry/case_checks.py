"""The cases of an export looked at again under the law, with what that cannot show; pure."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from rdflib import Graph
from rdflib.exceptions import ParserError

from registry.case_errors import MalformedAct
from registry.case_record import act_of
from registry.case_verification import case_faults, faults_over_time, standing_faults
from registry.cases import Act
from registry.ledger_export import ExportedEvent
from registry.model import Envelope
from registry.positions import CASE, STANDING
from registry.process import Process
from registry.sealing import PAYLOAD
from registry.verification import Check, Kind

LAW: Final = "process"
"""The role under which an event names the law it was done under."""
_LATEST: Final = timedelta(minutes=1)
"""How long after an act it is recorded at the latest: the law looks at the time of the act."""


class CaseChecks:
    """What the events of cases and standings show, and what is wrong with them."""

    def __init__(self, law: Process) -> None:
        """Look at everything under one law."""
        self._law = law
        self._acts: dict[str, list[Act]] = {}
        self._unread: dict[str, int] = {}
        self._other: set[str] = set()
        self._faults: list[str] = []

    def take(self, found: ExportedEvent) -> None:
        """Look at the next event; those that belong to no case and no standing are let pass."""
        envelope = found.event.envelope
        if not envelope.case.startswith((CASE, STANDING)):
            return
        if envelope.recorded - envelope.claimed > _LATEST:
            self._faults.append(f"Event {envelope.sequence} is an act in a case that was recorded long after it.")
        if found.payload is None or envelope.case in self._unread:
            self._unread.setdefault(envelope.case, envelope.sequence)
            return
        if envelope.hashes.get(LAW) != self._law.digest:
            self._other.add(envelope.case)
        try:
            self._acts.setdefault(envelope.case, []).append(read_act(envelope, found.payload))
        except MalformedAct as fault:
            self._faults.append(str(fault))

    def checks(self) -> Iterator[Check]:
        """Give what was found."""
        read = {name: acts for name, acts in self._acts.items() if name not in self._other}
        cases = {name: acts for name, acts in read.items() if name.startswith(CASE)}
        standings = {name: acts for name, acts in read.items() if name not in cases}
        faults = [*self._faults, *self._of(cases, standings)]
        for fault in faults:
            yield Check(Kind.BROKEN, fault)
        if read and not faults:
            yield Check(
                Kind.HOLDS,
                f"{len(cases):,} cases and {len(standings):,} standings kept the law: each step was possible, by the "
                "right office, in time; nobody had two roles in a case; conflicts were checked before each act.",
            )
        yield from self._beyond()

    def _of(self, cases: dict[str, list[Act]], standings: dict[str, list[Act]]) -> Iterator[str]:
        causes = {f"{act.case}#act-{act.number}": act for acts in self._acts.values() for act in acts}
        for acts in cases.values():
            yield from case_faults(self._law, acts)
        for acts in standings.values() if not self._unread else ():
            yield from standing_faults(self._law, acts, causes)
        yield from faults_over_time(self._law, cases)

    def _beyond(self) -> Iterator[Check]:
        if self._unread and any(name.startswith(STANDING) for name in self._acts):
            yield Check(
                Kind.NOT_CHECKED, "Whether each change of a standing follows a case: not every case is enclosed."
            )
        for name, number in sorted(self._unread.items()):
            yield Check(Kind.NOT_CHECKED, f"Whether {name} kept the law from event {number} on: it is not enclosed.")
        if self._other:
            names = ", ".join(sorted(self._other))
            yield Check(Kind.NOT_CHECKED, f"What was done under another version of the law than this one: {names}.")
        if self._acts:
            yield Check(
                Kind.NOT_CHECKED,
                "Whether whoever acted held the role, and what they had declared: the accounts alone know it; the "
                "record shows that the check ran, by which rules, and that none barred them.",
            )


def read_act(envelope: Envelope, payload: bytes) -> Act:
    """Read an act from an event of a case and its payload; raise MalformedAct when it is none."""
    try:
        graph = Graph().parse(data=payload.decode("utf-8"), format="nt")
    except (ParserError, ValueError) as fault:
        raise MalformedAct(f"The payload of event {envelope.sequence} in {envelope.case} is no N-Triples.") from fault
    return act_of(
        graph,
        case=envelope.case,
        kind=envelope.kind,
        office=envelope.office,
        account=envelope.account,
        at=envelope.claimed,
        reason=envelope.reason,
        hashes={role: digest for role, digest in envelope.hashes.items() if role not in (PAYLOAD, LAW)},
    )
