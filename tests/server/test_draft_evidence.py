"""Files of a draft: added without scripts, told at once what they tell of people, to be had by their city alone."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from registry.entry_versions import from_json
from tests.planted_files import CONTACT, WRITER, pdf
from tests.server.conftest import Page
from tests.server.played import EXAMPLE, Played, played

pytestmark = pytest.mark.slow


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Played]:
    made = played(tmp_path)
    yield made
    made.close()


@pytest.fixture
def draft(play: Played) -> str:
    """The address of a draft with sources."""
    data = {"file": (EXAMPLE.open("rb"), "declared.ttl")}
    return str(play.as_("officer").post("/drafts", data).headers["Location"])


def add(play: Played, draft: str, raw: bytes, *, who: str = "officer", source: str = "minutes") -> str:
    sent = {"source": source, "file": (BytesIO(raw), "C:\\papers\\minutes.pdf")}
    answer = play.as_(who).post(f"{draft}/evidence", sent)
    assert answer.status_code == 303, Page(answer.text).text
    return str(answer.headers["Location"])


def test_a_file_is_added_to_a_source_and_looked_through_at_once(play: Played, draft: str) -> None:
    onward = add(play, draft, pdf("Minutes", f"Write to {CONTACT}"))
    page = play.page("officer", onward.partition("#")[0])
    text = " ".join(page.text.split())
    for words in ("minutes.pdf", WRITER, "Author", CONTACT, "page 2", "read the file for those"):
        assert words in text
    kept = from_json(play.app.extensions["drafts"]().read(draft.rsplit("/", 1)[1]).text)
    (digest,) = kept.records["minutes"].of("fileSha256")
    assert f"file={digest.text}" in onward  # type: ignore[union-attr]  # a text, as typed


def test_its_own_city_gets_the_file_back_as_it_was_and_runs_nothing(play: Played, draft: str) -> None:
    raw = pdf("Minutes")
    digest = add(play, draft, raw).split("file=")[1].partition("#")[0]
    for who in ("officer", "colleague"):
        answer = play.as_(who).get(f"{draft}/evidence/{digest}")
        assert (answer.data, answer.mimetype) == (raw, "application/pdf")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{digest[:16]}.pdf"'
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store, private"


def test_nobody_else_gets_it_however_they_ask(play: Played, draft: str) -> None:
    digest = add(play, draft, pdf("Minutes")).split("file=")[1].partition("#")[0]
    theirs = str(play.as_("stranger").post("/drafts").headers["Location"])
    for who, address, status in (
        ("stranger", f"{draft}/evidence/{digest}", 404),
        ("stranger", f"{draft}/evidence", 404),
        ("stranger", f"{theirs}/evidence/{digest}", 404),
        ("steward", f"{draft}/evidence/{digest}", 403),
        ("first", f"{draft}/evidence/{digest}", 403),
        ("officer", f"{draft}/evidence/{'0' * 64}", 404),
        ("", f"/evidence/files/{digest}", 503),
    ):
        assert play.as_(who).get(address).status_code == status, (who, address)


def test_what_is_not_taken_is_told_and_changes_nothing(play: Played, draft: str) -> None:
    before = play.app.extensions["drafts"]().read(draft.rsplit("/", 1)[1]).version
    for raw, words in ((b"MZ\x00", "of a kind that is not known"), (b"", "The file is empty")):
        answer = play.as_("officer").post(f"{draft}/evidence", {"source": "minutes", "file": (BytesIO(raw), "x.exe")})
        assert answer.status_code == 422
        assert words in Page(answer.text).text
    answer = play.as_("officer").post(f"{draft}/evidence", {"source": "gone", "file": (BytesIO(b"text"), "x.txt")})
    assert answer.status_code == 404
    assert play.app.extensions["drafts"]().read(draft.rsplit("/", 1)[1]).version == before


def send(play: Played, draft: str, raw: bytes) -> int:
    """Send a large file as bytes, which leaves no file of the test client's own open."""
    officer = play.as_("officer")
    boundary, body = encode_multipart({"source": "minutes", "file": FileStorage(BytesIO(raw), "large.txt")})
    headers = {**officer.headers, "Hrcr-Form-Token": officer.form_token}
    kind = f"multipart/form-data; boundary={boundary}"
    return officer.client.post(f"{draft}/evidence", data=body, content_type=kind, headers=headers).status_code


def test_a_file_larger_than_other_forms_may_be_is_taken_and_one_past_the_setting_is_not(
    play: Played, draft: str
) -> None:
    assert send(play, draft, b"a line of text\n" * 300_000) == 303
    assert send(play, draft, b"a" * 21_500_000) == 413


def test_the_form_is_labelled_and_the_draft_leads_to_it(play: Played, draft: str) -> None:
    page = play.page("officer", f"{draft}/evidence")
    labels = {label.get("for") for label in page.all("label")}
    assert {"source", "file"} <= labels
    assert f"{draft}/evidence" in play.page("officer", draft).addresses
