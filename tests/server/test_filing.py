"""A file of others is given to be saved, under a name that tells nothing, and runs nothing."""

from flask import Flask

from server.filing import POLICY, filing, given, install
from tests.planted_files import page


def test_a_page_is_given_as_a_file_that_runs_nothing() -> None:
    app = Flask("test")
    with app.test_request_context():
        response = given(page(), "text/html", "a" * 64)
    assert response.headers["Content-Disposition"] == f'attachment; filename="{"a" * 16}.html"'
    assert response.headers["Content-Security-Policy"] == POLICY
    assert response.data == page()


def test_the_filing_is_opened_when_first_asked_for() -> None:
    app, opened = Flask("test"), []
    install(app, lambda: opened.append(1) or "filing")  # type: ignore[arg-type, func-returns-value]  # stands for one
    assert opened == []
    with app.app_context():
        assert filing() == "filing"
    assert opened == [1]
