"""A decided case as everybody may read it: what happened, requirement by requirement, who differed; pure.

Nothing here names an account, and nothing tells of a contribution that was not released.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from registry.case_record import case_iri, graph_of
from registry.cases import Act, Case, Judgement
from registry.claims import CriterionClaims
from registry.contributions import TEXT, Fate, Statement, Told, contributions, received
from registry.decisions import settled
from registry.model import Outcome
from registry.namespaces import DCT, HRC, RDF, SCHEMA
from registry.positions import CASE
from registry.process import Process, Transition, iri_of
from registry.review_table import MachineOutcome, Row, review_table
from registry.standard import Standard

_CHECKS: Final = frozenset({"conflicts-checked"})
_FILED: Final = frozenset({"concern-filed"})
_ON_CONCERNS: Final = frozenset({"concern-filed", "concern-answered"})
_SHOWN: Final = frozenset({"submission", "report"})
"""The roles of documents that anybody may have once a case is decided, as far as the decision rests on them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One act as everybody may read it: which office did what under which step of the law, and why.

    ``reason`` is empty where none was given; ``text`` names a text that was filed with it.
    """

    act: Act
    step: Transition
    office: str
    reason: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One requirement in the table: what machine and reviewers found, what others said, and what came out."""

    row: Row
    said: tuple[Told, ...]
    ruled: Judgement | None
    result: Outcome | None

    @property
    def dissents(self) -> bool:
        """Say whether somebody found something else than what came out, or than another reviewer."""
        found = {judgement.outcome for judgement in self.row.filed.values()}
        return len(found) > 1 or bool(self.ruled and found and found != {self.ruled.outcome})


@dataclass(frozen=True, slots=True)
class Named:
    """A document that an act names: in which role, by which SHA-256; ``is_shown`` says whether anybody may have it."""

    act: int
    role: str
    digest: str
    is_shown: bool


def is_decided(case: Case) -> bool:
    """Say whether everybody may read the dossier of a case: once it was decided, for good or ill."""
    return bool(case.rulings)


def timeline(process: Process, case: Case) -> tuple[Step, ...]:
    """Give what happened in a case, without the checks, and without what was said and not released."""
    return tuple(_step(process, act) for act in _public_acts(case) if act.kind not in _CHECKS)


def checks(case: Case) -> int:
    """Count how often conflicts of interest were looked for."""
    return sum(act.kind in _CHECKS for act in case.acts)


def table(
    case: Case, standard: Standard, machine: Mapping[str, MachineOutcome], claimed: Sequence[CriterionClaims]
) -> tuple[Line, ...]:
    """Give a line for each requirement on which anything was found or said, in the order of the standard."""
    released = [told for told in contributions(case) if told.fate is Fate.RELEASED]
    about = {found.iri: {found.iri, *(claim.iri for claim in found.claims)} for found in claimed}
    came_out = settled(case)
    ruled = {found.requirement: found for ruling in case.rulings for found in ruling.particulars.judgements}
    lines = [
        Line(
            row=row,
            said=tuple(told for told in released if told.claim in about.get(str(row.criterion.iri), ())),
            ruled=ruled.get(str(row.requirement.iri)),
            result=came_out.get(str(row.requirement.iri)) or (row.machine.outcome if row.machine else None),
        )
        for row in review_table(case, standard, machine, [seat for seat in case.seats if seat.judgements is not None])
    ]
    return tuple(line for line in lines if line.row.machine or line.row.filed or line.ruled)


def documents(case: Case) -> tuple[Named, ...]:
    """Give every document that the acts of a case name, each once, but texts that were held back.

    Anybody may have the submission that was decided on with its report, and the reports of the decisions; what was
    handed in before and given back stays with the city and those who had a part.
    """
    shown = _shown(case)
    found = {
        (role, digest): Named(act.number, role, digest, (role, digest) in shown)
        for act in reversed(_public_acts(case))
        for role, digest in sorted(act.hashes.items())
    }
    return tuple(sorted(found.values(), key=lambda each: (each.act, each.role)))


def dossier_graph(case: Case, *, base: str, said: Mapping[int, Statement], answers: Mapping[int, str]) -> Graph:
    """Write a decided case as RDF: its acts and outcomes, and what was said and answered, by number.

    What anybody said is a ``schema:Comment`` about the claim, the answer of the city one upon it.
    """
    graph, node = Graph(bind_namespaces="none"), case_iri(base, case.name)
    for act in _public_acts(case):
        graph += graph_of(act, base=base)
    graph.remove((None, HRC.subjectAccount, None))
    rows: list[tuple[Node, URIRef, Node]] = [
        (node, RDF.type, HRC.Case),
        (node, DCT.identifier, Literal(case.name.removeprefix(CASE))),
        (node, HRC.caseKind, iri_of("case-kind", case.kind)),
        (node, HRC.concerns, URIRef(case.city)),
        *_comments(case, node, said, answers),
    ]
    for row in rows:
        graph.add(row)
    return graph


def _comments(
    case: Case, node: URIRef, said: Mapping[int, Statement], answers: Mapping[int, str]
) -> Iterator[tuple[Node, URIRef, Node]]:
    for told in contributions(case):
        if told.fate is not Fate.RELEASED:
            continue
        comment, answer = URIRef(f"{node}#concern-{told.number}"), URIRef(f"{node}#answer-{told.number}")
        yield comment, RDF.type, SCHEMA.Comment
        yield comment, SCHEMA.about, URIRef(told.claim)
        yield comment, SCHEMA.dateCreated, Literal(told.filed.date())
        if (statement := said.get(told.number)) is not None:
            yield comment, SCHEMA.genre, Literal(str(statement.form))
            yield comment, SCHEMA.text, Literal(statement.reason)
            if statement.evidence:
                yield comment, SCHEMA.citation, URIRef(statement.evidence)
        if told.answered is not None:
            yield answer, RDF.type, SCHEMA.Comment
            yield answer, SCHEMA.parentItem, comment
            yield answer, SCHEMA.dateCreated, Literal(told.answered.date())
            if (text := answers.get(told.number)) is not None:
                yield answer, SCHEMA.text, Literal(text)


def _shown(case: Case) -> frozenset[tuple[str, str]]:
    """Give role and SHA-256 of what anybody may have."""
    rested_on = filter(None, (received(case), *case.rulings))
    return frozenset((role, digest) for act in rested_on for role, digest in act.hashes.items() if role in _SHOWN)


def _public_acts(case: Case) -> tuple[Act, ...]:
    """Give the acts without the filing of what was not released."""
    filed = [act.number for act in case.acts if act.kind in _FILED]
    hidden = {number for number, told in zip(filed, contributions(case), strict=True) if told.fate is not Fate.RELEASED}
    return tuple(act for act in case.acts if act.number not in hidden)


def _step(process: Process, act: Act) -> Step:
    step = process.case_steps[act.rule]
    return Step(
        act=act,
        step=step,
        office=process.roles[act.office].label,
        reason="" if act.reason == step.definition else act.reason,
        text="" if act.kind in _ON_CONCERNS else act.hashes.get(TEXT, ""),
    )
