"""The kind of a file is told from its bytes; what is too large, empty or of another kind is refused with a reason."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from registry.evidence_errors import EvidenceRefused
from registry.evidence_kinds import GROUPS, kind_of, taken


def package(**parts: str) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return buffer.getvalue()


def workbook() -> bytes:
    buffer = BytesIO()
    Workbook().save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("raw", "ending"),
    [
        (b"%PDF-1.7\n", "pdf"),
        (b"\x89PNG\r\n\x1a\n....", "png"),
        (b"\xff\xd8\xff\xe0....", "jpg"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "webp"),
        (workbook(), "xlsx"),
        (package(word__document_dot_xml="<w/>"), "docx"),
        (package(mimetype="application/vnd.oasis.opendocument.text"), "odt"),
        (b"<!DOCTYPE html><title>Minutes</title>", "html"),
        (b"\n <!-- saved --> <html lang='de'>", "html"),
        ("Protokoll der Sitzung, Grüße".encode(), "txt"),
    ],
)
def test_each_kind_is_known_by_its_content(raw: bytes, ending: str) -> None:
    kind = kind_of(raw)
    assert kind is not None
    assert kind.ending == ending
    assert kind.group in GROUPS


@pytest.mark.parametrize(
    "raw",
    [
        b"MZ\x90\x00\x03",
        b"\x7fELF\x02\x01\x01\x00",
        "Grüße".encode("latin-1"),
        b"PK\x03\x04 broken",
        package(word__document_dot_xml="<w/>", word__vbaProject_dot_bin="macro"),
        package(AndroidManifest_dot_xml=""),
    ],
)
def test_what_is_of_no_kind_is_refused_whatever_its_name(raw: bytes) -> None:
    assert kind_of(raw) is None
    with pytest.raises(EvidenceRefused, match="save it as one of these kinds: html, image, office, pdf, text"):
        taken(raw, most_bytes=1_000_000, groups=GROUPS)


def test_a_file_of_a_kind_that_the_settings_leave_out_is_refused() -> None:
    with pytest.raises(EvidenceRefused, match=r"of the kind text/html; save it as one of these kinds: pdf\."):
        taken(b"<html>", most_bytes=10, groups={"pdf"})


def test_an_empty_and_a_large_file_are_refused() -> None:
    with pytest.raises(EvidenceRefused, match="The file is empty"):
        taken(b"", most_bytes=10, groups=GROUPS)
    with pytest.raises(EvidenceRefused, match=r"2\.0 MB, more than the 1 MB taken"):
        taken(b"a" * 2_097_152, most_bytes=1_048_576, groups=GROUPS)
    assert taken(b"a" * 10, most_bytes=10, groups=GROUPS).media_type == "text/plain"
