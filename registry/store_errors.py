"""What goes wrong with the store of a release, beside what every port may raise."""

from registry.errors import NotFound, StoreError


class ReleaseNotInStore(NotFound):
    """The release is kept as files; the place in a SPARQL server where it lay holds a later one."""

    code = "release-not-in-store"


class StoreUnavailable(StoreError):
    """The server that holds the release cannot be reached, or says that it cannot answer now."""

    code = "store-unavailable"


class StoreAnswerRefused(StoreError):
    """What the server gave is no whole and right answer, and nothing of it was given on."""

    code = "store-answer-refused"
