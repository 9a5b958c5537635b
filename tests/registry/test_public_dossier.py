"""A decided case for everybody: all that was found and said, no account, and nothing that was not released."""

from rdflib import URIRef

from registry.cases import ANYBODY
from registry.claims import Claim, CriterionClaims
from registry.contributions import Form, Statement
from registry.model import Outcome
from registry.namespaces import EARL, HRC, RDF, SCHEMA
from registry.public_dossier import checks, documents, dossier_graph, is_decided, table, timeline
from registry.review_table import MachineOutcome
from tests.registry.playing import (
    CITY,
    CLAIM,
    DECIDER,
    FIRST,
    OFFICER,
    SECOND,
    STEWARD,
    THIRD,
    Table,
    artefacts,
    judged,
    law,
)

BASE = "https://example.org/"
STANDARD = artefacts().standard
WANTED = tuple(str(each.iri) for each in STANDARD.requirements if each.judged)[:2]
CRITERION = next(each for each in STANDARD.criteria if WANTED[0] in {str(one.iri) for one in each.requirements})


def decided() -> Table:
    """A case in which reviewers differ on one requirement, and of three contributions one was released and answered."""
    table = Table().submitted()
    table.do("find-eligible", STEWARD, requirements=WANTED)
    for reviewer in (FIRST, SECOND):
        table.do("assign-reviewer", STEWARD, candidate=reviewer)
    table.do("open-call", STEWARD)
    for sign in "abc":
        table.do("file-concern", ANYBODY, claim=CLAIM, hashes={"text": sign * 64})
    table.do("release-concern", STEWARD, concern=2, hashes={})
    table.do("answer-concern", OFFICER, concern=2, hashes={"text": "d" * 64})
    table.do("set-aside-concern", STEWARD, concern=1, reason="Abuse", hashes={})
    table.do("set-aside-concern", STEWARD, concern=3, reason="Abuse", hashes={})
    table.wait(31).tick()
    table.do("file-findings", FIRST, judgements=judged(WANTED))
    table.do("file-findings", SECOND, judgements=(*judged(WANTED[:1], Outcome.FAILED), *judged(WANTED[1:])))
    table.do("assign-reviewer", STEWARD, candidate=THIRD)
    table.do("file-findings", THIRD, judgements=judged(WANTED[:1], Outcome.FAILED))
    table.tick()
    table.do("reply", OFFICER, hashes={"text": "e" * 64})
    table.do("assign-decider", STEWARD, candidate=DECIDER)
    return table


def test_there_is_none_before_the_decision_and_one_after_a_refusal_too() -> None:
    table = decided()
    assert not is_decided(table.case)
    table.do("refuse", DECIDER)
    assert is_decided(table.case)


def test_the_timeline_names_offices_and_rules_and_leaves_out_what_was_not_released() -> None:
    table = decided()
    table.do("refuse", DECIDER, reason="Too little.")
    steps = timeline(law(), table.case)
    assert [step.act.rule for step in steps].count("file-concern") == 1
    assert [step.act.hashes["text"] for step in steps if step.act.rule == "file-concern"] == ["b" * 64]
    last = steps[-1]
    assert (last.step.label, last.office, last.reason) == ("Refuse", "Decider", "Too little.")
    assert not [step for step in steps if step.act.kind == "conflicts-checked"]
    assert checks(table.case) > 3
    replied = next(step for step in steps if step.act.rule == "reply")
    assert replied.text == "e" * 64
    assert [step.text for step in steps if "concern" in step.act.rule] == ["", "", "", "", ""]


def test_one_line_for_each_requirement_shows_all_that_was_found_and_who_differed() -> None:
    case = decided().case
    claimed = [
        CriterionClaims(str(CRITERION.iri), "", "", "", (Claim(iri=CLAIM, kind="", title="", answers=()),)),
    ]
    machine = {WANTED[0]: MachineOutcome(Outcome.UNTESTED), WANTED[1]: MachineOutcome(Outcome.UNTESTED)}
    lines = table(case, STANDARD, machine, claimed)
    assert [str(line.row.requirement.iri) for line in lines] == list(WANTED)
    first, second = lines
    assert (first.result, first.dissents) == (Outcome.FAILED, True)
    assert {number: found.outcome for number, found in first.row.filed.items()} == {
        1: Outcome.PASSED,
        2: Outcome.FAILED,
        3: Outcome.FAILED,
    }
    assert (second.result, second.dissents) == (Outcome.PASSED, False)
    assert [told.number for told in first.said] == [2]


