"""Contradictions and concerns from outside: what is said, how it is written to be kept, and what became of it; pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from registry.canonical_json import read, write
from registry.case_errors import StepIncomplete
from registry.cases import Act, Case
from registry.errors import MalformedRecord
from registry.process import PUBLIC, Process

TEXT: Final = "text"
"""The role under which an act names what was said, by the commitment to it."""
LONGEST_ADDRESS: Final = 500


class Form(StrEnum):
    """What somebody brings forward: that a claim is wrong, or that it gives cause for concern."""

    CONTRADICTION = "contradiction"
    CONCERN = "concern"


class Fate(StrEnum):
    """What became of it."""

    WAITING = "waiting"
    RELEASED = "released"
    SET_ASIDE = "set-aside"


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody says on a claim: in which form, with which reason, and where evidence can be read."""

    form: Form
    reason: str
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One contribution of a case with what became of it; ``digest`` and ``answer`` are commitments to texts.

    ``ground`` is why it was set aside.
    """

    number: int
    claim: str
    filed: datetime
    digest: str
    fate: Fate
    since: datetime
    ground: str = ""
    answer: str = ""
    answered: datetime | None = None


def to_text(statement: Statement) -> str:
    """Give a statement as the text that is kept: canonical JSON (RFC 8785)."""
    fields = {"form": str(statement.form), "reason": statement.reason, "evidence": statement.evidence}
    return write(fields).decode("utf-8")


def from_text(text: str) -> Statement:
    """Read a statement that was kept; raise MalformedRecord for any other text."""
    fields = read(text.encode("utf-8"), what="The contribution")
    if set(fields) != {"form", "reason", "evidence"} or not all(isinstance(value, str) for value in fields.values()):
        raise MalformedRecord("The contribution has not the fields form, reason and evidence.")
    try:
        return Statement(Form(str(fields["form"])), str(fields["reason"]), str(fields["evidence"]))
    except ValueError as fault:
        raise MalformedRecord("The contribution is neither a contradiction nor a concern.") from fault


def checked(form: str, reason: str, evidence: str, *, most_characters: int) -> Statement:
    """Give what somebody sends as a statement; raise StepIncomplete, which says what to add or to shorten."""
    place = evidence.strip()
    if form not in set(Form):
        raise StepIncomplete("Say whether you contradict the claim or have a concern about it.")
    if not reason.strip():
        raise StepIncomplete("Say why: what you know, and how you know it.")
    said = checked_words(reason, most_characters=most_characters)
    if len(place) > LONGEST_ADDRESS:
        raise StepIncomplete(f"The address of your evidence is longer than {LONGEST_ADDRESS} characters.")
    return Statement(Form(form), said, place)


def checked_words(text: str, *, most_characters: int) -> str:
    """Give what somebody writes as it is kept; raise StepIncomplete, which says what to write or to shorten."""
    said = "\n".join(text.split("\r\n")).strip()
    if not said:
        raise StepIncomplete("Write the text.")
    if len(said) > most_characters:
        raise StepIncomplete(f"Your text has {len(said):,} characters; at most {most_characters:,} are taken.")
    if any(not (sign.isprintable() or sign in "\n\t") for sign in said):
        raise StepIncomplete("Your text holds signs that cannot be shown; take them out, or type it again.")
    return said


def contributions(case: Case) -> tuple[Told, ...]:
    """Give every contribution of a case with what became of it, in the order in which they came."""
    filed = [act for act in case.acts if act.kind == "concern-filed"]
    later = {
        (act.kind, act.particulars.concern): act
        for act in case.acts
        if act.kind in ("concern-released", "concern-set-aside", "concern-answered")
    }
    return tuple(_told(number, act, later) for number, act in enumerate(filed, start=1))


def of_text(case: Case, digest: str) -> Told | None:
    """Give the contribution of a case whose text has a commitment."""
    return next((told for told in contributions(case) if told.digest == digest), None)


def filed_on(case: Case, day: date) -> int:
    """Count what was brought forward in a case on one day (UTC)."""
    return sum(told.filed.date() == day for told in contributions(case))


def grounds(case: Case) -> Mapping[str, int]:
    """Count what was set aside in a case, by the reason given."""
    return dict(sorted(Counter(told.ground for told in contributions(case) if told.fate is Fate.SET_ASIDE).items()))


def called_states(process: Process) -> frozenset[str]:
    """Give the states of a case in which anybody may speak."""
    return frozenset(
        state
        for step in process.case_steps.values()
        if PUBLIC in step.roles and not step.target
        for state in step.sources
    )


def was_called(process: Process, case: Case) -> bool:
    """Say whether the public was ever called to speak in a case, so that its submission is public."""
    return any(stay.state in called_states(process) for stay in case.stays)


def is_called(process: Process, case: Case) -> bool:
    """Say whether a case stands where anybody may speak."""
    return case.state in called_states(process)


def received(case: Case) -> Act | None:
    """Give the act by which a submission was handed in last; None when there is none."""
    return next(iter(acts_of(case, ["submission-received"])[-1:]), None)


def submission_of(case: Case) -> str | None:
    """Give the SHA-256 of the submission that was handed in last; None when there is none."""
    act = received(case)
    return act.hashes.get("submission") if act else None


def acts_of(case: Case, kinds: Sequence[str]) -> tuple[Act, ...]:
    """Give the acts of some kinds in their order."""
    return tuple(act for act in case.acts if act.kind in kinds)


def _told(number: int, act: Act, later: Mapping[tuple[str, int], Act]) -> Told:
    released, aside = later.get(("concern-released", number)), later.get(("concern-set-aside", number))
    answered = later.get(("concern-answered", number))
    last = released or aside
    return Told(
        number=number,
        claim=act.particulars.claim,
        filed=act.at,
        digest=act.hashes.get(TEXT, ""),
        fate=Fate.RELEASED if released else Fate.SET_ASIDE if aside else Fate.WAITING,
        since=last.at if last else act.at,
        ground=aside.reason if aside else "",
        answer=answered.hashes.get(TEXT, "") if answered else "",
        answered=answered.at if answered else None,
    )
