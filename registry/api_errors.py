"""Why a program's request is not taken; drawn with all others in ``registry/errors.py``."""

from functools import partial

from registry.errors import RegistryError, SubmissionError


class EntryMalformed(SubmissionError):
    """An entry in JSON has not the form it must have; ``places`` give each fault as JSON Pointer and sentence."""

    code = "entry-malformed"

    def __init__(self, message: str, *, places: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message)
        self.places = places

    def __reduce__(self) -> tuple[object, ...]:
        return (partial(EntryMalformed, places=self.places), (str(self),))


class KeyReused(RegistryError):
    """An idempotency key came before with another request; nothing was done."""

    code = "idempotency-key-reused"


class RequestUnderWay(RegistryError):
    """The same request with the same idempotency key is being worked on."""

    code = "request-under-way"


class RegistryRefused(RegistryError):
    """A registry that was spoken to over its API refused, or did not answer; the message is what it said."""

    code = "registry-refused"
