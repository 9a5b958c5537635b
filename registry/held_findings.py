"""What reviewers found, as the registry holds it for the next judgement of the same submission; pure."""

from typing import Final

from rdflib import Graph, URIRef

from registry.case_record import graph_of
from registry.cases import Case
from registry.namespaces import DCT, EARL, HRC, RDF

FILED: Final = "findings-filed"
_HELD: Final = (
    RDF.type,
    EARL.subject,
    EARL.test,
    EARL.assertedBy,
    EARL.mode,
    EARL.result,
    EARL.outcome,
    EARL.info,
    EARL.pointer,
    DCT.date,
    HRC.groundInLaw,
    HRC.conflictOfInterest,
    HRC.affiliation,
)


def held_findings(case: Case, *, base: str) -> Graph:
    """Give the findings that were filed in a case, each under the pseudonym of its seat, without what only acts say."""
    held = Graph(bind_namespaces="none")
    for act in case.acts:
        if act.kind != FILED:
            continue
        said = graph_of(act, base=base)
        for triple in said:
            subject, predicate, value = triple
            if predicate in _HELD and not _is_act(said, subject) and value != EARL.TestResult:
                held.add(triple)
    return held


def _is_act(said: Graph, node: object) -> bool:
    return isinstance(node, URIRef) and (node, RDF.type, HRC.Act) in said
