"""Identifiers that authorities give to places, in one form however they are written: Wikidata and GeoNames."""

import re
from typing import Final

_FORMS: Final = (
    (
        "wikidata",
        re.compile(
            r"(?:https?://(?:www\.|m\.)?wikidata\.org/(?:entity|wiki|wiki/Special:EntityData)/)?"
            r"(Q[1-9][0-9]{0,11})(?:\.[a-z]+)?(?:[#?].*)?"
        ),
    ),
    ("geonames", re.compile(r"https?://(?:(?:sws|www)\.)?geonames\.org/([1-9][0-9]{0,11})(?:[/#?].*)?")),
)


def authority(text: str) -> str:
    """Give an identifier as ``wikidata:Q13298`` or ``geonames:2778067``; empty for what is none of these.

    A bare number is no identifier of GeoNames: it could be anything.
    """
    for name, form in _FORMS:
        match = form.fullmatch(text.strip())
        if match:
            return f"{name}:{match[1]}"
    return ""
