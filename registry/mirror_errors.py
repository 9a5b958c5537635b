"""Why a release of another instance is not taken, and what a mirror does not do; part of ``registry/errors.py``."""

from registry.errors import RegistryError, ReleaseError


class MirrorRefused(ReleaseError):
    """What another instance gives is not taken: not signed, not whole, not what was published, or older than held."""

    code = "mirror-refused"


class MirrorReadsOnly(RegistryError):
    """A home that mirrors another instance holds releases alone: nothing is recorded there and nobody signs in."""

    code = "mirror-reads-only"
