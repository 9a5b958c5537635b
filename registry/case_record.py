"""An act as RDF and back: what the ledger keeps as the payload of an event of a case; pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from registry.case_errors import MalformedAct
from registry.cases import Act, Judgement, Particulars
from registry.model import Outcome
from registry.namespaces import DCT, EARL, HRC, PROV, RDF
from registry.positions import CASE
from registry.process import iri_of, slug_of

_RULINGS: Final = frozenset({"accreditation-decided", "refusal-decided", "appeal-allowed", "appeal-dismissed"})
_APPEALS: Final = frozenset({"appeal-filed"})


def case_iri(base: str, name: str) -> URIRef:
    """Give the IRI of a case or standing by its name in the ledger."""
    return URIRef(f"{base}id/{name}")


def graph_of(act: Act, *, base: str) -> Graph:
    """Write what an act says as RDF, without who did it: the account stands in the envelope alone.

    ``base`` is where this installation mints its items.
    """
    graph, case, said = Graph(), case_iri(base, act.case), act.particulars
    node = URIRef(f"{case}#act-{act.number}")
    rows: list[tuple[Node, URIRef, Node | None]] = [
        (node, RDF.type, HRC.Act),
        (node, RDF.type, HRC.Decision if act.kind in _RULINGS else HRC.Appeal if act.kind in _APPEALS else None),
        (node, HRC.partOfCase, case),
        (node, HRC.underRule, iri_of("transition", act.rule)),
        (node, DCT.date, Literal(act.at.date())),
        (node, HRC.subjectAccount, _text(said.subject)),
        (node, HRC.inRole, iri_of("role", said.role) if said.role else None),
        (node, HRC.panelSeat, Literal(said.seat) if said.seat else None),
        (node, HRC.organisationConcerned, _iri(said.organisation)),
        (node, HRC.standsFor, _iri(said.sector)),
        (node, HRC.grantsLevel, _iri(said.level)),
        (node, HRC.followsAct, URIRef(f"{base}id/{said.follows}") if said.follows else None),
        (node, HRC.onConcern, URIRef(f"{case}#concern-{said.concern}") if said.concern else None),
        (node, HRC.aboutClaim, _iri(said.claim)),
        (node, HRC.concerns, _iri(said.city)),
        (case, HRC.caseKind, iri_of("case-kind", said.case_kind) if said.case_kind else None),
        *((node, HRC.appliedRule, iri_of("conflict-rule", rule)) for rule in said.rules),
        (node, HRC.conflictOfInterest, Literal(False) if said.rules else None),
        *((node, HRC.toBeJudged, URIRef(requirement)) for requirement in said.requirements),
    ]
    for subject, predicate, value in rows:
        if value is not None:
            graph.add((subject, predicate, value))
    for number, judgement in enumerate(said.judgements, start=1):
        _write(graph, act, judgement, number, case)
    return graph


def payload_of(act: Act, *, base: str, salt: str) -> Graph:
    """Write what the ledger keeps of an act beside its envelope: what it says, and in a case why it was done.

    Of an open case payloads are left out when the ledger is exported; envelopes, which hold the SHA-256 of each, are
    not. ``salt`` is drawn anew for each act in a case, so that nobody finds what a payload says by trying.
    """
    graph = graph_of(act, base=base)
    if act.case.startswith(CASE):
        node = URIRef(f"{case_iri(base, act.case)}#act-{act.number}")
        graph.add((node, HRC.reason, Literal(act.reason)))
        graph.add((node, HRC.salt, Literal(salt)))
    return graph


def act_of(
    graph: Graph,
    *,
    case: str,
    kind: str,
    office: str,
    account: str | None,
    at: datetime,
    reason: str,
    hashes: Mapping[str, str],
) -> Act:
    """Read an act from its payload and from what its envelope says; raise MalformedAct when the payload is no act.

    ``reason`` is that of the envelope; where the payload gives one, a blank one too, that is the reason of the act.
    """
    node = next(iter(graph.subjects(RDF.type, HRC.Act)), None)
    base, found, number = str(node).rpartition(f"id/{case}#act-")
    if node is None or not found or not number.isdecimal():
        raise MalformedAct(f"The payload of “{kind}” in {case} is no act of that case; compare it with an export.")
    try:
        said = _particulars(graph, node, case_iri(base, case), base)
    except ValueError as fault:
        raise MalformedAct(f"The act {number} of {case} says what cannot be read: {fault}.") from fault
    stated = graph.value(node, HRC.reason)
    return Act(
        case=case,
        number=int(number),
        rule=_slug(graph, node, HRC.underRule),
        kind=kind,
        office=office,
        account=account,
        at=at,
        reason=reason if stated is None else str(stated),
        particulars=said,
        hashes=dict(hashes),
    )


def _particulars(graph: Graph, node: Node, case: URIRef, base: str) -> Particulars:
    concern = str(graph.value(node, HRC.onConcern) or "").removeprefix(f"{case}#concern-")
    return Particulars(
        city=_plain(graph, node, HRC.concerns),
        case_kind=_slug(graph, case, HRC.caseKind),
        subject=_plain(graph, node, HRC.subjectAccount),
        role=_slug(graph, node, HRC.inRole),
        rules=tuple(sorted(map(slug_of, graph.objects(node, HRC.appliedRule)))),
        organisation=_plain(graph, node, HRC.organisationConcerned),
        sector=_plain(graph, node, HRC.standsFor),
        seat=int(_plain(graph, node, HRC.panelSeat) or 0),
        requirements=tuple(sorted(map(str, graph.objects(node, HRC.toBeJudged)))),
        judgements=tuple(sorted(_judgements(graph, node), key=lambda found: found.requirement)),
        concern=int(concern or 0),
        claim=_plain(graph, node, HRC.aboutClaim),
        level=_plain(graph, node, HRC.grantsLevel),
        follows=_plain(graph, node, HRC.followsAct).removeprefix(f"{base}id/"),
    )


def _write(graph: Graph, act: Act, judgement: Judgement, number: int, case: URIRef) -> None:
    """Write one outcome as an assertion (EARL 1.0 Schema 2.2-2.7); a reviewer's is a finding under a pseudonym."""
    said, node = act.particulars, URIRef(f"{case}#act-{act.number}")
    assertion, result = URIRef(f"{node}-outcome-{number}"), URIRef(f"{node}-result-{number}")
    who = URIRef(f"{case}#reviewer-{said.seat}") if said.seat else URIRef(f"{case}#decider")
    rows: list[tuple[Node, URIRef, Node | None]] = [
        (assertion, RDF.type, HRC.Finding if said.seat else EARL.Assertion),
        (assertion, PROV.wasGeneratedBy, node),
        (assertion, EARL.assertedBy, who),
        (assertion, EARL.subject, _iri(said.city)),
        (assertion, EARL.test, URIRef(judgement.requirement)),
        (assertion, EARL.mode, EARL.manual),
        (assertion, DCT.date, Literal(act.at.date())),
        (assertion, HRC.groundInLaw, _iri(judgement.law)),
        (assertion, EARL.result, result),
        (result, RDF.type, EARL.TestResult),
        (result, EARL.outcome, EARL[judgement.outcome]),
        (result, EARL.info, Literal(judgement.reason)),
        (result, EARL.pointer, _iri(judgement.evidence)),
        (who, RDF.type, HRC.Reviewer if said.seat else None),
        (who, HRC.panelSeat, Literal(said.seat) if said.seat else None),
        (who, HRC.conflictOfInterest, Literal(False) if said.seat else None),
        (who, HRC.affiliation, _iri(said.organisation) if said.seat else None),
    ]
    for subject, predicate, value in rows:
        if value is not None:
            graph.add((subject, predicate, value))


def _judgements(graph: Graph, node: Node) -> list[Judgement]:
    found = []
    for assertion in graph.subjects(PROV.wasGeneratedBy, node):
        result = graph.value(assertion, EARL.result)
        if result is None:
            raise ValueError("an outcome without result")
        found.append(
            Judgement(
                requirement=_plain(graph, assertion, EARL.test),
                outcome=Outcome(_plain(graph, result, EARL.outcome).removeprefix(str(EARL))),
                reason=_plain(graph, result, EARL.info),
                evidence=_plain(graph, result, EARL.pointer),
                law=_plain(graph, assertion, HRC.groundInLaw),
            )
        )
    return found


def _iri(text: str) -> URIRef | None:
    return URIRef(text) if text else None


def _text(text: str) -> Literal | None:
    return Literal(text) if text else None


def _plain(graph: Graph, node: Node, predicate: URIRef) -> str:
    value = graph.value(node, predicate)
    return "" if value is None else str(value)


def _slug(graph: Graph, node: Node, predicate: URIRef) -> str:
    value = graph.value(node, predicate)
    return "" if value is None else slug_of(value)
