"""The query page in a real browser: the editor, its completions and answers, and the plain form beneath it."""

from collections import Counter
from pathlib import Path

import pyoxigraph
import pytest
from playwright.sync_api import Browser, Page, expect
from rdflib import Graph

from tests.browser.test_pages import open_page
from tests.clients.answers import QUERIES, engine, solutions, triples

pytestmark = pytest.mark.browser

BUILT = Path(__file__).parents[2] / "server" / "static" / "built" / "yasgui.min.js"
CITIES = "SELECT ?name WHERE { ?city a hrc:City ; skos:prefLabel ?name } ORDER BY ?name"
PREFIXES = "PREFIX hrc: <https://w3id.org/hrcr/def#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
REFUSALS = ("Content Security Policy", "Failed to load")
"""What the browser says when it refused a script or an address; a script that ran would have opened a dialog."""
SET = "text => document.querySelector('.CodeMirror').CodeMirror.setValue(text)"


def opened(browser: Browser, address: str, width: int = 1200) -> tuple[Page, list[str]]:
    """The query page with its editor, and all that it said or asked for elsewhere."""
    assert BUILT.is_file(), "the query editor is missing: make assets"
    page, met = open_page(browser, width), []
    page.on("console", lambda message: met.append(f"console {message.text}"))
    page.on("pageerror", lambda error: met.append(f"error {error}"))
    page.on("dialog", lambda dialog: (met.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: None if request.url.startswith((address, "data:")) else met.append(request.url))
    page.goto(f"{address}/sparql", wait_until="networkidle")
    return page, met


def ask(page: Page, query: str) -> None:
    page.evaluate(SET, query)
    page.locator(".yasqe_queryButton").click()


def test_the_editor_shows_an_answer_as_a_table_and_asks_no_other_host(browser: Browser, address: str) -> None:
    page, met = opened(browser, address)
    ask(page, PREFIXES + CITIES)
    expect(page.locator(".yasr .dataTable")).to_contain_text("Aldermoor")
    expect(page.locator(".yasr .dataTable")).to_contain_text("Graz")
    assert met == []


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.stem)
def test_the_editor_gets_what_the_engine_says_and_shows_it(
    browser: Browser, address: str, store: pyoxigraph.Store, query: Path
) -> None:
    page, met = opened(browser, address)
    expected = engine(store, query)
    with page.expect_response(lambda response: response.request.method == "POST") as answered:
        ask(page, query.read_text())
    body = answered.value.body()
    if isinstance(expected, frozenset):
        assert (
            triples(Graph().parse(data=body, format=answered.value.headers["content-type"].split(";")[0])) == expected
        )
    else:
        assert solutions(body, "json") == expected
    shown = page.locator(".yasr_response_chip")
    expect(shown).to_contain_text(f"{expected.total()} result" if isinstance(expected, Counter) else "second")
    assert page.locator(".yasr .errorResult").count() == 0
    assert met == []


def test_a_wrong_query_shows_what_is_wrong(browser: Browser, address: str) -> None:
    page, _ = opened(browser, address)
    ask(page, "SELECT ?x WHERE { SERVICE <http://127.0.0.1:9/> { ?x ?y ?z } }")
    expect(page.locator(".yasr")).to_contain_text("SERVICE is refused here")


def test_classes_and_properties_of_the_release_are_completed(browser: Browser, address: str) -> None:
    page, met = opened(browser, address)
    page.evaluate(SET, PREFIXES + "SELECT * WHERE { ?s a hrc:Cit } ")
    page.evaluate(
        "() => { const e = document.querySelector('.CodeMirror').CodeMirror; e.focus();"
        " const at = e.getValue().indexOf('hrc:Cit') + 7; e.setCursor({line: 0, ch: at}); }"
    )
    page.keyboard.press("Control+Space")
    expect(page.locator(".CodeMirror-hints")).to_contain_text("hrc:City")
    assert met == []


def test_hostile_answers_run_nothing_in_the_editor(browser: Browser, hostile_address: str) -> None:
    page, met = opened(browser, hostile_address)
    ask(page, "SELECT ?s ?p ?o WHERE { ?s ?p ?o FILTER(CONTAINS(STR(?s), 'hostile')) } LIMIT 2000")
    expect(page.locator(".yasr .dataTable")).to_be_visible()
    page.wait_for_timeout(500)
    assert [said for said in met if not any(refusal in said for refusal in REFUSALS)] == []


@pytest.mark.parametrize("width", [400, 1200])
def test_the_page_fits_with_an_answer_in_the_editor(browser: Browser, address: str, width: int) -> None:
    page, _ = opened(browser, address, width)
    ask(page, PREFIXES + CITIES)
    expect(page.locator(".yasr .dataTable")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_without_scripts_the_plain_form_answers_and_makes_a_permanent_link(browser: Browser, address: str) -> None:
    page = open_page(browser, 1200, scripts=False)
    page.goto(f"{address}/sparql")
    assert not page.locator("#editor").is_visible()
    page.get_by_label("Query", exact=True).fill(PREFIXES + CITIES)
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("table.answer")).to_contain_text("Aldermoor")
    page.get_by_role("button", name="Make a permanent link").click()
    link = page.get_by_role("link", name=f"{address}/q/")
    link.click()
    expect(page.locator("body")).to_contain_text("Aldermoor")
