"""Addresses by which a SPARQL endpoint is asked page by page (SPARQL 1.1 Protocol, 2.1.1), written by SPARQLWrapper.

SPARQLWrapper writes the request; it is sent by the guarded fetch alone, which looks at where it goes.
"""

from collections.abc import Sequence
from string import Template
from typing import Final

from SPARQLWrapper import GET, TURTLE, SPARQLWrapper

from registry.errors import SettingsError

_UNSAFE: Final = frozenset('"\\<>\n\r\t ')


class _Request(SPARQLWrapper):
    """A request that is written and not sent."""

    def address(self) -> str:
        """Give the whole address of the GET."""
        return str(self._createRequest().full_url)


def page_address(query: str, endpoint: str, scope: Sequence[str], size: int, before: int) -> str:
    """Give the address of one page of the statements about things whose IRIs begin as the scope says.

    ``query`` is a template with ``$spaces``, ``$size`` and ``$before``; raises SettingsError for a scope that is no
    beginning of an IRI.
    """
    if any(_UNSAFE.intersection(space) for space in scope):
        raise SettingsError(f"The scope {', '.join(scope)} has signs that no IRI has; correct void:uriSpace.")
    spaces = " ".join(f'"{space}"' for space in scope)
    request = _Request(endpoint)
    request.setMethod(GET)
    request.setOnlyConneg(True)
    request.setReturnFormat(TURTLE)
    request.setQuery(Template(query).substitute(spaces=spaces, size=size, before=before))
    return request.address()
