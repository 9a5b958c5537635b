"""Event streams of cities in Turtle, page by page, as plain servers give them."""

from collections.abc import Sequence
from typing import Final

STREAM: Final = """@prefix as: <https://www.w3.org/ns/activitystreams#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix hrc: <https://w3id.org/hrcr/def#> . @prefix ldes: <https://w3id.org/ldes#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix tree: <https://w3id.org/tree#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix city: <https://example.org/id/city/> .
@prefix : <https://example.org/versions/> .
"""
PATHS: Final = "ldes:timestampPath dct:modified ; ldes:versionOfPath dct:isVersionOf"


def member(number: int, slug: str, label: str = "", *, day: str = "2026-01-01", more: str = "") -> str:
    """Write a version of a city; without a label it says that the city is taken back."""
    says = f'hrc:City ; skos:prefLabel "{label}"@en ; hrc:country <https://w3id.org/hrcr/vocab/countries/XA>'
    return f'''<https://example.org/stream> tree:member :{number} .
:{number} dct:isVersionOf city:{slug} ; dct:modified "{day}T00:00:00Z"^^xsd:dateTime ;
    a {says if label else "as:Delete"} {more}.
'''


def page(
    members: Sequence[str] = (), *, to: Sequence[str] = (), paths: str = "", is_settled: bool = False, here: str = ""
) -> bytes:
    """Write a page that leads to others by relative addresses; ``here`` is what it calls itself."""
    said = f"<{here}> a tree:Node . <https://example.org/stream> a ldes:EventStream .\n"
    said += f"<https://example.org/stream> tree:view <{here}> ; {paths} .\n" if paths else ""
    said += "".join(f"<{here}> tree:relation [ a tree:Relation ; tree:node <{each}> ] .\n" for each in to)
    said += f"<{here}> ldes:immutable true .\n" if is_settled else ""
    return (STREAM + said + "".join(members)).encode()
