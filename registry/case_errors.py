"""Why a step of a case cannot be taken; drawn with all others in ``registry/errors.py``."""

from registry.errors import RegistryError


class CaseError(RegistryError):
    """A step of a case cannot be taken; ``instead`` are the steps open to whoever asked: label by command."""

    code = "case-error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.instead: dict[str, str] = {}

    def __str__(self) -> str:
        told = ", ".join(f"“{label}”" for label in self.instead.values())
        return f"{self.args[0]} Open to you now: {told}." if told else str(self.args[0])


class IllegalTransition(CaseError):
    """The case does not stand where the step is possible, or a condition of the step is not met."""

    code = "illegal-transition"


class TooEarly(IllegalTransition):
    """The time that must pass before the step is not over."""

    code = "too-early"


class TooLate(IllegalTransition):
    """The time for the step is over."""

    code = "too-late"


class NotPermitted(CaseError):
    """Whoever asks has not the role, the city or the seat for the step."""

    code = "not-permitted"


class SeparationOfDuty(NotPermitted):
    """The person would have two roles that exclude each other."""

    code = "separation-of-duty"


class ConflictOfInterest(NotPermitted):
    """A tie to the city bars the person from the case; ``rule`` names the rule."""

    code = "conflict-of-interest"

    def __init__(self, message: str, *, rule: str = "") -> None:
        super().__init__(message)
        self.rule = rule


class StepIncomplete(CaseError):
    """What the step needs is missing or wrong."""

    code = "step-incomplete"


class ReasonMissing(StepIncomplete):
    """The step needs a reason, in a form that can be recorded."""

    code = "reason-missing"


class MalformedAct(RegistryError):
    """A record of a case cannot be read as an act."""

    code = "malformed-act"
