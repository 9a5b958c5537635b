"""What files tell of people is found in text and properties, and a copy without it looks the same."""

from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader

from registry.adapters import file_inspection
from registry.adapters.child_process import ChildProcess
from registry.adapters.file_inspection import inspect, stripped
from registry.adapters.personal_data import find_personal_data
from registry.evidence_errors import EvidenceRefused
from registry.evidence_kinds import kind_of
from registry.evidence_model import Inspected
from registry.personal_data import personal_data
from tests.planted_files import (
    CONTACT,
    KEPT_BACK,
    PHONE,
    WRITER,
    document,
    form,
    image,
    iptc,
    open_document,
    page,
    pdf,
    pdf_with_files,
    pdf_with_xmp,
    with_iptc,
    workbook,
    xmp,
)

PLANTED = {
    "pdf": pdf("Minutes", f"Write to {CONTACT}", note=WRITER),
    "jpeg": image(),
    "png": image("PNG"),
    "docx": document(),
    "xlsx": workbook(),
    "odt": open_document(),
    "html": page(),
    "text": f"Minutes\n{CONTACT}".encode(),
}


def look(raw: bytes) -> Inspected:
    kind = kind_of(raw)
    assert kind is not None
    return inspect(raw, kind.media_type)


@pytest.mark.parametrize("name", [name for name in PLANTED if name != "text"])
def test_who_made_a_file_is_found_in_its_properties(name: str) -> None:
    assert WRITER in {each.text for each in look(PLANTED[name]).properties}


@pytest.mark.parametrize(
    ("name", "kind", "place", "words"),
    [
        ("pdf", "e-mail address", "page 2", CONTACT),
        ("docx", "e-mail address", "word/document.xml", CONTACT),
        ("xlsx", "telephone number", "xl/worksheets/sheet1.xml", PHONE),
        ("html", "e-mail address", "links", CONTACT),
        ("text", "e-mail address", "line 2, sign 1", CONTACT),
    ],
)
def test_a_contact_in_the_text_is_found_with_its_place(name: str, kind: str, place: str, words: str) -> None:
    found = [(each.kind, each.place, each.words) for each in personal_data(look(PLANTED[name]), find_personal_data)]
    assert (kind, place, words) in found


def test_who_wrote_a_comment_in_a_workbook_is_found() -> None:
    places = {each.place for each in look(PLANTED["xlsx"]).properties}
    assert "author in xl/comments/comment1.xml" in places


def test_where_a_picture_was_taken_is_found() -> None:
    places = {each.place for each in look(PLANTED["jpeg"]).properties}
    assert {"Artist", "GPS (where it was taken)"} <= places


def test_what_a_program_cannot_read_is_named() -> None:
    assert "may be a picture" in look(pdf("")).unread[0]
    assert "look for faces" in look(PLANTED["jpeg"]).unread[0]
    for broken in (b"%PDF-1.7 broken", PLANTED["pdf"][:200], b"\xff\xd8\xff\xe0 broken"):
        assert "could not be read" in look(broken).unread[0]
    assert "files of this kind" in inspect(b"", "application/zip").unread[0]


def test_a_pdf_without_its_properties_has_the_same_pages() -> None:
    bare = stripped(PLANTED["pdf"], "application/pdf")
    assert bare is not None
    assert WRITER.encode() not in bare
    assert look(bare).properties == ()
    before, after = (PdfReader(BytesIO(raw)) for raw in (PLANTED["pdf"], bare))
    assert [one.extract_text() for one in before.pages] == [one.extract_text() for one in after.pages]


def test_properties_that_a_writer_has_named_are_found_under_that_name() -> None:
    of_pdf = {(each.place, each.text) for each in look(PLANTED["pdf"]).properties}
    assert of_pdf >= {("Client", f"{WRITER} 3"), ("Author", WRITER), ("Title", "Minutes")}
    assert "Producer" not in {place for place, _ in of_pdf}
    assert ("Client", f"{WRITER} 3") in {(each.place, each.text) for each in look(PLANTED["docx"]).properties}
    assert ("Client", WRITER) in {(each.place, each.text) for each in look(PLANTED["odt"]).properties}


def test_what_notes_and_forms_say_is_read_with_the_text() -> None:
    noted, filled = look(pdf("Minutes", note=WRITER, words=CONTACT)), look(form())
    assert ("notes on page 1", CONTACT) in {(each.place, each.text) for each in noted.texts}
    assert ("field contact of the form", CONTACT) in {(each.place, each.text) for each in filled.texts}
    assert filled.properties == ()


