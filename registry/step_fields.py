"""What a step asks of whoever takes it: read from its conditions and from what its command may say; pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from registry.command_form import TAKES
from registry.process import Transition


class Field(StrEnum):
    """One thing that a step asks for."""

    SUBMISSION = "submission"
    CANDIDATE = "candidate"
    SECTOR = "sector"
    REVIEWER = "reviewer"
    DECIDER = "decider"
    REQUIREMENTS = "requirements"
    CONCERN = "concern"
    CLAIM = "claim"
    ORGANISATION = "organisation"
    CITY = "city"
    LEVEL = "level"
    FINDINGS = "findings"
    RULINGS = "rulings"
    TEXT = "text"
    REPORT = "report"
    REASON = "reason"


ASKED_BY: Final[Mapping[str, tuple[Field, ...]]] = {
    "city-named": (Field.CITY,),
    "submission-enclosed": (Field.SUBMISSION,),
    "requirements-named": (Field.REQUIREMENTS,),
    "candidate-fits": (Field.CANDIDATE,),
    "panel-mixed": (Field.SECTOR,),
    "reviewer-removable": (Field.REVIEWER,),
    "decider-removable": (Field.DECIDER,),
    "findings-fit": (Field.FINDINGS,),
    "claim-named": (Field.CLAIM, Field.TEXT),
    "organisation-named": (Field.ORGANISATION,),
    "text-enclosed": (Field.TEXT,),
    "concern-held-back": (Field.CONCERN,),
    "concern-unanswered": (Field.CONCERN,),
    "level-named": (Field.LEVEL, Field.REPORT),
    "report-named": (Field.REPORT,),
}
"""By condition, what somebody must say so that it can be met; the others ask for nothing."""


def fields_of(step: Transition) -> tuple[Field, ...]:
    """Give what a step asks for, in the order in which it is asked."""
    asked = {field for condition in step.conditions for field in ASKED_BY.get(condition, ())}
    if "judgements" in TAKES.get(step.command, ()) and Field.FINDINGS not in asked:
        asked.add(Field.RULINGS)
    if step.reason_required:
        asked.add(Field.REASON)
    return tuple(field for field in Field if field in asked)
