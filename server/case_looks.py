"""Since you last looked: what happened in a case since whoever asks was last there; theirs alone."""

import logging
from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from registry.cases import Act, Case
from registry.desk_ports import Looks
from registry.errors import PortError
from registry.handing_in import SUBMISSION
from server.case_access import actor
from server.case_changes import versions
from server.public_cases import slug_of


@dataclass(frozen=True, slots=True)
class Since:
    """When somebody last looked, the acts of others since, and the versions of the submission to compare, if any."""

    at: datetime
    acts: tuple[Act, ...]
    compared: tuple[int, int] | None


def since_last_look(case: Case, *, without: str) -> Since | None:
    """Note that whoever asks looks at a case; give what others did since the look before, None at the first.

    Acts of the kind ``without`` are left out. Where the looks cannot be reached, the page goes without them.
    """
    account = actor().account
    if account is None:
        return None
    try:
        before = looks().look(account, case.name, len(case.acts))
    except PortError as fault:
        logging.getLogger(__name__).warning("looks cannot be reached: %s", fault)
        return None
    if before is None:
        return None
    acts = tuple(
        act for act in case.acts if act.number > before.acts and act.account != account and act.kind != without
    )
    return Since(
        before.at, acts, _compared(case, before.acts) if any(SUBMISSION in act.hashes for act in acts) else None
    )


def looks() -> Looks:
    """Give when who last looked at what."""
    found: Looks = current_app.extensions["looks"]()
    return found


def _compared(case: Case, seen: int) -> tuple[int, int] | None:
    """Give by their numbers the last version that was seen and the last there is; None when there are not two."""
    found = versions(case)
    known = [place for place, one in enumerate(found, start=1) if one.slug != slug_of(case) or one.act <= seen]
    return (known[-1], len(found)) if known and known[-1] < len(found) else None