@pytest.mark.parametrize("on_page", [False, True])
def test_every_property_in_xmp_of_a_pdf_is_told_and_none_stays_in_a_bare_copy(on_page: bool) -> None:
    packet = xmp(f"<dc:contributor><rdf:Bag><rdf:li>{WRITER}</rdf:li></rdf:Bag></dc:contributor>")
    raw = pdf_with_xmp(packet, on_page=on_page)
    assert ("XMP contributor", WRITER) in {(each.place, each.text) for each in look(raw).properties}
    bare = stripped(raw, "application/pdf")
    assert bare is not None
    assert look(bare).properties == ()
    assert "The properties in XMP could not be read." in look(pdf_with_xmp(b"<broken", on_page=on_page)).unread


@pytest.mark.parametrize("name", ["JPEG", "PNG"])
def test_every_property_in_xmp_of_a_picture_is_told(name: str) -> None:
    packet = xmp("<dc:format>x</dc:format>" * 20 + f"<photoshop:CaptionWriter>{WRITER} 2</photoshop:CaptionWriter>")
    found = look(image(name, packet=packet))
    assert ("XMP CaptionWriter", f"{WRITER} 2") in {(each.place, each.text) for each in found.properties}
    assert "The properties in XMP could not be read." in look(image(name, packet=b"<broken")).unread


def test_what_a_picture_says_in_iptc_is_told_and_none_stays_in_a_bare_copy() -> None:
    raw = with_iptc(iptc((80, WRITER.encode())))
    assert ("IPTC 2:80", WRITER) in {(each.place, each.text) for each in look(raw).properties}
    bare = stripped(raw, "image/jpeg")
    assert bare is not None
    assert WRITER.encode() not in bare
    assert "The properties in IPTC could not be read." in look(with_iptc(b"none of it")).unread


def test_what_was_chosen_from_a_list_in_a_form_is_read() -> None:
    assert [(each.place, each.text) for each in look(form("One", CONTACT)).texts if "field" in each.place] == [
        ("field contact of the form", f"One, {CONTACT}")
    ]


def test_files_in_a_file_are_named_and_said_not_to_be_read() -> None:
    found = look(pdf_with_files())
    names = [each.text for each in found.properties if each.place == "attached file"]
    assert sorted(names) == ["file-2.txt", "file-3.txt", "file-4.txt", "listed.txt"]
    assert "The files attached to this one were not read." in found.unread


def test_a_pdf_without_its_properties_carries_no_files_and_keeps_its_form() -> None:
    raw = pdf_with_files()
    assert raw.count(KEPT_BACK) == 4
    bare = stripped(raw, "application/pdf")
    assert bare is not None
    assert KEPT_BACK not in bare
    assert look(bare).properties == ()
    filled = stripped(form(), "application/pdf")
    assert filled is not None
    assert look(filled).texts == look(form()).texts


@pytest.mark.parametrize("name", ["text", "html", "docx", "odt"])
def test_of_a_very_long_text_the_beginning_is_read_and_the_rest_is_named(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not look(PLANTED[name]).unread
    monkeypatch.setattr(file_inspection, "_MOST_TEXT", 3)
    found = look(PLANTED[name])
    assert max(len(each.text) for each in found.texts if each.place != "links") == 3
    assert found.unread
    assert all("only the first 3 signs were read" in sentence for sentence in found.unread)


@pytest.mark.parametrize("name", ["jpeg", "png"])
def test_a_picture_without_its_properties_shows_the_same_upright(name: str) -> None:
    bare = stripped(PLANTED[name], f"image/{name}")
    assert bare is not None
    assert look(bare).properties == ()
    with Image.open(BytesIO(bare)) as picture:
        assert picture.size == (20, 40)
        assert len(picture.getexif()) == 0


def test_of_other_kinds_no_such_copy_is_made_and_of_a_broken_file_neither() -> None:
    assert stripped(PLANTED["docx"], "application/vnd.openxmlformats-officedocument.wordprocessingml.document") is None
    with pytest.raises(EvidenceRefused, match="No copy without properties"):
        stripped(b"%PDF-1.7 broken", "application/pdf")


@pytest.mark.slow
def test_it_runs_in_a_killable_child() -> None:
    child = ChildProcess(deadline_seconds=20, memory_bytes=1024**3)
    assert child.call(inspect, PLANTED["pdf"], "application/pdf") == look(PLANTED["pdf"])
