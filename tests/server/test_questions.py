"""The example queries: each has its question in plain words and is a query that may be asked."""

from flask.testing import FlaskClient

from registry.queries import QueryForm, examine_query
from server.questions import PREFIX_BLOCK, example_questions
from tests.server.conftest import Page


def test_every_example_asks_a_question_with_a_query_that_is_admitted() -> None:
    found = example_questions()
    assert len(found) >= 25
    assert [question.slug for question in found if "?" not in question.words] == []
    assert [question.slug for question in found if examine_query(question.query) is QueryForm.UPDATE] == []
    assert [question.slug for question in found if question.query.startswith("#")] == []


def test_the_page_offers_every_example_and_the_one_prefix_table(client: FlaskClient) -> None:
    page = Page(client.get("/sparql", headers={"Accept": "text/html"}).text)
    assert [question.words for question in example_questions() if question.words not in page.text] == []
    assert PREFIX_BLOCK in page.text


def test_every_example_is_answered_as_a_page(client: FlaskClient) -> None:
    for question in example_questions():
        response = client.get("/sparql", query_string={"query": question.query, "format": "html"})
        assert response.status_code == 200, question.slug