def test_the_decider_s_outcome_is_what_came_out_and_going_another_way_is_dissent() -> None:
    played = decided()
    played.do("refuse", DECIDER, judgements=judged(WANTED[1:], Outcome.FAILED))
    lines = table(played.case, STANDARD, {}, [])
    assert [(line.result, line.dissents) for line in lines] == [(Outcome.FAILED, True), (Outcome.FAILED, True)]


def test_documents_are_named_by_their_hash_but_no_text_that_was_held_back() -> None:
    found = documents(decided().case)
    digests = {each.digest for each in found}
    assert {"b" * 64, "d" * 64, "e" * 64} <= digests
    assert not {"a" * 64, "c" * 64} & digests
    assert {each.role for each in found if each.is_shown} == {"submission", "report"}


def test_as_rdf_it_says_the_same_and_names_no_account() -> None:
    played = decided()
    played.do("refuse", DECIDER)
    said = {2: Statement(Form.CONCERN, "Nobody came.", "https://minutes.example/")}
    graph = dossier_graph(played.case, base=BASE, said=said, answers={2: "They did."})
    node = URIRef(f"{BASE}id/case/oderau-1")
    assert (node, RDF.type, HRC.Case) in graph
    assert len(list(graph.subjects(RDF.type, HRC.Decision))) == 1
    assert len(list(graph.subjects(RDF.type, HRC.Finding))) == 5
    assert {str(test) for test in graph.objects(None, EARL.test)} == set(WANTED)
    comment = URIRef(f"{node}#concern-2")
    assert str(graph.value(comment, SCHEMA.text)) == "Nobody came."
    assert graph.value(comment, SCHEMA.about) == URIRef(CLAIM)
    assert str(graph.value(URIRef(f"{node}#answer-2"), SCHEMA.text)) == "They did."
    assert len(list(graph.subjects(RDF.type, SCHEMA.Comment))) == 2
    text = graph.serialize(format="nt")
    assert not [actor for actor in (FIRST, SECOND, THIRD, DECIDER, OFFICER, STEWARD) if str(actor.account) in text]
    assert len([act for act in played.case.acts if act.kind == "concern-filed"]) == 3
    assert len(list(graph.subjects(HRC.aboutClaim, None))) == 1


def test_what_was_erased_is_left_out_of_the_rdf() -> None:
    played = decided()
    played.do("refuse", DECIDER)
    graph = dossier_graph(played.case, base=BASE, said={}, answers={})
    assert len(list(graph.subjects(RDF.type, SCHEMA.Comment))) == 2
    assert not list(graph.objects(None, SCHEMA.text))


def test_what_was_given_back_is_named_but_shown_to_nobody() -> None:
    """What a city handed in first, perhaps with what it took out again, does not become public with the decision."""
    table = Table()
    table.do("open", OFFICER, city=CITY)
    for submission, report in ("12", "34"):
        table.do("submit", OFFICER, hashes={"submission": submission * 64, "report": report * 64})
        if submission == "1":
            table.do("return-to-city", STEWARD, reason="A name is in it.")
    table.do("find-eligible", STEWARD, requirements=WANTED)
    for reviewer in (FIRST, SECOND):
        table.do("assign-reviewer", STEWARD, candidate=reviewer)
    table.do("open-call", STEWARD)
    table.wait(31).tick()
    for reviewer in (FIRST, SECOND):
        table.do("file-findings", reviewer, judgements=judged(WANTED))
    table.tick()
    table.do("reply", OFFICER, hashes={"text": "e" * 64})
    table.do("assign-decider", STEWARD, candidate=DECIDER)
    table.do("refuse", DECIDER, hashes={"report": "5" * 64})
    found = documents(table.case)
    assert [each.digest[0] for each in found if each.is_shown] == ["4", "3", "5"]
    assert {"1", "2", "e"} <= {each.digest[0] for each in found if not each.is_shown}
