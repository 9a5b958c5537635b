"""The list of candidates as CSV (RFC 4180), one row for two cities that may be one."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Final

from registry.city_identity import Candidate

COLUMNS: Final = (
    "ours", "our_name", "theirs", "their_name", "source", "evidence", "rests_on", "against", "alone", "state", "reason"
)  # fmt: skip


def state_of(candidate: Candidate) -> str:
    """Say in a word what was decided of a candidate: open, same or different."""
    decision = candidate.decision
    return "open" if decision is None else "same" if decision.is_same else "different"


def identity_csv(found: Iterable[Candidate]) -> str:
    """Write candidates as CSV."""
    text = StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    for one in found:
        told = (one.ours.iri, one.ours.name, one.theirs.iri, one.theirs.name, one.theirs.source, one.evidence.value)
        reason = "" if one.decision is None else one.decision.reason
        rows.writerow((*told, one.rests_on, one.against, "yes" if one.is_alone else "no", state_of(one), reason))
    return text.getvalue()
