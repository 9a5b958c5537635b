"""What decided cases say, as a release is folded from it: decisions, their outcomes and where a city stands; pure."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from registry.case_checks import read_act
from registry.case_fold import take
from registry.case_record import case_iri, graph_of
from registry.cases import PANEL, Act, Case
from registry.held_findings import FILED
from registry.model import Event, Outcome, RecordedEvent
from registry.namespaces import DCT, EARL, HRC, PROV, RDF, ROOT, SCHEMA, STANDARD, VOCAB
from registry.ports import Syntax
from registry.positions import CASE, STANDING
from registry.process import Process, iri_of
from registry.report import hashed_parts
from registry.sealing import PAYLOAD
from registry.standings import Standing, after_change

DECISION: Final = "decision"
RECORD: Final = "standing"
"""The kinds of the graphs that hold a decided case, and where a city stands."""
_PROFILE: Final = "profile"


def with_decisions(
    events: Iterable[Event],
    recorded: Iterable[RecordedEvent],
    payload: Callable[[str], bytes],
    *,
    process: Process,
    syntax: Syntax,
    base: str,
) -> Iterator[Event]:
    """Give the events that a release is folded from, with those of decided cases after them.

    Nothing is said of a case without a decision, nor of where a city stands that has no decided case. Where a city has
    one, what its profile says of its standing is left out. Raises MalformedAct and IllegalTransition for a record that
    is no case.
    """
    cases, standings, sequences = _folded(process, recorded, payload)
    decided = [case for case in cases if case.rulings]
    cities = {case.city for case in decided}
    starts = {(f"<{city}>".encode(), f"<{HRC.standing}>".encode()) for city in cities}
    for event in events:
        yield _without(event, starts) if event.kind == _PROFILE and starts else event
    for case in decided:
        standing = standings.get(case.city)
        yield _event(
            DECISION,
            case.name.removeprefix(CASE),
            case.rulings[-1],
            sequences[case.name],
            _decision(process, case, standing, base),
            syntax,
        )
    for city, standing in standings.items():
        if city in cities:
            name = standing.name
            yield _event(
                RECORD, name.removeprefix(STANDING), standing.acts[-1], sequences[name], _record(standing, base), syntax
            )


def settled(case: Case) -> dict[str, Outcome]:
    """Give the outcome of each requirement that people judged: what most of the reviewers found, else cannot tell.

    Where the decision states an outcome of its own, that is the one.
    """
    found: dict[str, Counter[Outcome]] = {}
    for seat in sorted(case.seats, key=lambda seat: seat.number):
        for requirement, outcome in seat.outcomes.items():
            found.setdefault(requirement, Counter())[outcome] += 1
    outcomes = {requirement: _most(votes) for requirement, votes in found.items()}
    for ruling in case.rulings:
        outcomes |= {said.requirement: said.outcome for said in ruling.particulars.judgements}
    return dict(sorted(outcomes.items()))


def valid_until(process: Process, ruling: Act) -> date | None:
    """Give the last day of the term of a level that a ruling grants; None when it grants none."""
    return process.limits["term"].after(ruling.at.date()) if ruling.particulars.level else None


def _most(votes: Counter[Outcome]) -> Outcome:
    outcome, count = votes.most_common(1)[0]
    return outcome if count >= PANEL else Outcome.CANNOT_TELL


def _folded(
    process: Process, recorded: Iterable[RecordedEvent], payload: Callable[[str], bytes]
) -> tuple[list[Case], dict[str, Standing], dict[str, int]]:
    """Fold cases in the order of their opening and standings by city; with the number of the last event of each."""
    cases: dict[str, Case] = {}
    standings: dict[str, Standing] = {}
    sequences: dict[str, int] = {}
    for event in recorded:
        name = event.envelope.case
        if not name.startswith((CASE, STANDING)):
            continue
        act = read_act(event.envelope, payload(event.envelope.hashes[PAYLOAD]))
        sequences[name] = event.envelope.sequence
        take(process, act, cases, standings)
    return list(cases.values()), {found.city: found for found in standings.values()}, sequences


def _decision(process: Process, case: Case, standing: Standing | None, base: str) -> Graph:
    graph, node = Graph(), case_iri(base, case.name)
    rows: list[tuple[Node, URIRef, Node | None]] = [
        (node, RDF.type, HRC.Case),
        (node, DCT.identifier, Literal(case.name.removeprefix(CASE))),
        (node, HRC.caseKind, iri_of("case-kind", case.kind)),
        (node, HRC.concerns, URIRef(case.city)),
        (URIRef(case.city), RDF.type, HRC.City),
    ]
    for act in case.acts:
        if act.kind == FILED:
            graph += graph_of(act, base=base)
    for ruling in case.rulings:
        graph += graph_of(ruling, base=base)
        rows += _ruling(process, ruling, standing, base)
    rows += _outcomes(case, node)
    _add(graph, rows)
    return graph


def _ruling(
    process: Process, ruling: Act, standing: Standing | None, base: str
) -> Iterator[tuple[Node, URIRef, Node | None]]:
    name = f"{ruling.case}#act-{ruling.number}"
    node = URIRef(f"{base}id/{name}")
    until = valid_until(process, ruling)
    yield node, RDF.type, HRC.Decision
    yield node, RDF.type, PROV.Activity
    yield node, HRC.decidedOn, Literal(ruling.at.date())
    yield node, HRC.decidedBy, URIRef(f"{ROOT}id/office/{ruling.office}")
    yield node, HRC.reason, Literal(ruling.reason)
    yield node, SCHEMA.validFrom, Literal(ruling.at.date()) if until else None
    yield node, SCHEMA.validThrough, Literal(until) if until else None
    for state in _states_after(process, standing, name):
        yield node, HRC.givesStanding, _standing(state)
    yield from hashed_parts(node, ruling.hashes, prefix=f"{node}-")


def _states_after(process: Process, standing: Standing | None, cause: str) -> Iterator[str]:
    """Give the standing that the change has led to which follows an act."""
    state = Standing(name=standing.name if standing else "")
    for act in standing.acts if standing else ():
        state = after_change(process, state, act)
        if act.particulars.follows == cause:
            yield state.state


def _outcomes(case: Case, node: URIRef) -> Iterator[tuple[Node, URIRef, Node | None]]:
    """Give what the panel came to on each requirement as one assertion of the registry (EARL 1.0 Schema 2.2-2.7)."""
    last = URIRef(f"{node}#act-{case.rulings[-1].number}")
    for requirement, outcome in settled(case).items():
        slug = requirement.removeprefix(str(STANDARD)).replace("/", "-")
        assertion, result = URIRef(f"{node}#{slug}"), URIRef(f"{node}#{slug}-result")
        yield assertion, RDF.type, EARL.Assertion
        yield assertion, PROV.wasInformedBy, last
        yield assertion, EARL.assertedBy, URIRef(ROOT)
        yield assertion, EARL.subject, URIRef(case.city)
        yield assertion, EARL.test, URIRef(requirement)
        yield assertion, EARL.mode, EARL.manual
        yield assertion, EARL.result, result
        yield result, RDF.type, EARL.TestResult
        yield result, EARL.outcome, EARL[outcome]


def _record(standing: Standing, base: str) -> Graph:
    graph, city, node = Graph(), URIRef(standing.city), case_iri(base, standing.name)
    last = standing.acts[-1]
    act = URIRef(f"{node}#act-{last.number}")
    follows = last.particulars.follows
    _add(
        graph,
        [
            (city, RDF.type, HRC.City),
            (city, HRC.standing, _standing(standing.state)),
            (act, RDF.type, HRC.Act),
            (act, HRC.partOfCase, node),
            (act, HRC.underRule, iri_of("transition", last.rule)),
            (act, HRC.concerns, city),
            (act, DCT.date, Literal(last.at.date())),
            (act, HRC.followsAct, URIRef(f"{base}id/{follows}") if follows else None),
            (node, RDF.type, HRC.Case),
            (node, HRC.concerns, city),
        ],
    )
    return graph


def _standing(state: str) -> URIRef:
    return VOCAB[f"standings/{state}"]


def _without(event: Event, starts: Collection[tuple[bytes, ...]]) -> Event:
    """Leave out the statements of an event that begin with one of these pairs of subject and predicate."""
    lines = event.payload.splitlines(keepends=True)
    kept = [line for line in lines if tuple(line.split(b" ", 2)[:2]) not in starts]
    return event if len(kept) == len(lines) else replace(event, payload=b"".join(kept))


def _event(kind: str, slug: str, act: Act, sequence: int, graph: Graph, syntax: Syntax) -> Event:
    return Event(
        sequence=sequence,
        kind=kind,
        case=f"{kind}/{slug}",
        office=act.office,
        time=act.at.date().isoformat(),
        reason=act.reason,
        graph=URIRef(f"{ROOT}graph/{kind}/{slug}"),
        payload=syntax.canonical(graph),
    )


def _add(graph: Graph, rows: Iterable[tuple[Node, URIRef, Node | None]]) -> None:
    for subject, predicate, value in rows:
        if value is not None:
            graph.add((subject, predicate, value))
