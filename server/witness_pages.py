"""Heads of ledgers: that of the ledger here, with a proof where one is asked for; those of peers, to be cosigned."""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Final

from flask import Blueprint, Flask, Response, current_app, request

from registry.ledger_wiring import LEDGER
from registry.settings import Settings
from registry.witness_errors import HeadMoved
from registry.witness_request import LARGEST, write
from registry.witness_wiring import cosigned_note, has_state, open_state, open_witness, own_names
from registry.witnessing import Witness
from server import access
from server.budget import Budget
from server.installed import settings
from server.problems import Problem

A_MINUTE: Final = 60
"""Heads that one client may send in a minute."""
WORDS: Final = "You sent {spent:g} heads within a minute, which is all one client may"
SIZE: Final = "text/x.tlog.size"
_PLAIN: Final = "text/plain; charset=utf-8"
_LONGEST_SIZE: Final = 16

blueprint = Blueprint("witness", __name__)


def install(app: Flask, settings: Settings) -> None:
    """Have heads of peers cosigned, where there is a key for it; what was seen is opened when it is first asked for."""
    state = lru_cache(1)(partial(open_state, settings))
    app.extensions["witness_state"] = state
    app.extensions["witness"] = lru_cache(1)(lambda: open_witness(settings, state))
    app.extensions["own_names"] = lru_cache(1)(partial(own_names, settings))
    if settings.witness_key:
        app.extensions["own_names"]()  # a key that is none is told now, and not by a page
    app.extensions["witness_budget"] = Budget(A_MINUTE, words=WORDS)


@blueprint.post("/witness/add-checkpoint")
def add() -> Response:
    """Cosign the head of a peer's ledger that goes on from the last one seen (C2SP tlog-witness)."""
    opened: Callable[[], Witness | None] = current_app.extensions["witness"]
    budget: Budget = current_app.extensions["witness_budget"]
    request.max_content_length = LARGEST
    budget.admit(access.client())
    budget.charge(access.client(), 1)
    witness = opened()
    if witness is None:
        raise Problem("not-found", "No heads of ledgers are cosigned here.", lists=["/trust"])
    try:
        return _plain(witness.add(request.get_data()))
    except HeadMoved as moved:
        return _of_size(moved.size)


@blueprint.get("/ledger/checkpoint")
def head() -> Response:
    """Give the newest head of the ledger with its cosignatures; with ``?old=N`` the proof that it goes on from N.

    That is the body of a request to a witness. Where the ledger has fewer events, its size is the answer (409).
    """
    here = settings()
    if not here.ledger and not (here.home / LEDGER).exists():
        raise Problem("not-found", "This registry has no ledger yet.")
    ledger = current_app.extensions["casework"].ledger()
    newest = ledger.checkpoint()
    note = cosigned_note(current_app.extensions["witness_state"](), newest) if has_state(here) else newest.note
    asked = request.args.get("old")
    if asked is None:
        return _plain(note)
    if not (asked.isascii() and asked.isdecimal()) or len(asked) > _LONGEST_SIZE:
        raise Problem("bad-request", "“old” is the size of a head: a whole number.")
    old = int(asked)
    if old > newest.size:
        return _of_size(newest.size)
    proof = ledger.consistency_proof(old, newest.size) if old else ()
    return _plain(write(old, proof, note))


def _plain(body: str | bytes) -> Response:
    answer = Response(body, content_type=_PLAIN)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _of_size(size: int) -> Response:
    answer = Response(f"{size}\n", 409, content_type=SIZE)
    answer.headers["Cache-Control"] = "no-store"
    return answer
