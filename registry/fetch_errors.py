"""Why an address on the web gave nothing to go on with; drawn with all others in ``registry/errors.py``."""

from registry.errors import RegistryError


class FetchError(RegistryError):
    """What lies at an address could not be had; the message names the address."""

    code = "fetch-error"


class AddressRefused(FetchError):
    """The address, or what it leads to, is none that the registry asks: its form, its port, or a place not public."""

    code = "address-refused"


class Unreachable(FetchError):
    """The name is unknown, nobody answers there, or no secure connection came about."""

    code = "unreachable"


class BrokenAnswer(FetchError):
    """What came is no whole answer: cut off, not HTTP, or in an encoding that was not asked for."""

    code = "broken-answer"


class RedirectRefused(FetchError):
    """The address leads on in a circle, too often, or to nowhere."""

    code = "redirect-refused"


class FetchTimeLimitPassed(FetchError):
    """The answer was not whole within the time allowed for name, connection, redirects and body together."""

    code = "fetch-time-limit-passed"


class FetchTooLarge(FetchError):
    """The answer, or what it unpacks to, has more bytes than are taken."""

    code = "fetch-too-large"


class MediaTypeRefused(FetchError):
    """The answer is of a media type that was not asked for."""

    code = "media-type-refused"
