"""What requests to the API have in common: their share of a minute, the version they change, answers given again."""

import logging
from collections.abc import Callable
from functools import partial, wraps
from hashlib import sha256
from typing import Final, ParamSpec

from flask import Response, current_app, request

from registry.errors import PortError
from registry.ports import KeptAnswer, KeptAnswers
from server.access import client, identity, identity_or_none
from server.budget import Budget
from server.problems import Problem

LONGEST_KEY: Final = 200
_KEPT_FIELDS: Final = ("Content-Type", "ETag", "Location")

P = ParamSpec("P")


def share() -> None:
    """Count a request against its account, or its client where it has none; raises TooManyRequests."""
    budget: Budget = current_app.extensions["api_budget"]
    found = identity_or_none()
    who = f"account {found.account.id}" if found else client()
    budget.admit(who)
    budget.charge(who, 1)


def budget_of(requests: int) -> Budget:
    """Give the budget of so many requests a minute."""
    return Budget(requests, words="You sent {spent:g} requests within a minute, which is all one account may")


def demanded_version(standing: int) -> int:
    """Give the version that a change is made from (If-Match, RFC 9110, 13.1.1); raises a Problem without one.

    ``standing`` is the version that stands; a program that names another one has to read anew.
    """
    if "If-Match" not in request.headers:
        raise Problem("precondition-required", "Send If-Match with the ETag of the version that you change.")
    if not request.if_match.contains(str(standing)):
        raise changed(standing)
    return standing


def changed(standing: int) -> Problem:
    """Give the refusal of a change made from another version than the one that stands."""
    sentence = f"The draft stands at version {standing}; read it anew, bring your changes together, and send again."
    return Problem("precondition-failed", sentence, version=standing)


def once(view: Callable[P, Response]) -> Callable[P, Response]:
    """Have a view do its work once for each Idempotency-Key of an account: the same request gets the same answer.

    Only what was done is kept; a request that was refused can be mended and sent again with the key.
    """

    @wraps(view)
    def answer(*arguments: P.args, **named: P.kwargs) -> Response:
        key = _key()
        if key is None:
            return view(*arguments, **named)
        answers: KeptAnswers = current_app.extensions["kept_answers"]()
        owner = identity().account.id
        kept = answers.begin(owner, key, _fingerprint())
        if kept is not None:
            return Response(kept.body, kept.status, headers=list(kept.headers))
        try:
            response = view(*arguments, **named)
        except BaseException:
            _tried(partial(answers.abandon, owner, key))
            raise
        fields = tuple((name, response.headers[name]) for name in _KEPT_FIELDS if name in response.headers)
        _tried(partial(answers.keep, owner, key, KeptAnswer(response.status_code, fields, response.get_data())))
        return response

    return answer


def _tried(act: Callable[[], None]) -> None:
    """Note what came of a request; where that fails it is logged, as what was done is done, and the refusal stands."""
    try:
        act()
    except PortError as fault:
        logging.getLogger(__name__).warning("what came of a request with a key is not kept: %s", fault)


def _key() -> str | None:
    text = request.headers.get("Idempotency-Key")
    if text is None:
        return None
    key = text.strip().removeprefix('"').removesuffix('"')
    if not key or len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Problem("bad-request", f"Idempotency-Key must have 1 to {LONGEST_KEY} letters, digits or signs of ASCII.")
    return key


def _fingerprint() -> str:
    parts = (request.method, request.full_path, request.headers.get("Content-Type", ""))
    return sha256("\n".join(parts).encode() + b"\n\n" + request.get_data()).hexdigest()
