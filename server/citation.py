"""How to cite the result of a query: the release, the query and the day, as a sentence and as BibTeX; pure."""

from dataclasses import dataclass
from datetime import date

from registry.catalogue import release_iri
from registry.model import Release


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """What a result is cited by: the release that answered, and the day it was asked (UTC).

    ``address`` is the permanent link to the query, None while nobody has made one.
    """

    release: Release
    asked: date
    address: str | None

    @property
    def iri(self) -> str:
        """Give the IRI of the release that answered."""
        return str(release_iri(self.release.id))
