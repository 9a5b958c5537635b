"""What every store is filled with, and in which forms of the same value a server may give a literal back."""

import pyoxigraph

from registry.adapters.sparql_server_builder import valued

QUADS = """\
<https://example.org/a> <http://www.w3.org/2000/01/rdf-schema#label> "A city"@en .
<https://example.org/a> <http://www.w3.org/2000/01/rdf-schema#label> "Ville d’Été \\"quoted\\" \\\\ and\\nmore"@fr .
<https://example.org/a> <https://example.org/count> "7"^^<http://www.w3.org/2001/XMLSchema#integer> .
<https://example.org/a> <https://example.org/day> "2026-06-30"^^<http://www.w3.org/2001/XMLSchema#date> .
<https://example.org/a> <https://example.org/is> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> .
<https://example.org/a> <https://example.org/plain> "𝄞 – plain" .
<https://example.org/a> <https://example.org/says> <https://example.org/b> .
<https://example.org/a> <https://example.org/says> <https://example.org/b> <https://example.org/graph/one> .
<https://example.org/b> <https://example.org/says> <https://example.org/a> <https://example.org/graph/two> .
<https://example.org/b> <https://example.org/year> "2026"^^<http://www.w3.org/2001/XMLSchema#gYear> .
""".encode()
"""Every kind of term that releases have, each in a form that all servers give back as it is."""


def same(lines: bytes) -> list[str]:
    """Give N-Quads as values, so that two forms of one value are alike."""
    quads = pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_QUADS)
    return sorted(f"{valued(f'{each.subject} {each.predicate} {each.object}')} {each.graph_name}" for each in quads)
