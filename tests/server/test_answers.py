"""A SPARQL answer as a page shows it."""

import json

from flask import Flask

from registry.namespaces import ROOT, SKOS
from server.answers import Answer, read_answer
from server.words import Shown

ROW = {
    "city": {"type": "uri", "value": ROOT + "id/city/graz"},
    "label": {"type": "literal", "value": "Stadt Graz", "xml:lang": "de"},
    "property": {"type": "uri", "value": str(SKOS.prefLabel)},
    "node": {"type": "bnode", "value": "b0"},
    "count": {"type": "literal", "value": "007", "datatype": "http://www.w3.org/2001/XMLSchema#integer"},
}


def test_rows_become_terms_with_labels_languages_and_links(app: Flask) -> None:
    names = [*ROW, "nothing"]
    body = json.dumps({"head": {"vars": names}, "results": {"bindings": [ROW, {}, ROW]}}).encode()
    with app.test_request_context():
        shown = read_answer(body, is_graph=False, most_rows=2)
    prefix = str(SKOS.prefLabel)
    first = (
        Shown("id/city/graz", None, "/doc/city/graz", False, ROOT + "id/city/graz"),
        Shown("Stadt Graz", "de"),
        Shown("w3.org/2004/02/skos/core#prefLabel", None, prefix, True, prefix),
        Shown("_:b0"),
        Shown("007"),
        None,
    )
    assert shown == Answer(variables=tuple(names), rows=(first, (None,) * 6), row_count=3)


def test_a_truth_value_and_a_graph_are_shown_as_they_are() -> None:
    assert read_answer(b'{"head":{},"boolean":true}', is_graph=False, most_rows=1) == Answer(truth=True)
    assert read_answer("é".encode(), is_graph=True, most_rows=1) == Answer(turtle="é")
