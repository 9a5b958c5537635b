"""A result is cited by the release that answered, the day it was asked and where its query lies."""

from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from registry.model import Release
from server.citation import Citation
from tests.server.conftest import Page


def test_a_citation_names_the_release_by_its_iri() -> None:
    release = Release("2026-06-30-1", date(2026, 6, 30), "1.0.0", "0.1.0", 2, Path())
    found = Citation(release=release, address="http://localhost/q/0123456789abcdef", asked=date(2026, 7, 1))
    assert found.iri == "https://w3id.org/hrcr/release/2026-06-30-1"


@pytest.mark.slow
def test_the_page_of_a_result_says_how_to_cite_it_and_is_kept_by_nobody_else(client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"query": "SELECT (1 AS ?x) {}", "format": "html"})
    text = Page(answer.text).text
    assert "answer to a query over release 2026-06-30-1, asked on 2026-06-30." in text
    assert (
        "note         = {Release \\url{https://w3id.org/hrcr/release/2026-06-30-1}, asked on 2026-06-30}" in answer.text
    )
    assert answer.headers["Cache-Control"] == "private, no-cache"
