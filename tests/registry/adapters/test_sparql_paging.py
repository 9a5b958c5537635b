"""The address of a page holds a whole query, bound to scope, size and place, in the form of the SPARQL protocol."""

from urllib.parse import parse_qs, urlsplit

import pytest
from rdflib.plugins.sparql import prepareQuery

from registry.adapters.artefact_files import harvest_texts
from registry.adapters.sparql_paging import page_address
from registry.errors import SettingsError

QUERY = harvest_texts()["statements"]
ENDPOINT = "https://north.example/sparql"


def test_a_page_is_asked_for_by_a_get_with_the_query() -> None:
    address = urlsplit(
        page_address(QUERY, ENDPOINT, ("https://north.example/a/", "https://north.example/b/"), 100, 300)
    )
    assert f"{address.scheme}://{address.netloc}{address.path}" == ENDPOINT
    fields = parse_qs(address.query)
    assert set(fields) == {"query"}
    (text,) = fields["query"]
    assert 'VALUES ?space { "https://north.example/a/" "https://north.example/b/" }' in text
    assert text.rstrip().endswith("LIMIT 100\nOFFSET 300")
    prepareQuery(text)


@pytest.mark.parametrize(
    "space", ['https://a.example/" } SERVICE <x> {', "https://a.example/\n", "https://a.example/ x"]
)
def test_no_scope_breaks_out_of_the_query(space: str) -> None:
    with pytest.raises(SettingsError, match="correct void:uriSpace"):
        page_address(QUERY, ENDPOINT, (space,), 1, 0)
