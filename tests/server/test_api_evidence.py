"""Files as evidence by program: kept for a source, never before what they tell of people was accepted."""

from hashlib import sha256

import pytest
from flask import Flask

from registry.people import Scope
from tests.people import Place
from tests.planted_files import CONTACT, WRITER, pdf
from tests.server.people import people_of
from tests.server.programs import Program, entry, program

pytestmark = pytest.mark.slow

MINUTES = b"The council met and decided.\n"
PLAIN = "application/octet-stream"


@pytest.fixture(scope="module")
def here(app: Flask) -> Place:
    return people_of(app)


@pytest.fixture
def oderau(app: Flask, here: Place) -> Program:
    return program(app, here, "oderau")


@pytest.fixture
def place(oderau: Program) -> str:
    """The sources of a draft with one source."""
    document = entry()
    document["parts"]["minutes"] = {"kind": "Evidence", "values": {"title": [{"text": "Minutes", "language": "en"}]}}
    made = oderau.begin(document).json
    assert made is not None
    return f"/drafts/{made['id']}/evidence"


def test_a_file_is_kept_once_for_its_source_and_given_back_as_it_was(oderau: Program, place: str) -> None:
    where = f"{place}?source=minutes&name=C:%5Cpapers%5Cminutes.txt"
    added = oderau.send("POST", where, MINUTES, Content_Type=PLAIN, Idempotency_Key="minutes")
    assert added.status_code == 201, added.text
    assert added.json is not None
    digest = sha256(MINUTES).hexdigest()
    told = {name: added.json[name] for name in ("source", "version", "sha256", "mediaType", "size", "name", "unread")}
    assert told == {
        "source": "minutes",
        "version": 2,
        "sha256": digest,
        "mediaType": "text/plain",
        "size": len(MINUTES),
        "name": "minutes.txt",
        "unread": [],
    }
    assert (added.headers["ETag"], added.headers["Location"]) == ('"2"', added.json["address"])
    again = oderau.send("POST", where, MINUTES, Content_Type=PLAIN, Idempotency_Key="minutes")
    assert (again.data, again.headers["Location"]) == (added.data, added.headers["Location"])
    listed = oderau.send("GET", place)
    assert listed.json is not None
    (source,) = listed.json["sources"]
    assert (source["source"], source["title"], source["file"]["sha256"]) == ("minutes", "Minutes", digest)
    assert listed.headers["ETag"] == '"2"'
    read = oderau.send("GET", f"{place}/{digest}")
    assert (read.data, read.mimetype) == (MINUTES, "text/plain")
    draft = oderau.send("GET", place.removesuffix("/evidence")).json
    assert draft is not None
    assert draft["parts"]["minutes"]["values"]["fileSha256"] == [{"text": digest}]


def test_a_file_that_tells_of_people_is_refused_with_what_it_tells_and_kept_only_where_that_is_accepted(
    oderau: Program, place: str
) -> None:
    raw = pdf("Minutes", f"Write to {CONTACT}")
    refused = oderau.send("POST", f"{place}?source=minutes", raw, Content_Type="application/pdf", Idempotency_Key="a")
    assert (refused.status_code, refused.mimetype) == (422, "application/problem+json")
    assert refused.json is not None
    assert refused.json["type"].endswith("/personal-data-found")
    found = {each["words"]: each["place"] for each in refused.json["found"]}
    assert (found[CONTACT], found[WRITER]) == ("page 2", "Author")
    digest = sha256(raw).hexdigest()
    assert oderau.send("GET", f"{place}/{digest}").status_code == 404
    assert oderau.send("GET", place).headers["ETag"] == '"1"'
    where = f"{place}?source=minutes&personal-data=accepted"
    taken = oderau.send("POST", where, raw, Content_Type="application/pdf", Idempotency_Key="b")
    assert taken.status_code == 201, taken.text
    assert CONTACT not in taken.text  # the answer is kept for a day
    assert oderau.send("GET", f"{place}/{digest}").data == raw


def test_what_is_not_taken_is_told_and_changes_nothing(oderau: Program, place: str) -> None:
    where = f"{place}?source=minutes"
    for path, raw, more, status, words in (
        (where, b"", {}, 422, "The file is empty"),
        (where, b"MZ\x00", {}, 422, "of a kind that is not known"),
        (where, b"a" * 21_000_000, {}, 422, "more than the 20 MB taken"),
        (where, b"a" * 22_000_000, {}, 413, "too large"),
        (f"{place}?source=gone", MINUTES, {}, 404, "no such source"),
        (place, MINUTES, {}, 404, "no such source"),
        (f"{where}&personal-data=yes", MINUTES, {}, 400, "personal-data"),
        (where, MINUTES, {"If_Match": '"7"'}, 412, "version 1"),
        (where, MINUTES, {"Content_Type": "multipart/form-data; boundary=x"}, 415, "not a form"),
    ):
        answer = oderau.send("POST", path, raw, **{"Content_Type": PLAIN, **more})
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), path
        assert words in answer.text, answer.text
    assert oderau.send("GET", place).headers["ETag"] == '"1"'


def test_another_city_and_another_scope_find_nothing(app: Flask, here: Place, oderau: Program, place: str) -> None:
    where = f"{place}?source=minutes"
    assert oderau.send("POST", where, MINUTES, Content_Type=PLAIN).status_code == 201
    digest = sha256(MINUTES).hexdigest()
    other, reader = program(app, here, "fernau"), program(app, here, "oderau", Scope.READ)
    theirs = str(other.begin(entry("fernau")).headers["Location"]).removeprefix("/api/v1")
    for path in (place, f"{place}/{digest}"):
        assert (other.send("GET", path).status_code, reader.send("GET", path).status_code) == (404, 403)
    assert other.send("GET", f"{theirs}/evidence/{digest}").status_code == 404
    assert other.send("POST", where, MINUTES, Content_Type=PLAIN).status_code == 404
    assert reader.send("POST", where, MINUTES, Content_Type=PLAIN).status_code == 403
