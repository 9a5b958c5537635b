"""Separation of duty and conflicts of interest: who may have no part in a case, and by which rule; pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from rdflib import Graph, URIRef

from registry.case_errors import ConflictOfInterest, NotPermitted, SeparationOfDuty
from registry.cases import Actor, Case
from registry.namespaces import HRC, ORG
from registry.process import ConflictRule, Incompatibility, Process

_TOWARDS: Final = (ORG.subOrganizationOf, HRC.mainlyFundedBy, HRC.controlledBy)


@dataclass(frozen=True, slots=True)
class Ties:
    """What ties others to the city of a case: organisations found in the graph, and accounts that acted for it."""

    organisations: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()


NO_TIES: Final = Ties()


def tied_organisations(graph: Graph, city: str) -> frozenset[str]:
    """Give the organisations that a graph ties to a city.

    These are its parts, what it controls or mainly pays, at any distance, and whoever holds a seat on its governing
    body. The city itself is one of them.
    """
    found = [URIRef(city)]
    for organisation in found:
        for tie in _TOWARDS:
            found.extend(
                each for each in graph.subjects(tie, organisation) if isinstance(each, URIRef) and each not in found
            )
    holders = {
        str(holder)
        for body in graph.objects(URIRef(city), HRC.governedBy)
        for seat in graph.objects(body, HRC.seat)
        for holder in graph.objects(seat, HRC.heldBy)
        if isinstance(holder, URIRef)
    }
    return frozenset(map(str, found)) | holders


def conflict(process: Process, case: Case, actor: Actor, ties: Ties) -> ConflictRule | None:
    """Give the first rule that bars a person from a case, None when none does."""
    return next((rule for slug, rule in process.conflict_rules.items() if CONFLICTS[slug](case, actor, ties)), None)


def demand_no_conflict(process: Process, case: Case, actor: Actor, ties: Ties) -> tuple[str, ...]:
    """Go through every rule on conflicts and give their names; raise ConflictOfInterest when one bars the person."""
    found = conflict(process, case, actor, ties)
    if found is not None:
        raise ConflictOfInterest(
            f"A conflict of interest bars this account from {case.name}. {found.definition} "
            "Somebody without ties to the city must take the step.",
            rule=found.slug,
        )
    return tuple(process.conflict_rules)


def clash(process: Process, case: Case, actor: Actor, role: str) -> Incompatibility | None:
    """Give what keeps a person out of a role: a role had in this case, or one held anywhere that excludes it."""
    had = case.parts.get(actor.account or "", frozenset())
    for found in process.incompatibilities:
        others = found.roles - {role}
        if role in found.roles and (others & had or (found.across_cases and others & actor.roles)):
            return found
    return None


def demand_one_role(process: Process, case: Case, actor: Actor, role: str) -> None:
    """Raise SeparationOfDuty when a person would have two roles that exclude each other."""
    found = clash(process, case, actor, role)
    if found is not None:
        raise SeparationOfDuty(
            f"This account cannot be {process.roles[role].label.lower()} in {case.name}. {found.definition} "
            "Somebody else must take the step."
        )


def demand_fresh_candidate(process: Process, case: Case, candidate: Actor | None, role: str, ties: Ties) -> None:
    """Raise an error unless somebody may be given a role in a case in which they have had no part."""
    label = process.roles[role].label.lower()
    if candidate is None or candidate.account is None or role not in candidate.roles:
        raise NotPermitted(f"Whoever is to be {label} in {case.name} needs an account with that role; choose another.")
    demand_one_role(process, case, candidate, role)
    if case.parts.get(candidate.account):
        raise SeparationOfDuty(
            f"This account has had a part in {case.name} before and cannot be its {label}; choose somebody new to it."
        )
    demand_no_conflict(process, case, candidate, ties)


def _same_city(case: Case, actor: Actor, _ties: Ties) -> bool:
    return bool(actor.city) and actor.city == case.city


def _same_organisation(case: Case, actor: Actor, _ties: Ties) -> bool:
    return bool(actor.organisation) and actor.organisation in {case.city, *case.organisations}


def _declared(case: Case, actor: Actor, _ties: Ties) -> bool:
    return bool(actor.declared & {case.city, *case.organisations})


def _found_in_graph(_case: Case, actor: Actor, ties: Ties) -> bool:
    return bool(actor.organisation) and actor.organisation in ties.organisations


def _acted_for_the_city(_case: Case, actor: Actor, ties: Ties) -> bool:
    return actor.account in ties.accounts


CONFLICTS: Final[Mapping[str, Callable[[Case, Actor, Ties], bool]]] = {
    "same-city": _same_city,
    "same-organisation": _same_organisation,
    "declared": _declared,
    "found-in-graph": _found_in_graph,
    "acted-for-the-city": _acted_for_the_city,
}
"""How each rule of the law on conflicts is looked up."""
