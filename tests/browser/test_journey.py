"""From a city's first draft to a public, reasoned decision: everybody by keyboard alone, in a real browser."""

import re
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from flask import Flask
from playwright.sync_api import Browser, Page

from registry.ledger_wiring import LEDGER_KEY
from registry.registry import Examination
from registry.settings import Settings
from registry.wiring import wire
from server.app import create_app
from tests.browser.test_pages import CONTRASTS, open_page
from tests.browser.test_people import enter
from tests.people import PASSWORD
from tests.registry.test_ledger_commands import hrcr
from tests.server.played import OTHER_CITY, Played, played_on

pytestmark = pytest.mark.browser

EXAMPLE = Path(__file__).parents[2] / "data" / "examples" / "committed.ttl"
COMMITTED = "https://w3id.org/hrcr/vocab/levels/committed"
_PATIENCE = 120_000
_FOCUSED = """([selector, words]) => {
  const found = document.activeElement;
  const told = (found.getAttribute('aria-label') || found.textContent || '').trim();
  return found.matches(selector) && (!words || told.startsWith(words));
}"""


class Hands:
    """One person at a keyboard: they go from stop to stop, type, and press keys; they never point."""

    def __init__(self, page: Page, address: str, shots: Path, numbers: Iterator[int]) -> None:
        self.page = page
        self.address = address
        self._shots = shots
        self._numbers = numbers

    def goes(self, path: str) -> None:
        """Open an address."""
        self.page.goto(self.address + path)

    def reaches(self, selector: str, words: str = "") -> None:
        """Press Tab until the focus is there."""
        for _ in range(600):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(_FOCUSED, [selector, words]):
                return
        text = " ".join(self.page.locator("main").inner_text().split())[:800]
        pytest.fail(f"The keyboard does not reach {selector} {words} on {self.page.url}: {text}")

    def follows(self, words: str) -> None:
        """Go along a link or press a button by its words, and wait for the page it leads to."""
        self.reaches("a, button", words)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def types(self, selector: str, text: str) -> None:
        """Fill a field."""
        self.reaches(selector)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def ticks(self, selector: str) -> None:
        """Choose a box or one of a group."""
        self.reaches(selector)
        self.page.keyboard.press("Space")

    def sees(self, *words: str) -> None:
        """Find words on the page."""
        text = " ".join(self.page.locator("main").inner_text().split())
        for each in words:
            assert each in text, (each, self.page.url, text[:1500])

    def shows(self, name: str) -> None:
        """Take a picture, of a page that fits its window and can be read."""
        assert not self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), name
        assert self.page.evaluate(CONTRASTS) == [], name
        self.page.screenshot(path=self._shots / f"{next(self._numbers):02}-{name}.png", full_page=True)


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Played]:
    settings = Settings.load({}, home=tmp_path / "home", query_workers=1)
    settings.home.mkdir()
    made = played_on(create_app(wire(settings), settings), city=OTHER_CITY)
    yield made
    made.close()


@pytest.fixture
def sit(
    play: Played, browser: Browser, serve: Callable[[Flask], str], tmp_path: Path
) -> Iterator[Callable[[str], Hands]]:
    """Give somebody a browser of their own; who has an account signs in at the first time."""
    address, numbers, seated = serve(play.app), count(1), dict[str, Hands]()
    shots = tmp_path / "shots"
    shots.mkdir()

    def seat(name: str) -> Hands:
        if name not in seated:
            page = open_page(browser, 1200 if name != "ngo" else 400)
            page.set_default_timeout(_PATIENCE)
            seated[name] = Hands(page, address, shots, numbers)
            if name in play.people:
                account = play.people[name]
                code = play.here.registrar.recovery_code(account)
                play.here.sign_in.recover(account.email, code, PASSWORD, client=account.id)
                enter(page, address, account)
        return seated[name]

    yield seat
    for hands in seated.values():
        hands.page.context.close()


def test_a_city_is_accredited_at_committed(play: Played, sit: Callable[[str], Hands], tmp_path: Path) -> None:
    case = hand_in(sit("officer"), tmp_path)
    call(sit("steward"))
    contradict(sit("ngo"), case)
    settle(sit("steward"), sit("officer"), case)
    play.wait(31)
    for name in ("first", "fourth"):  # as they were assigned: by load, then by name
        review(sit(name), is_second=name == "fourth")
    reply_and_decide(sit("officer"), sit("steward"), sit("decider"))
    found = play.work.case(f"case/{case}")
    assert (found.state, play.work.standing(found.city).level) == ("decided", COMMITTED)
    play.wait(31)
    read_and_check(sit("ngo"), case, tmp_path)


def hand_in(officer: Hands, folder: Path) -> str:
    """Begin from a workbook, be told what is missing, mend it in the form, and hand it in."""
    registry = wire(Settings())
    entry = registry.open_entry(Examination(raw=EXAMPLE.read_bytes(), name="committed.ttl"))
    sheet = folder / "karthold.xlsx"
    sheet.write_bytes(registry.workbook(entry))
    officer.follows("Your desk")
    officer.sees("Nothing waits for you.")
    officer.follows("The drafts of your city")
    officer.reaches("#file")
    officer.page.set_input_files("#file", str(sheet))  # choosing a file is the system's own window
    officer.follows("Begin")
    officer.types("#f-termStart", "1.10.2023")
    officer.shows("draft")
    officer.page.keyboard.press("Shift+Tab")
    officer.follows("Save and hand in")
    officer.sees("It cannot be handed in yet")
    officer.shows("what-is-missing")
    officer.follows("Mend it in the draft")
    officer.types("#f-termStart", "2023-10-01")
    officer.follows("Save and hand in")
    officer.sees("How the city stands", "Committed as far as a machine can tell")
    officer.shows("hand-in")
    officer.follows("Hand in version")
    officer.sees("It is recorded", "Submitted since")
    officer.shows("handed-in")
    return officer.page.url.split("/cases/")[1].partition("?")[0]


