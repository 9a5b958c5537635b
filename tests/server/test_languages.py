"""Languages: what the reader asks for is what texts are chosen by, and every other language is said."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.languages import is_unasked, parse, rank, unmet, wanted

CITY = "/doc/city/aldermoor"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", ()),
        ("de", ("de",)),
        ("de-AT,de;q=0.9,en;q=0.8", ("de-at", "de", "en")),
        ("en;q=0.1, fr ; q=0.7, nl", ("nl", "fr", "en")),
        ("fr;q=0, de", ("de",)),
        ("*", ()),
        ("de;q=2, ;;, x_y, 12345678901, ca", ("ca",)),
        ("a" * 5_000, ()),
        (",".join(f"x-{n}" for n in range(40)), tuple(f"x-{n}" for n in range(10))),
    ],
)
def test_a_header_is_read_by_weight_and_junk_says_nothing(header: str, expected: tuple[str, ...]) -> None:
    assert parse(header) == expected


def test_a_text_as_wished_comes_first_then_the_pages_own_language_then_none_then_others() -> None:
    ordered = sorted(["sv", None, "ca", "en", "de-AT", "fr"], key=lambda tag: rank(tag, ("fr", "de")))
    assert ordered == ["fr", "de-AT", "en", None, "ca", "sv"]


def test_a_narrower_wish_is_met_by_the_broader_tag(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "de-CH"}):
        assert (wanted(), is_unasked("de"), is_unasked("sv"), is_unasked("en"), unmet()) == (
            ("de-ch",),
            False,
            True,
            False,
            "de-ch",
        )


def test_outside_a_request_the_language_is_that_of_the_pages() -> None:
    assert (wanted(), unmet()) == (("en",), None)


def test_the_label_is_the_one_in_the_language_asked_for(client: FlaskClient) -> None:
    for header, name in (("de", "Ellernmoor"), ("en", "Aldermoor"), ("de-DE,de;q=0.9,en;q=0.8", "Ellernmoor")):
        response = client.get(CITY, headers={"Accept": "text/html", "Accept-Language": header})
        heading = re.search(r"<h1>(.*?)</h1>", response.text, re.DOTALL)
        assert heading is not None
        assert name in heading[1]
        assert {"Accept", "Accept-Language"} <= set(response.headers["Vary"].split(", "))


def test_a_page_says_which_languages_it_is_in_and_names_any_other(client: FlaskClient) -> None:
    german = client.get(CITY, headers={"Accept": "text/html", "Accept-Language": "de"})
    assert german.headers["Content-Language"] == "en, de"
    assert "The pages are in English" in german.text
    assert 'title="in the language de"' not in german.text
    english = client.get(CITY, headers={"Accept": "text/html", "Accept-Language": "en"})
    assert english.headers["Content-Language"] == "en"
    assert "The pages are in English" not in english.text
    assert '<abbr class="language" title="in the language de">de</abbr>' in english.text


def test_data_are_the_same_in_every_language(client: FlaskClient) -> None:
    bodies = {client.get(CITY, headers={"Accept": "text/turtle", "Accept-Language": tag}).data for tag in ("de", "en")}
    assert len(bodies) == 1


def test_what_a_page_shows_to_one_reader_is_not_kept_for_another(client: FlaskClient) -> None:
    german = client.get("/doc/city/aldermor", headers={"Accept": "text/html", "Accept-Language": "de"})
    english = client.get("/doc/city/aldermor", headers={"Accept": "text/html", "Accept-Language": "en"})
    assert ("Aldermoor" in german.text, "Aldermoor" in english.text) == (True, True)
