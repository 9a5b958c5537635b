"""What the pages on files of evidence have in common: the filing of this installation, and how a file is given out."""

from collections.abc import Callable, Collection
from typing import Final

from flask import Flask, Response, current_app

from registry.evidence_filing import EvidenceFiling, Looked
from registry.evidence_kinds import kind_of
from registry.evidence_model import EvidenceFile

POLICY: Final = "default-src 'none'; sandbox"
"""A file of others runs nothing, whatever it is."""


def install(app: Flask, filing: Callable[[], EvidenceFiling]) -> None:
    """Add the filing to an application, opened when first asked for."""
    app.extensions["filing"] = filing


def filing() -> EvidenceFiling:
    """Give the filing of this installation."""
    found: EvidenceFiling = current_app.extensions["filing"]()
    return found


def looked_through(file: EvidenceFile, countries: Collection[str]) -> Looked:
    """Look through a file of a city in some countries, now and for this reader alone."""
    return filing().look(file, countries)


def given(raw: bytes, media_type: str, digest: str) -> Response:
    """Give a file to be saved, under a name that tells nothing but its kind."""
    kind = kind_of(raw)
    response = Response(raw, content_type=media_type)
    ending = kind.ending if kind is not None else "bin"
    response.headers["Content-Disposition"] = f'attachment; filename="{digest[:16]}.{ending}"'
    response.headers["Content-Security-Policy"] = POLICY
    return response
