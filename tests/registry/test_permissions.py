"""Who may do what: the whole table of roles and scopes, and the sentence that a refusal says."""

from dataclasses import replace
from itertools import combinations

import pytest

from registry.account_errors import AccessDenied
from registry.people import Identity, Role, Scope
from registry.permissions import OF_ROLE, OF_SCOPE, Permission, demand, demand_city, may, permissions
from tests.people import GRAZ, LUND
from tests.registry.test_people import ACCOUNT

OWN = {"SEE_ACCOUNT", "KEEP_ACCOUNT", "SEE_CASES", "FOLLOW"}
EXPECTED = {
    Role.OFFICER: OWN | {"SUBMIT"},
    Role.REVIEWER: OWN | {"REVIEW"},
    Role.DECIDER: OWN | {"DECIDE"},
    Role.STEWARD: OWN | {"KEEP_PEOPLE", "STEWARD_CASES"},
}


def of(*roles: Role, scopes: set[Scope] | None = None) -> Identity:
    account = replace(ACCOUNT, roles=frozenset(roles))
    return Identity(account, scopes=None if scopes is None else frozenset(scopes))


@pytest.mark.parametrize("role", Role)
def test_each_role_may_do_its_own_and_nothing_else(role: Role) -> None:
    assert {permission.name for permission in permissions(of(role))} == EXPECTED[role]


def test_no_role_alone_takes_a_case_from_submission_to_decision() -> None:
    acts = {Permission.SUBMIT, Permission.REVIEW, Permission.DECIDE, Permission.STEWARD_CASES}
    assert [role for role in Role if len(OF_ROLE[role] & acts) != 1] == []


def test_a_token_does_only_what_it_is_for_and_its_owner_may() -> None:
    assert permissions(of(Role.OFFICER, scopes={Scope.SUBMIT})) == {Permission.SUBMIT}
    assert permissions(of(Role.REVIEWER, scopes={Scope.SUBMIT})) == frozenset()
    assert permissions(of(*Role, scopes=set())) == frozenset()
    assert permissions(of(*Role, scopes={Scope.FEED})) == {Permission.FOLLOW}


def test_no_token_reviews_decides_or_changes_accounts() -> None:
    never = {Permission.REVIEW, Permission.DECIDE, Permission.KEEP_PEOPLE, Permission.STEWARD_CASES}
    never |= {Permission.KEEP_ACCOUNT}
    given = {permission for scope in Scope for permission in OF_SCOPE[scope]}
    assert given & never == set()
    for size in range(len(Scope) + 1):
        for scopes in combinations(Scope, size):
            assert permissions(of(*Role, scopes=set(scopes))) & never == frozenset()


def test_a_closed_account_may_do_nothing() -> None:
    closed = Identity(replace(ACCOUNT, roles=frozenset(Role), is_active=False))
    assert permissions(closed) == frozenset()
    assert not may(closed, Permission.SEE_ACCOUNT)


def test_a_refusal_says_what_is_needed() -> None:
    with pytest.raises(AccessDenied, match=r"^To decide, an account needs the role decider; ask a steward"):
        demand(of(Role.REVIEWER), Permission.DECIDE)
    with pytest.raises(AccessDenied, match=r"^This token is not for that; make one that may “submit”, or sign in\.$"):
        demand(of(Role.OFFICER, scopes={Scope.READ}), Permission.SUBMIT)
    demand(of(Role.DECIDER), Permission.DECIDE)


def test_an_officer_submits_for_their_own_city_alone() -> None:
    demand_city(of(Role.OFFICER), GRAZ)
    with pytest.raises(AccessDenied, match="Only officers of this city"):
        demand_city(of(Role.OFFICER), LUND)
    with pytest.raises(AccessDenied, match="needs the role officer"):
        demand_city(of(Role.REVIEWER), GRAZ)
