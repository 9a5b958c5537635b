"""What goes wrong with the store of a release, beside what every port may raise."""

from registry.errors import NotFound


class ReleaseNotInStore(NotFound):
    """The release is kept as files; the place in a SPARQL server where it lay holds a later one."""

    code = "release-not-in-store"
