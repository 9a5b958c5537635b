"""Nobody has two roles in a case, and ties to the city bar a person from it: every relation with every step."""

from dataclasses import replace

import pytest
from rdflib import Graph, Literal, URIRef

from registry.case_errors import ConflictOfInterest, NotPermitted, SeparationOfDuty
from registry.cases import Actor, Case
from registry.impartiality import Ties, clash, conflict, demand_fresh_candidate, tied_organisations
from registry.namespaces import HRC, ORG
from tests.registry.playing import CITY, COMMITTED, OTHER_CITY, REQUIREMENTS, STEWARD, Table, account, judged, law

SUBMITTER = "https://example.org/id/organisation/office-of-the-mayor"
TIED = "https://example.org/id/organisation/municipal-works"
TIES = Ties(frozenset({TIED}), frozenset({account("former")}))

RELATIONS: list[tuple[str, dict[str, object]]] = [
    ("same-city", {"city": CITY}),
    ("same-organisation", {"organisation": CITY}),
    ("same-organisation", {"organisation": SUBMITTER}),
    ("declared", {"declared": frozenset({CITY})}),
    ("declared", {"declared": frozenset({SUBMITTER})}),
    ("found-in-graph", {"organisation": TIED}),
    ("acted-for-the-city", {"account": account("former")}),
]
STEPS = ["be-assigned", "file-findings", "ask-city", "accredit", "open-call"]


def tied(role: str, more: dict[str, object]) -> Actor:
    return Actor(**{"account": account("tied"), "roles": frozenset({role}), **more})  # type: ignore[arg-type]  # fields


def attempt(step: str, more: dict[str, object]) -> None:
    """Let somebody take a step who was assigned before the tie was known."""
    table = Table()
    table.do("open", tied("officer", {"account": account("officer"), "city": CITY}), city=CITY)
    table.do("submit", tied("officer", {"account": account("officer"), "city": CITY}), organisation=SUBMITTER)
    table.do("find-eligible", STEWARD, requirements=REQUIREMENTS)
    free = {"account": more.get("account", account("tied"))}
    role = {"accredit": "decider", "open-call": "steward"}.get(step, "reviewer")
    if step == "accredit":
        table.do("assign-decider", STEWARD, candidate=tied("decider", free))
    if step in ("file-findings", "ask-city"):
        table.do("assign-reviewer", STEWARD, candidate=tied("reviewer", free))
        table.do("open-call", STEWARD)
        table.wait(31).tick()
    table.ties = TIES
    if step == "be-assigned":
        table.do("assign-reviewer", STEWARD, candidate=tied("reviewer", more))
    elif step == "accredit":
        table.case = replace(table.case, stays=Table().heard().case.stays)
        table.do("accredit", tied(role, more), level=COMMITTED)
    elif step == "file-findings":
        table.do(step, tied(role, more), judgements=judged(REQUIREMENTS))
    else:
        table.do(step, tied(role, more))


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    ("rule", "more"), RELATIONS, ids=[f"{rule}-{number}" for number, (rule, _) in enumerate(RELATIONS)]
)
def test_each_tie_bars_from_each_step_and_is_named(rule: str, more: dict[str, object], step: str) -> None:
    with pytest.raises(ConflictOfInterest) as refused:
        attempt(step, more)
    assert refused.value.rule == rule
    assert str(refused.value).startswith(
        f"A conflict of interest bars this account from case/oderau-1. {law().conflict_rules[rule].definition} "
        "Somebody without ties to the city must take the step."
    )


def test_a_matrix_of_seven_relations_and_five_steps_was_tried() -> None:
    assert len(RELATIONS) * len(STEPS) == 35


def test_whoever_has_no_tie_is_free() -> None:
    case = Table().submitted().case
    for more in ({"city": OTHER_CITY}, {"organisation": "https://example.org/id/organisation/free"}, {}):
        assert conflict(law(), case, tied("reviewer", more), TIES) is None


def test_the_graph_tells_who_belongs_to_a_city_at_any_distance() -> None:
    city, works, shop, body, seat, tenants, free = (URIRef(f"{CITY}#{name}") for name in "abcdefg")
    graph = Graph()
    graph.add((works, HRC.controlledBy, city))
    graph.add((shop, HRC.mainlyFundedBy, works))
    graph.add((city, ORG.subOrganizationOf, shop))
    graph.add((city, HRC.governedBy, body))
    graph.add((body, HRC.seat, seat))
    graph.add((seat, HRC.heldBy, tenants))
    graph.add((seat, HRC.heldBy, Literal("somebody")))
    graph.add((free, HRC.controlledBy, tenants))
    assert tied_organisations(graph, str(city)) == {str(each) for each in (city, works, shop, tenants)}


@pytest.mark.parametrize("role", ["officer", "reviewer", "decider", "steward", "public"])
@pytest.mark.parametrize("other", ["officer", "reviewer", "decider", "steward", "public"])
def test_two_roles_in_one_case_exclude_each_other(role: str, other: str) -> None:
    case = Case(name="case/oderau-1", parts={account("one"): frozenset({other})})
    found = clash(law(), case, Actor(account=account("one"), roles=frozenset({role})), role)
    assert (found is None) == (role == other)


def test_a_steward_judges_in_no_case() -> None:
    both = Actor(account=account("both"), roles=frozenset({"steward", "reviewer"}))
    table = Table().eligible()
    with pytest.raises(SeparationOfDuty) as refused:
        table.do("assign-reviewer", STEWARD, candidate=both)
    assert str(refused.value).startswith(
        "This account cannot be reviewer in case/oderau-1. A steward does not judge, in this case or in any other. "
        "Somebody else must take the step."
    )


def test_the_submitter_is_not_assigned() -> None:
    table = Table().eligible()
    officer = Actor(account=account("officer"), roles=frozenset({"officer", "reviewer"}), city=CITY)
    with pytest.raises(SeparationOfDuty, match="Whoever submits does not judge the submission"):
        table.do("assign-reviewer", STEWARD, candidate=officer)


def test_nobody_can_be_assigned_who_is_nobody() -> None:
    for nobody in (None, Actor(account=None, roles=frozenset({"reviewer"}))):
        with pytest.raises(NotPermitted, match="needs an account with that role; choose another"):
            demand_fresh_candidate(law(), Table().eligible().case, nobody, "reviewer", Ties())
