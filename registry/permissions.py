"""Who may do what: each role's permissions as a table, narrowed by what a token is for."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from registry.account_errors import AccessDenied
from registry.people import Identity, Role, Scope


class Permission(StrEnum):
    """One thing that somebody may do; the value is how a sentence names it."""

    SEE_ACCOUNT = "see their own account"
    KEEP_ACCOUNT = "change their own account"
    SUBMIT = "write and submit for their city"
    SEE_CASES = "see cases before they are public"
    FOLLOW = "follow what waits for them"
    REVIEW = "review"
    DECIDE = "decide"
    KEEP_PEOPLE = "look after accounts"
    STEWARD_CASES = "steward cases"


_EVERYBODY: Final = frozenset(
    {Permission.SEE_ACCOUNT, Permission.KEEP_ACCOUNT, Permission.SEE_CASES, Permission.FOLLOW}
)

OF_ROLE: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.OFFICER: _EVERYBODY | {Permission.SUBMIT},
    Role.REVIEWER: _EVERYBODY | {Permission.REVIEW},
    Role.DECIDER: _EVERYBODY | {Permission.DECIDE},
    Role.STEWARD: _EVERYBODY | {Permission.KEEP_PEOPLE, Permission.STEWARD_CASES},
}
"""What each role may do; which cases it may do it to, the law of a case says."""

OF_SCOPE: Final[Mapping[Scope, frozenset[Permission]]] = {
    Scope.READ: frozenset({Permission.SEE_ACCOUNT, Permission.SEE_CASES}),
    Scope.SUBMIT: frozenset({Permission.SUBMIT}),
    Scope.FEED: frozenset({Permission.FOLLOW}),
}
"""What a token may be used for, as far as its owner may do it."""


def permissions(identity: Identity) -> frozenset[Permission]:
    """Give what somebody may do: all that their roles allow, with a token only what it is for."""
    own = frozenset[Permission]().union(*(OF_ROLE[role] for role in identity.account.roles))
    if not identity.account.is_active:
        return frozenset()
    if identity.scopes is None:
        return own
    return own & frozenset[Permission]().union(*(OF_SCOPE[scope] for scope in identity.scopes))


def may(identity: Identity, permission: Permission) -> bool:
    """Say whether somebody may do something."""
    return permission in permissions(identity)


def demand(identity: Identity, permission: Permission) -> None:
    """Raise AccessDenied, which says what is needed, when somebody may not do something."""
    if may(identity, permission):
        return
    if may(Identity(identity.account), permission):
        raise AccessDenied(f"This token is not for that; make one that may {_of_token(permission)}, or sign in.")
    needed = " or ".join(role for role in Role if permission in OF_ROLE[role])
    raise AccessDenied(f"To {permission}, an account needs the role {needed}; ask a steward of this registry.")


def demand_city(identity: Identity, city: str) -> None:
    """Raise AccessDenied when somebody may not submit for a city: only its own officers may."""
    demand(identity, Permission.SUBMIT)
    if identity.account.city != city:
        raise AccessDenied(
            "Only officers of this city may do that; ask a steward if the city of your account is wrong."
        )


def _of_token(permission: Permission) -> str:
    fitting = [scope for scope in Scope if permission in OF_SCOPE[scope]]
    return f"“{fitting[0]}”" if fitting else "do so (no token can)"
