"""Files of a case: for those who have a part in it; public is what a person released, and nothing else."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from types import MappingProxyType

import pytest

from registry.adapters.release_directories import ReleaseDirectories
from registry.errors import LedgerStopped
from registry.evidence_filing import CASE as RELEASES
from registry.fold import fold
from registry.ledger_wiring import open_ledger
from registry.namespaces import HRC, VOCAB
from registry.recording import as_events
from server.case_access import report_with_findings
from tests.planted_files import CONTACT, WRITER, pdf
from tests.registry.playing import CIVIL_SOCIETY, OTHER_CITY, artefacts, order, person
from tests.registry.test_positions import change
from tests.server.conftest import Page
from tests.server.played import EXAMPLE, Played, played

pytestmark = pytest.mark.slow

RAW = pdf("Minutes", f"Write to {CONTACT}")
PUBLIC = VOCAB["sensitivities/public"]


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Played]:
    made = played(tmp_path)
    yield made
    made.close()


def handed_in(
    play: Played, sensitivity: str = "public", said_otherwise: Mapping[str, str] = MappingProxyType({})
) -> tuple[str, str]:
    """Give a case whose minutes are a file, and the SHA-256 of that; some words of it may be others."""
    said = EXAMPLE.read_text(encoding="utf-8").replace(
        "<#minutes> a hrc:Evidence ;",
        f"<#minutes> a hrc:Evidence ; hrc:sensitivity <https://w3id.org/hrcr/vocab/sensitivities/{sensitivity}> ;",
    )
    for words, others in said_otherwise.items():
        assert words in said
        said = said.replace(words, others)
    officer = play.as_("officer")
    draft = str(officer.post("/drafts", {"file": (BytesIO(said.encode()), "declared.ttl")}).headers["Location"])
    added = officer.post(f"{draft}/evidence", {"source": "minutes", "file": (BytesIO(RAW), "minutes.pdf")})
    digest = str(added.headers["Location"]).split("file=")[1].partition("#")[0]
    answer = officer.post(f"{draft}/hand-in", {"version": "2"})
    assert answer.status_code == 303, Page(answer.text).text
    return str(answer.headers["Location"]).split("/cases/")[1].partition("?")[0], digest


def test_a_file_that_one_source_seals_is_not_released_through_another(play: Played) -> None:
    news = "<#harbour-news> a hrc:Evidence ;"
    same = f'{news} hrc:fileSha256 "{sha256(RAW).hexdigest()}" ; hrc:sensitivity <{PUBLIC}> ;'
    case, digest = handed_in(play, "sealed", {news: same})
    listed = play.as_("officer").get(f"/cases/{case}/evidence").text
    assert listed.count(digest) > 2
    assert f"{digest}/release" not in listed
    for copy in ("bare", "whole"):
        sent = {"copy": copy, "reason": "Looked."}
        answer = play.as_("officer").post(f"/cases/{case}/evidence/{digest}/release", sent)
        assert answer.status_code == 422
        assert "The file is sealed" in Page(answer.text).text


def publish(play: Played) -> None:
    """Make the next release from the ledger alone."""
    settings = play.app.extensions["settings"]
    with closing(open_ledger(settings)) as ledger:
        content = fold(as_events(ledger.read(), ledger.payload), artefacts().syntax)
    ReleaseDirectories(settings.home).build(
        content, day=date(2026, 6, 30), standard_version="1.0.0", software_version="0.1.0"
    )


def test_who_has_a_part_sees_and_opens_the_files_and_nobody_else_learns_of_them(play: Played) -> None:
    case, digest = handed_in(play, "sealed")
    for who in ("officer", "colleague", "steward"):
        assert digest in play.page(who, f"/cases/{case}/evidence").text
        assert play.as_(who).get(f"/cases/{case}/evidence/{digest}").data == RAW
    for who in ("", "stranger", "first", "decider"):
        for address in (f"/cases/{case}/evidence", f"/cases/{case}/evidence/{digest}"):
            assert play.as_(who).get(address, Accept="*/*").status_code in (401, 404), (who, address)


def test_reviewers_of_the_case_may_open_a_sealed_file(play: Played) -> None:
    case, digest = handed_in(play, "sealed")
    play.done("steward", case, "find-eligible", {"requirement": play.judged()})
    play.done("steward", case, "assign-reviewer", {"candidate": play.people["first"].id, "sector": CIVIL_SOCIETY})
    assert play.as_("first").get(f"/cases/{case}/evidence/{digest}").data == RAW
    assert play.as_("second").get(f"/cases/{case}/evidence/{digest}").status_code == 404
    assert play.as_("first").get(f"/cases/{case}/evidence/{digest}/release").status_code == 403


def test_a_hash_that_another_city_names_opens_nothing(play: Played) -> None:
    case, digest = handed_in(play)
    assert play.as_("officer").get(f"/cases/{case}/evidence/{'0' * 64}").status_code == 404
    theirs = str(play.as_("stranger").post("/drafts").headers["Location"])
    assert play.as_("stranger").get(f"{theirs}/evidence/{digest}").status_code == 404


def test_whoever_releases_is_shown_what_the_file_tells_of_people(play: Played) -> None:
    case, digest = handed_in(play)
    text = " ".join(play.page("steward", f"/cases/{case}/evidence/{digest}/release").text.split())
    for words in (WRITER, "Author", CONTACT, "page 2"):
        assert words in text


def test_a_bare_copy_becomes_public_with_the_next_release_and_the_original_never(play: Played) -> None:
    case, digest = handed_in(play)
    sent = {"copy": "bare", "reason": "The office has looked through it; the contact is that of an office."}
    answer = play.as_("steward").post(f"/cases/{case}/evidence/{digest}/release", sent)
    assert answer.status_code == 303, Page(answer.text).text
    public = str(answer.headers["Location"]).split("released=")[1]
    publish(play)
    shown = play.as_("").get(f"/evidence/files/{public}")
    assert (shown.status_code, shown.mimetype) == (200, "application/pdf")
    assert WRITER.encode() not in shown.data
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert play.as_("").get(f"/evidence/files/{digest}").status_code == 404


@pytest.mark.parametrize(
    ("sensitivity", "sent", "words"),
    [
        ("sealed", {"copy": "bare", "reason": "Looked."}, "The file is sealed"),
        ("redacted", {"copy": "whole", "reason": "Looked."}, "is to be redacted"),
        ("public", {"copy": "whole", "reason": " "}, "Say why"),
        ("public", {"reason": "Looked."}, "Choose what shall be public"),
        ("public", {"copy": "sent", "reason": "Looked."}, "Choose what shall be public"),
    ],
)
def test_what_may_not_become_public_is_refused_and_nothing_is_recorded(
    play: Played, sensitivity: str, sent: dict[str, object], words: str
) -> None:
    case, digest = handed_in(play, sensitivity)
    count = play.ledger.checkpoint().size
    answer = play.as_("officer").post(f"/cases/{case}/evidence/{digest}/release", sent)
    assert answer.status_code == 422
    assert words in Page(answer.text).text
    assert play.ledger.checkpoint().size == count


def test_a_copy_of_one_s_own_is_released_in_place_of_a_redacted_file(play: Played) -> None:
    case, digest = handed_in(play, "redacted")
    copy = pdf("Minutes", "Write to the office", author="")
    sent = {"copy": "sent", "reason": "Blacked out by the office.", "file": (BytesIO(copy), "public.pdf")}
    answer = play.as_("officer").post(f"/cases/{case}/evidence/{digest}/release", sent)
    assert answer.status_code == 303, Page(answer.text).text
    publish(play)
    public = str(answer.headers["Location"]).split("released=")[1]
    assert play.as_("").get(f"/evidence/files/{public}").data == copy


def test_nothing_is_released_while_the_ledger_of_the_cases_has_stopped(play: Played) -> None:
    case, digest = handed_in(play)
    url = f"sqlite:///{play.app.extensions['settings'].home}/ledger.sqlite"
    change(url, "ALTER TABLE positions RENAME TO away")
    with pytest.raises(LedgerStopped):
        play.work.open(order("open", city=OTHER_CITY), person("elsewhere", "officer", city=OTHER_CITY))
    change(url, "ALTER TABLE away RENAME TO positions")
    answer = play.as_("officer").post(f"/cases/{case}/evidence/{digest}/release", {"copy": "bare", "reason": "Looked."})
    assert answer.status_code == 503
    with closing(open_ledger(play.app.extensions["settings"])) as ledger:
        assert not ledger.case(RELEASES + digest)


def test_a_file_that_is_kept_counts_when_the_case_is_judged_again(play: Played) -> None:
    case, digest = handed_in(play, "sealed")
    with play.app.test_request_context():
        report = report_with_findings(play.work.case(f"case/{case}"))
    assert report is not None
    held = next(part for part in report.dossier.parts if part.name == "held")
    assert digest in {str(value) for value in held.graph.objects(None, HRC.sha256)}


def test_a_reason_that_tells_of_a_person_is_shown_before_anything_is_recorded(play: Played) -> None:
    case, digest = handed_in(play)
    address, steward = f"/cases/{case}/evidence/{digest}/release", play.as_("steward")
    count, sent = play.ledger.checkpoint().size, {"copy": "bare", "reason": f"Ask {CONTACT} why."}
    page = Page(steward.post(address, sent).text)
    assert steward.post(address, sent).status_code == 422
    assert play.ledger.checkpoint().size == count
    assert "Your reason may tell of a person" in page.text
    assert "#reason" in page.addresses
    assert [each.get("value") for each in page.all("button")][-2:] == ["send", "insist"]
    assert [each["value"] for each in page.all("input") if "checked" in each] == ["bare"]
    assert steward.post(address, sent | {"do": "insist"}).status_code == 303
    assert play.ledger.checkpoint().size == count + 1
