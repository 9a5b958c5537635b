"""An act is written as RDF and read back as it was; what an outcome says can be judged by the published shapes."""

from dataclasses import replace
from random import Random

import pytest
from rdflib import Graph, Literal, URIRef

from registry.case_errors import MalformedAct
from registry.case_record import act_of, graph_of, payload_of
from registry.cases import Act
from registry.model import Outcome
from registry.namespaces import EARL, HRC, RDF
from tests.registry.playing import CITY, REQUIREMENTS, Table, artefacts
from tests.registry.random_histories import History

BASE = "https://registry.example/"


def back(act: Act, graph: Graph) -> Act:
    return act_of(
        graph,
        case=act.case,
        kind=act.kind,
        office=act.office,
        account=act.account,
        at=act.at,
        reason=act.reason,
        hashes=act.hashes,
    )


def test_every_act_of_many_histories_is_read_back_from_canonical_n_quads_as_it_was() -> None:
    syntax, seen = artefacts().syntax, set()
    for seed in range(12):
        for act in History(Random(seed).randbytes(200)).acts:  # noqa: S311  # a history, no secret
            raw = syntax.canonical(graph_of(act, base=BASE))
            read = syntax.parse(raw, "application/n-quads", base="", most_triples=10_000)
            assert back(act, read) == act
            seen.add(act.kind)
    assert len(seen) > 25


def test_an_account_stands_in_the_envelope_and_never_in_the_payload_but_as_the_subject_of_an_act() -> None:
    for act in Table().accredited().case.acts:
        told = graph_of(replace(act, particulars=replace(act.particulars, subject="")), base=BASE)
        assert not [value for value in told.objects() if act.account and act.account in str(value)]


def test_a_finding_is_an_assertion_of_a_pseudonym_that_the_published_shapes_can_read() -> None:
    case = Table().filed(Outcome.FAILED).case
    act = next(act for act in case.acts if act.kind == "findings-filed")
    graph = graph_of(act, base=BASE)
    reviewer = URIRef(f"{BASE}id/case/oderau-1#reviewer-1")
    findings = list(graph.subjects(RDF.type, HRC.Finding))
    assert len(findings) == len(REQUIREMENTS)
    for finding in findings:
        assert graph.value(finding, EARL.subject) == URIRef(CITY)
        assert graph.value(finding, EARL.assertedBy) == reviewer
        result = graph.value(finding, EARL.result)
        assert result is not None
        assert (result, EARL.outcome, EARL.passed) in graph
        assert (result, EARL.info, Literal("It is there.")) in graph
    assert (reviewer, HRC.conflictOfInterest, Literal(False)) in graph
    assert graph.value(reviewer, HRC.affiliation) == URIRef("https://example.org/id/organisation/tenants")


def test_what_is_no_act_of_the_case_is_refused() -> None:
    act = Table().submitted().case.acts[0]
    with pytest.raises(MalformedAct, match="The payload of “case-opened” in case/oderau-1 is no act of that case"):
        back(act, Graph())
    with pytest.raises(MalformedAct, match="is no act of that case"):
        back(act, graph_of(replace(act, case="case/oderau-9"), base=BASE))


@pytest.mark.parametrize("change", ["outcome", "result", "seat"])
def test_an_act_that_says_what_cannot_be_read_is_refused(change: str) -> None:
    act = next(act for act in Table().filed().case.acts if act.kind == "findings-filed")
    graph = graph_of(act, base=BASE)
    node = next(graph.subjects(RDF.type, HRC.Act))
    if change == "seat":
        graph.set((node, HRC.panelSeat, Literal("one")))
    for result in list(graph.subjects(EARL.outcome)) if change == "outcome" else []:
        graph.set((result, EARL.outcome, EARL.splendid))
    if change == "result":
        graph.remove((None, EARL.result, None))
    with pytest.raises(MalformedAct, match=r"The act \d+ of case/oderau-1 says what cannot be read"):
        back(act, graph)


def test_why_an_act_in_a_case_was_done_stands_in_its_payload_and_not_in_its_envelope() -> None:
    act = replace(Table().submitted().case.acts[-1], reason="A reason\nof two lines, “so”.")
    read = back(replace(act, reason="The words of the law."), payload_of(act, base=BASE, salt="5a17"))
    assert read == act
    of_city = replace(act, case="standing/oderau")
    told = payload_of(of_city, base=BASE, salt="5a17")
    assert not [*told.objects(None, HRC.reason), *told.objects(None, HRC.salt)]


@pytest.mark.parametrize("blank", ["", " "])
def test_a_blank_reason_is_not_replaced_by_the_words_of_the_law(blank: str) -> None:
    """Else nobody who verifies would see that an act which needs a reason was recorded without one."""
    act = replace(Table().submitted().case.acts[-1], reason=blank)
    assert back(replace(act, reason="The words of the law."), payload_of(act, base=BASE, salt="5a17")).reason == blank


def test_of_an_event_of_an_earlier_version_the_reason_is_that_of_the_envelope() -> None:
    act = Table().submitted().case.acts[-1]
    assert back(act, graph_of(act, base=BASE)) == act
