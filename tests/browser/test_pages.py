"""The pages in a real browser: nothing runs, everything fits, everything can be read and reached."""

import pytest
from playwright.sync_api import Browser, Page, Request

from tests.server.test_hostile_texts import ADDRESSES as HOSTILE
from tests.server.test_pages import ADDRESSES

pytestmark = pytest.mark.browser

CONTRASTS = """() => {
  const parse = (text) => (text.match(/[0-9.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const part = (c) => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return matchMedia('(prefers-color-scheme: dark)').matches ? [0, 0, 0] : [255, 255, 255];
  };
  const poor = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    if (!own || style.visibility === 'hidden' || box.width <= 1 || box.left < 0) continue;
    const [a, b] = [light(parse(style.color)), light(behind(element))].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize);
    const needed = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    if ((a + 0.05) / (b + 0.05) < needed) poor.push(element.tagName + ' ' + element.textContent.trim().slice(0, 40));
  }
  return poor;
}"""


def open_page(browser: Browser, width: int, *, scheme: str = "light", scripts: bool = True) -> Page:
    """Open an empty page of some width."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=scripts,
    )
    return context.new_page()


@pytest.mark.parametrize("path", HOSTILE)
def test_no_hostile_text_runs_loads_or_trips_the_policy(browser: Browser, hostile_address: str, path: str) -> None:
    page, met = open_page(browser, 1280), []
    page.on("dialog", lambda dialog: (met.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("console", lambda message: met.append(f"console {message.text}"))
    page.on("pageerror", lambda error: met.append(f"error {error}"))

    def watch(request: Request) -> None:
        if not request.url.startswith(hostile_address):
            met.append(f"request {request.url}")

    page.on("request", watch)
    page.goto(hostile_address + path)
    for element in page.locator(":is(summary, details, select, textarea):not(#yasgui *)").all()[:20]:
        if not element.is_visible():
            continue
        element.hover()
    page.mouse.move(300, 300)
    page.wait_for_timeout(200)
    page.context.close()
    assert met == []


def test_a_hostile_file_and_query_come_back_as_text(browser: Browser, address: str) -> None:
    page, met = open_page(browser, 1280), []
    page.on("dialog", lambda dialog: (met.append(dialog.message), dialog.dismiss()))
    text = "</textarea><img src=x onerror=alert(1)><script>alert(2)</script>"
    page.goto(address + "/check")
    page.fill("#text", text)
    page.click("form.check button")
    assert page.locator("#text").input_value() == text
    page.goto(address + "/sparql")
    page.fill("#query", text)
    page.click("form.query button")
    assert page.locator("#query").input_value() == text
    page.context.close()
    assert met == []


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_is_wider_than_the_window(browser: Browser, address: str, width: int) -> None:
    page = open_page(browser, width)
    wide = []
    for path in ADDRESSES:
        page.goto(address + path)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wide.append(path)
    page.context.close()
    assert wide == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(browser: Browser, address: str, scheme: str) -> None:
    page, poor = open_page(browser, 1280, scheme=scheme), {}
    for path in ADDRESSES:
        page.goto(address + path)
        found = page.evaluate(CONTRASTS)
        if found:
            poor[path] = found[:3]
    page.context.close()
    assert poor == {}


def test_the_keyboard_alone_leads_from_home_to_a_source(browser: Browser, address: str) -> None:
    page = open_page(browser, 1280)
    page.goto(address + "/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Aldermoor":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/city/aldermoor")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "ref":
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    place = page.url.partition("#")[2]
    assert page.locator(f"#{place}").evaluate("element => element.tagName") == "LI"
    page.context.close()


def test_every_form_works_without_scripts(browser: Browser, address: str) -> None:
    page = open_page(browser, 360, scripts=False)
    page.goto(address + "/cities")
    page.select_option("#country", "DE")
    with page.expect_navigation():
        page.click("form.filter button")
    assert page.locator("tbody tr").count() >= 1
    page.goto(address + "/sparql")
    page.fill("#query", "SELECT (1 AS ?one) WHERE {}")
    page.click("form.query button")
    assert page.locator("table.answer td").inner_text() == "1"
    page.context.close()


def test_a_file_is_checked_in_the_browser(browser: Browser, address: str) -> None:
    page = open_page(browser, 1280)
    page.goto(address + "/check")
    page.fill(
        "#text",
        "<https://example.org/id/city/tarnow-mill> a <https://w3id.org/hrcr/def#City> ;\n"
        '  <http://www.w3.org/2004/02/skos/core#prefLabel> "Tarnow Mill"@en ;\n'
        "  <https://w3id.org/hrcr/def#country> <https://w3id.org/hrcr/vocab/countries/AT> .",
    )
    page.click("form.check button")
    assert page.locator("#report").inner_text() == "Report"
    assert "below Declared" in page.locator("section.report").inner_text()
    page.context.close()


def test_a_page_prints_without_navigation(browser: Browser, address: str) -> None:
    page = open_page(browser, 1280)
    page.goto(address + "/doc/city/aldermoor")
    page.emulate_media(media="print")
    assert not page.locator(".banner nav").is_visible()
    assert not page.locator(".contents").is_visible()
    assert page.locator("h1").is_visible()
    page.context.close()
