"""What kind of file evidence is, told from its bytes and never from its name; pure."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Final
from zipfile import BadZipFile, ZipFile

from registry.evidence_errors import EvidenceRefused


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: its media type, the ending that its name gets, and the group that the settings name."""

    media_type: str
    ending: str
    group: str


GROUPS: Final = ("pdf", "image", "office", "text", "html")
"""What HRCR_EVIDENCE_KINDS may name."""

_OOXML: Final = "application/vnd.openxmlformats-officedocument."
_ODF: Final = "application/vnd.oasis.opendocument."
_STARTS: Final[Mapping[bytes, FileKind]] = {
    b"%PDF-": FileKind("application/pdf", "pdf", "pdf"),
    b"\x89PNG\r\n\x1a\n": FileKind("image/png", "png", "image"),
    b"\xff\xd8\xff": FileKind("image/jpeg", "jpg", "image"),
    b"GIF87a": FileKind("image/gif", "gif", "image"),
    b"GIF89a": FileKind("image/gif", "gif", "image"),
    b"II*\x00": FileKind("image/tiff", "tiff", "image"),
    b"MM\x00*": FileKind("image/tiff", "tiff", "image"),
}
_WEBP: Final = FileKind("image/webp", "webp", "image")
_FOLDERS: Final[Mapping[str, FileKind]] = {
    "word/document.xml": FileKind(_OOXML + "wordprocessingml.document", "docx", "office"),
    "xl/workbook.xml": FileKind(_OOXML + "spreadsheetml.sheet", "xlsx", "office"),
    "ppt/presentation.xml": FileKind(_OOXML + "presentationml.presentation", "pptx", "office"),
}
_ODF_TYPES: Final[Mapping[str, FileKind]] = {
    _ODF + "text": FileKind(_ODF + "text", "odt", "office"),
    _ODF + "spreadsheet": FileKind(_ODF + "spreadsheet", "ods", "office"),
    _ODF + "presentation": FileKind(_ODF + "presentation", "odp", "office"),
}
_HTML: Final = FileKind("text/html", "html", "html")
_TEXT: Final = FileKind("text/plain", "txt", "text")
_LOOKS_LIKE_HTML: Final = re.compile(
    rb"\s*(<!--.*?-->\s*|<\?xml[^>]*>\s*)*<(!doctype\s+html|html|head|body)\b", re.I | re.S
)
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_MOST_PARTS: Final = 5_000


def kind_of(raw: bytes) -> FileKind | None:
    """Tell the kind of a file from its content; None for one that is not known."""
    for start, kind in _STARTS.items():
        if raw.startswith(start):
            return kind
    if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
        return _WEBP
    if raw.startswith(b"PK\x03\x04"):
        return _of_package(raw)
    if _LOOKS_LIKE_HTML.match(raw[:4096]):
        return _HTML
    return _TEXT if _is_text(raw) else None


def taken(raw: bytes, *, most_bytes: int, groups: Collection[str]) -> FileKind:
    """Give the kind of a file that may be kept; raise EvidenceRefused, which says why not and what to do instead."""
    if not raw:
        raise EvidenceRefused("The file is empty; choose the file again.")
    if len(raw) > most_bytes:
        megabytes = f"{len(raw) / 1_048_576:,.1f} MB, more than the {most_bytes / 1_048_576:,.0f} MB taken"
        raise EvidenceRefused(f"The file has {megabytes}; make it smaller, or give its web address instead.")
    kind = kind_of(raw)
    if kind is None or kind.group not in groups:
        found = "of a kind that is not known" if kind is None else f"of the kind {kind.media_type}"
        raise EvidenceRefused(f"The file is {found}; save it as one of these kinds: {', '.join(sorted(groups))}.")
    return kind


def _of_package(raw: bytes) -> FileKind | None:
    """Tell an office document from the list of its parts; one with macros is none."""
    try:
        with ZipFile(BytesIO(raw)) as package:
            names = set(package.namelist())
            if len(names) > _MOST_PARTS or any(name.lower().endswith("vbaproject.bin") for name in names):
                return None
            if "mimetype" in names and package.getinfo("mimetype").file_size < 200:
                return _ODF_TYPES.get(package.read("mimetype").decode("ascii", "replace").strip())
    except (BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError):
        return None
    return next((kind for name, kind in _FOLDERS.items() if name in names), None)


def _is_text(raw: bytes) -> bool:
    if _CONTROL.search(raw):
        return False
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
