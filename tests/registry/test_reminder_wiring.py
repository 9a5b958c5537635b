"""Reminders from the daily run, over a real mail server: once, and nothing in them that is not the reader's."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from registry.cases import Actor
from registry.casework import Casework
from registry.ledger_wiring import LEDGER_KEY, new_key, open_ledger
from registry.loading import artefacts
from registry.people import Role
from registry.queues import Waiting
from registry.reminder_wiring import send_reminders
from registry.settings import Settings
from tests.mail_server import mail_server
from tests.people import place
from tests.registry.playing import CITY, OFFICER, OTHER_CITY, order
from tests.registry.test_accepted_submissions import accredited
from tests.registry.test_casework import Desk
from tests.registry.test_cli import hrcr

pytestmark = pytest.mark.slow

SITE = "https://registry.example/"
CONTACT = "mailto:registry@registry.example?subject=Registry"
STEWARD = "zqx.steward@registry.example"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An installation with a steward, an officer, and a case that has waited for a steward for months."""
    here = place(tmp_path, now=datetime.now(UTC))
    here.registrar.add(STEWARD, "Zqx Steward", [Role.STEWARD])
    here.registrar.add("zqx.officer@city.example", "Zqx Officer", [Role.OFFICER], city=CITY)
    new_key(tmp_path / LEDGER_KEY)
    settings = Settings(home=tmp_path)
    with closing(open_ledger(settings, may_be_new=True)) as ledger:
        long_ago = Casework(
            artefacts().process,
            ledger,
            artefacts().syntax,
            base=settings.base,
            clock=lambda: datetime(2026, 1, 5, tzinfo=UTC),
        )
        long_ago.open(order("open", city=CITY, reason="Zqx reason."), OFFICER)
        (case,) = long_ago.cases()
        long_ago.act(case.name, order("submit"), OFFICER)
    return tmp_path


def test_the_daily_run_reminds_once_and_tells_case_step_day_and_desk_alone(home: Path) -> None:
    with mail_server() as server:
        url = f"smtp://127.0.0.1:{server.port}"
        first, second = (
            hrcr("tick", "--home", home, HRCR_SMTP=url, HRCR_SITE=SITE, HRCR_CONTACT=CONTACT) for _ in range(2)
        )
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.endswith("1 reminder sent.\n")
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    (letter,) = server.letters
    case = first.stdout.partition(":")[0].removeprefix("case/")
    assert letter.to == STEWARD
    assert letter.message["From"] == "registry@registry.example"
    assert letter.message["Subject"].strip() == f"Human Rights Cities Registry: case {case}, last day 2026-01-19"
    text = letter.message.get_content().replace("\r\n", "\n")
    assert text.splitlines()[0].startswith(f"Case {case}: ")
    assert "Find eligible" in text
    assert "Last day: 2026-01-19 (it has passed)" in text
    assert f"Your desk: {SITE}desk\n" in text
    assert "zqx" not in letter.message.as_string().lower().replace(STEWARD, "")


def test_without_the_setting_nothing_is_sent_and_nothing_is_opened(home: Path) -> None:
    assert send_reminders(Settings(home=home, site=SITE, contact=CONTACT)) == 0
    assert not (home / "drafts.sqlite").exists()


def test_mail_that_fails_stops_nothing_and_is_tried_again(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    with mail_server() as server:
        url = f"smtp://127.0.0.1:{server.port}"
    failed = hrcr("tick", "--home", home, HRCR_SMTP=url, HRCR_SITE=SITE, HRCR_CONTACT=CONTACT)
    assert failed.returncode == 0
    assert "no reminders: The mail server cannot be used (ConnectionRefusedError)" in failed.stderr
    with mail_server() as server:
        settings = Settings(home=home, smtp=f"smtp://127.0.0.1:{server.port}", site=SITE, contact=CONTACT)
        server.refuses.add(STEWARD)
        assert send_reminders(settings) == 0
        server.refuses.clear()
        server.drops_at = "RCPT"
        assert send_reminders(settings) == 0
        server.drops_at = ""
        assert send_reminders(settings) == 1
        assert (send_reminders(settings), server.connections) == (0, 3)
    assert "zqx" not in (caplog.text + failed.stderr).lower()


def test_nobody_waits_for_the_mail_server_while_it_is_looked_who_is_reminded(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server() as server:
        queue, before = Casework.queue, list[int]()

        def counting(work: Casework, actor: Actor) -> tuple[Waiting, ...]:
            before.append(server.connections)
            return queue(work, actor)

        monkeypatch.setattr(Casework, "queue", counting)
        settings = Settings(home=home, smtp=f"smtp://127.0.0.1:{server.port}", site=SITE, contact=CONTACT)
        assert send_reminders(settings) == 1
    assert (set(before), server.connections) == ({0}, 1)


@pytest.mark.parametrize(
    "more", [{"site": SITE}, {"site": SITE, "contact": "https://registry.example/"}, {"contact": CONTACT}]
)
def test_what_is_missing_is_said(home: Path, caplog: pytest.LogCaptureFixture, more: dict[str, str]) -> None:
    assert send_reminders(Settings(home=home, smtp="smtp://127.0.0.1:9", **more)) == 0  # type: ignore[arg-type]  # texts
    assert "HRCR_SMTP needs HRCR_SITE" in caplog.text


def test_the_officers_of_a_city_are_reminded_of_its_yearly_report_once(tmp_path: Path) -> None:
    here, officer = place(tmp_path, now=datetime.now(UTC)), "zqx.officer@city.example"
    here.registrar.add(officer, "Zqx Officer", [Role.OFFICER], city=CITY)
    here.registrar.add("zqx.stranger@city.example", "Zqx Stranger", [Role.OFFICER], city=OTHER_CITY)
    new_key(tmp_path / LEDGER_KEY)
    with closing(open_ledger(Settings(home=tmp_path), may_be_new=True)) as ledger:
        desk = Desk.on(ledger)
        desk.now = datetime.now(UTC) - timedelta(days=393)
        accredited(desk, "a" * 64)
        due = desk.work.standing(CITY).due
    with mail_server() as server:
        settings = Settings(home=tmp_path, smtp=f"smtp://127.0.0.1:{server.port}", site=SITE, contact=CONTACT)
        assert [send_reminders(settings) for _ in range(2)] == [1, 0]
    (letter,) = server.letters
    assert letter.to == officer
    assert letter.message["Subject"].strip() == f"Human Rights Cities Registry: standing of oderau, last day {due}"
    lines = letter.message.get_content().replace("\r\n", "\n").splitlines()
    assert lines[:2] == ["Standing of oderau: File the progress report", f"Last day: {due}"]