def call(steward: Hands) -> None:
    """Find eligible, assign two reviewers, open the public call."""
    steward.goes("/desk")
    steward.shows("desk-of-the-steward")
    steward.follows("Find eligible, ")
    steward.shows("find-eligible")
    steward.follows("Find eligible")
    for _ in range(2):
        steward.follows("Assign a reviewer")
        steward.ticks("input[name=candidate]")
        steward.reaches("#sector")
        steward.page.keyboard.type("Univ")
        steward.shows("assign-a-reviewer")
        steward.follows("Assign a reviewer")
    steward.follows("Open the public call")
    steward.follows("Open the public call")
    steward.sees("It is recorded", "Public call since")


def contradict(visitor: Hands, case: str) -> None:
    """Somebody without an account contradicts one claim."""
    visitor.goes("/calls")
    visitor.shows("calls")
    visitor.goes(f"/calls/{case}")
    visitor.reaches("summary")
    visitor.page.keyboard.press("Enter")
    visitor.follows("Contradict this claim")
    visitor.ticks("input[name=form]")
    visitor.types("#reason", "The working body has not met since spring; its minutes end in March.")
    visitor.shows("contradict")
    visitor.follows("Send")
    visitor.shows("contradicted")


def settle(steward: Hands, officer: Hands, case: str) -> None:
    """The steward releases what was said, and the city answers."""
    steward.goes("/desk")
    steward.follows("Release a concern, ")
    steward.sees("its minutes end in March")
    steward.shows("contributions")
    steward.follows("Release")
    officer.goes(f"/cases/{case}")
    officer.follows("Answer a concern")
    officer.types("#answer", "The minutes of April to June are now on the same page.")
    officer.follows("Answer")
    officer.goes(f"/calls/{case}")
    officer.sees("its minutes end in March", "are now on the same page")
    officer.shows("call-with-answer")


def review(reviewer: Hands, *, is_second: bool) -> None:
    """Judge every requirement that is due, apart from the other."""
    reviewer.goes("/desk")
    reviewer.shows("desk-of-a-reviewer")
    reviewer.follows("File findings, ")
    if is_second:
        assert "Shown in the text" not in reviewer.page.content()
    fields = reviewer.page.locator("fieldset.finding").count()
    assert fields > 10
    for number in range(1, fields + 1):
        key = reviewer.page.locator("fieldset.finding").nth(number - 1).get_attribute("id") or ""
        key = key.rpartition("-")[2]
        reviewer.ticks(f"input[name=outcome-{key}]")
        reviewer.types(f"#reason-{key}", f"Shown in the text, number {number}.")
        reviewer.types(f"#evidence-{key}", f"{OTHER_CITY}#gazette-2024")
        if number == 1:
            reviewer.shows("findings")
    reviewer.follows("File findings")
    reviewer.sees("It is recorded")
    reviewer.shows("filed")


def reply_and_decide(officer: Hands, steward: Hands, decider: Hands) -> None:
    """The city replies to the findings; somebody who had no part in them decides."""
    officer.goes("/desk")
    officer.follows("Reply to the findings, ")
    officer.types("#text", "We thank the reviewers, and have nothing to add.")
    officer.shows("reply")
    officer.follows("Reply to the findings")
    steward.goes("/desk")
    steward.follows("Assign a decider, ")
    steward.ticks("input[name=candidate]")
    steward.follows("Assign a decider")
    decider.goes("/desk")
    decider.follows("Accredit, ")
    decider.sees("With what the reviewers found")
    decider.reaches("input[name=level]")
    decider.page.keyboard.press("Space")
    decider.page.keyboard.press("ArrowDown")
    decider.types("#reason", "Both reviewers found the commitment shown; the city answered what was contradicted.")
    decider.shows("decide")
    decider.follows("Accredit")
    decider.sees("It is recorded", "Decided since")
    decider.shows("decided")


def read_and_check(visitor: Hands, case: str, folder: Path) -> None:
    """Anybody reads the dossier and checks the whole case without the registry."""
    visitor.goes("/cases")
    visitor.shows("cases")
    visitor.follows("Municipality of Karthold")
    visitor.shows("case-of-everybody")
    visitor.follows("The public dossier")
    visitor.sees("Accredit", "Committed", "its minutes end in March")
    assert "Shown in the text, number 1." in visitor.page.content()  # folded until it is asked for
    visitor.shows("dossier")
    answer = visitor.page.request.get(f"{visitor.address}/cases/{case}/export")
    assert answer.status == 200
    (folder / "case.jsonl").write_bytes(answer.body())
    private = load_pem_private_key((folder / "home" / LEDGER_KEY).read_bytes(), None)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "keys.pem").write_bytes(public)
    told = hrcr("verify", folder / "case.jsonl", "--keys", folder / "keys.pem")
    assert told.returncode == 0, told.stdout
    assert re.search(r"kept the law", told.stdout)
    whole = hrcr("verify", "--ledger", "--home", folder / "home", "--keys", folder / "keys.pem")
    assert whole.returncode == 0, whole.stdout
