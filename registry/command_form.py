"""In which form a command must come before the law looks at it: its reason, its particulars, its hashes; pure."""

import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Final

from registry.case_errors import ReasonMissing, StepIncomplete
from registry.cases import Command, Judgement, Particulars
from registry.envelope import REASON
from registry.process import Transition

TAKES: Final[dict[str, frozenset[str]]] = {
    "open": frozenset({"city"}),
    "raise": frozenset({"city", "organisation", "claim"}),
    "submit": frozenset({"organisation"}),
    "find-eligible": frozenset({"requirements"}),
    "assign-reviewer": frozenset({"sector"}),
    "relieve-reviewer": frozenset({"subject"}),
    "relieve-decider": frozenset({"subject"}),
    "file-concern": frozenset({"claim", "organisation"}),
    "release-concern": frozenset({"concern"}),
    "set-aside-concern": frozenset({"concern"}),
    "answer-concern": frozenset({"concern"}),
    "file-findings": frozenset({"judgements"}),
    "accredit": frozenset({"level", "judgements"}),
    "refuse": frozenset({"judgements"}),
    "allow-appeal": frozenset({"level", "judgements"}),
    "dismiss-appeal": frozenset({"judgements"}),
}
"""What a command may say; every other takes no particulars."""

_IRI: Final = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x20]{1,2000}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def demand_form(command: Command, step: Transition, case: str, *, takes_candidate: bool) -> None:
    """Raise ReasonMissing or StepIncomplete when a command lacks its reason, says too much, or says it in no form."""
    where = f"“{step.label}” in {case}"
    if step.reason_required and not command.reason.strip():
        raise ReasonMissing(f"{where} needs a reason; say why in one sentence or more.")
    if command.reason and REASON.fullmatch(command.reason) is None:
        raise ReasonMissing(
            f"{where} has a reason of {len(command.reason):,} characters or with control characters; "
            "write at most 4,096 characters of plain text."
        )
    plain, allowed = Particulars(), TAKES.get(command.name, frozenset())
    for each in fields(Particulars):
        if each.name not in allowed and getattr(command.particulars, each.name) != getattr(plain, each.name):
            raise StepIncomplete(f"{where} takes no “{each.name}”; leave it out.")
    if command.candidate is not None and not takes_candidate:
        raise StepIncomplete(f"{where} takes no “candidate”; leave it out.")
    for name, iri in _addresses(command.particulars):
        if iri and not address(iri):
            raise StepIncomplete(
                f"{where}: “{name}” is “{iri:.80}”; give an address that starts with http:// or https://."
            )
    for role, digest in command.hashes.items():
        if _SHA256.fullmatch(digest) is None:
            raise StepIncomplete(f"{where}: “{role}” is “{digest:.80}”; give a SHA-256 in 64 small hexadecimal digits.")
    _demand_judgements(command.particulars.judgements, where)


def address(text: str) -> str:
    """Give a text that is an address as it is, and nothing for any other."""
    return text if _IRI.fullmatch(text) else ""


def _addresses(said: Particulars) -> Iterator[tuple[str, str]]:
    for name in ("city", "organisation", "sector", "claim", "level"):
        yield name, str(getattr(said, name))
    yield from (("requirement", requirement) for requirement in said.requirements)
    for judgement in said.judgements:
        yield "requirement", judgement.requirement or "nothing"
        yield "evidence", judgement.evidence
        yield "law", judgement.law


def _demand_judgements(judgements: tuple[Judgement, ...], where: str) -> None:
    named = [judgement.requirement for judgement in judgements]
    if len(named) != len(set(named)):
        raise StepIncomplete(f"{where} names a requirement twice; give one outcome for each.")
    for judgement in judgements:
        if not judgement.reason.strip() or REASON.fullmatch(judgement.reason) is None:
            raise StepIncomplete(
                f"{where}: the outcome on {judgement.requirement} has no reason of at most 4,096 characters of plain "
                "text; say why."
            )
