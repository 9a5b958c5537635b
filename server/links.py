"""From an IRI to the address a reader may click: routes of this application for our own, http(s) for the rest."""

import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import unquote, urlsplit

from flask import request, url_for

from registry.namespaces import ROOT
from server.problems import Problem

SDG: Final = "http://metadata.un.org/sdg/"
GENID: Final = ROOT + ".well-known/genid/"

_WEB = re.compile(
    r"https?://[^\s<>\"'`{}|\\^\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+", re.IGNORECASE
)
_PATH = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@-]+(?:/[A-Za-z0-9._~!$&'()*+,;=:@-]+)*")

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")

_PREFIXED: Final[Mapping[str, str]] = {
    "id/": "linked_data.document",
    "vocab/": "linked_data.vocabulary",
    "standard/": "linked_data.standard_item",
    "graph/": "linked_data.graph",
    "shapes/": "linked_data.shape_file",
    "problem/": "pages.problem",
    "def/": "linked_data.ontology_version",
    "profile/": "linked_data.profile_version",
    "alignments/": "linked_data.alignments_version",
}
_SINGLE: Final[Mapping[str, str]] = {
    "": "pages.home",
    "def": "linked_data.ontology",
    "alignments": "linked_data.alignments",
    "shapes": "linked_data.shapes",
    "profile": "linked_data.profile",
    "standard": "linked_data.standard",
    "vocab": "linked_data.vocabularies",
    "graph": "linked_data.graphs",
    "sparql": "sparql.endpoint",
    "catalogue": "catalogue.index",
    "feed": "feed.view",
    "federation": "descriptor.show",
    "releases": "releases.index",
    "context.jsonld": "linked_data.context",
}


def is_web(iri: str) -> bool:
    """Say whether a reader may click an address: http or https, with a host, without a character that deceives."""
    if _WEB.fullmatch(iri) is None:
        return False
    try:
        parts = urlsplit(iri)
        return bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        return False


def is_path(path: str) -> bool:
    """Say whether a path can name one of our items: plain segments, none of them dots only."""
    return _PATH.fullmatch(path) is not None and not any(set(part) <= {"."} for part in path.split("/"))


def root() -> str:
    """Give the address of this installation as it was asked, without a slash at its end.

    Raises Problem for a host that is no plain name or number with a port: it would stand in links.
    """
    if _HOST.fullmatch(request.host) is None:
        raise Problem("bad-request", "The host that the request names is none.")
    return request.host_url.rstrip("/")


def local_address(iri: str) -> str | None:
    """Give the address here of one of our own IRIs or of an SDG; None for any other."""
    if iri.startswith(SDG) and is_path(code := iri.removeprefix(SDG)) and "/" not in code:
        return url_for("pages.sdg", code=code)
    if iri.startswith(GENID):
        code = iri.removeprefix(GENID)
        return url_for("linked_data.unnamed", path=code) if is_path(code) else None
    if not iri.startswith(ROOT):
        return None
    path, _, fragment = unquote(iri.removeprefix(ROOT)).partition("#")
    anchor = fragment or None
    if path in _SINGLE:
        return url_for(_SINGLE[path], _anchor=anchor)
    prefix, _, rest = path.partition("/")
    if prefix in ("release", "releases") and is_path(rest) and "/" not in rest:
        return url_for("releases.document", release=rest, _anchor=anchor)
    if prefix == "feed" and _NUMBER.fullmatch(rest):
        return url_for("feed.page", number=int(rest), _anchor=anchor)
    endpoint = _PREFIXED.get(prefix + "/")
    if endpoint is None or not is_path(rest):
        return None
    return url_for(endpoint, path=rest, _anchor=anchor)


def address(iri: str) -> tuple[str | None, bool]:
    """Give the address to click, or None, and whether it leads away from here."""
    here = local_address(iri)
    if here is not None:
        return here, False
    return (iri, True) if is_web(iri) and not iri.startswith(ROOT) else (None, False)


Address = Callable[[str], tuple[str | None, bool]]
