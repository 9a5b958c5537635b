"""Every mapping is served as the file that is run, as its table, and as RDF."""

from flask.testing import FlaskClient
from rdflib import Graph

from registry.adapters.artefact_files import mapping_tables, mapping_texts
from registry.namespaces import HRC, SCHEMA, SKOS
from tests.server.conftest import Page

NAME = "schema-org-city"


def test_query_and_table_are_the_files_themselves(client: FlaskClient) -> None:
    query, table = client.get(f"/mappings/{NAME}.rq"), client.get(f"/mappings/{NAME}.sssom.tsv")
    assert (query.text, table.text) == (mapping_texts()[NAME], mapping_tables()[NAME])
    assert query.content_type == "application/sparql-query; charset=utf-8"
    assert table.content_type == "text/tab-separated-values; charset=utf-8"
    assert client.get("/mappings/..%2Fx.rq").status_code == 404


def test_the_page_names_each_term_and_the_rdf_says_the_same(client: FlaskClient) -> None:
    text = Page(client.get("/mappings", headers={"Accept": "text/html"}).text).text
    assert "schema:Legislation" in text
    assert "hrc:Declaration" in text
    told = Graph().parse(data=client.get("/mappings", headers={"Accept": "text/turtle"}).text, format="turtle")
    assert (SCHEMA.City, SKOS.relatedMatch, HRC.City) in told
