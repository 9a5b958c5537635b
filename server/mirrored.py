"""What a mirror answers: what releases alone can tell; for anything else it says where the registry itself is."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from flask import Flask, current_app, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from registry.mirror_ports import Source
from server.problems import Problem

_FROM_RELEASES: Final[Mapping[str, str]] = {
    "pages": "home cities instruments rights sdgs sdg networks example problem problems about data accessibility",
    "linked_data": "identifier document vocabulary vocabularies standard_item standard ontology ontology_version "
    "alignments alignments_version shapes shape_file profile profile_version unnamed graphs graph context",
    "releases": "index identifier document file",
    "catalogue": "index void examples",
    "well_known": "robots sitemap security health",
    "sparql": "endpoint of_release completions",
    "graph_store": "store of_release",
    "limits": "limits",
    "evidence": "links",
    "identity": "index table",
    "reconciliation": "service suggest proposed preview",
}
"""Blueprint and views that need nothing but releases."""
_LINKED_BACK: Final = frozenset(
    {
        "evidence.released",
        "kept_queries.follow",
        "feed.view",
        "feed.page",
        "feed.newest",
        "feed.archive",
        "descriptor.show",
        "mappings.index",
        "mappings.query",
        "mappings.table",
        "trust.index",
        "trust.peer",
        "witness.head",
    }
)
"""What lies at the registry itself alone and is the same for everybody: whoever asks is led there."""

_SAFE: Final = "%&=+;/?:@,!$()*~-._"

ANSWERED: Final = frozenset(
    {"static", *(f"{blueprint}.{view}" for blueprint, views in _FROM_RELEASES.items() for view in views.split())}
)
"""The endpoints that a mirror answers."""


def install(app: Flask, source: Source | None) -> None:
    """Keep an application to reading when its home mirrors another instance."""
    app.extensions["mirrored"] = source
    app.context_processor(lambda: {"mirrored": source})
    if source is not None:
        app.before_request(_guard)


def is_answered(endpoint: str) -> bool:
    """Say whether an endpoint is answered here: all are, but by a mirror."""
    return current_app.extensions["mirrored"] is None or endpoint in ANSWERED


def _guard() -> AnyResponse | None:
    """Let through what is answered here; lead on, or refuse, what is not."""
    endpoint = request.endpoint
    if request.routing_exception is not None or endpoint is None or endpoint in ANSWERED:
        return None
    source: Source = current_app.extensions["mirrored"]
    asked = request.query_string.decode("latin-1")
    there = source.site + quote(request.path.lstrip("/")) + (f"?{quote(asked, safe=_SAFE)}" if asked else "")
    if endpoint in _LINKED_BACK:
        return redirect(there, 307)
    raise Problem(
        "mirror-reads-only",
        "This is a mirror, which can only be read: nobody signs in, nothing is judged, drafted, handed in or decided "
        "here, and cases are not shown. The registry itself does that.",
        there=there,
    )
