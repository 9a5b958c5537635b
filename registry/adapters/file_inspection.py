"""Reading what files of evidence tell of people, and writing copies without it; run it confined, as files are foreign.

PDF by pypdf, images by Pillow, properties in XMP by ``xmp`` and in IPTC-IIM by ``iptc``, office documents as the
packages of XML that they are, web pages and texts as such.
"""

import io
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject

from registry.adapters.iptc import fields_of
from registry.adapters.xmp import properties_of
from registry.evidence_errors import EvidenceRefused
from registry.evidence_model import Inspected, Passage
from registry.readable_text import text_of_page

_MOST_PAGES: Final = 500
_MOST_PART: Final = 50 * 1024 * 1024
_MOST_TEXT: Final = 5_000_000
_PDF_TECHNICAL: Final = frozenset(["/Producer", "/CreationDate", "/ModDate", "/Trapped"])
"""What the information on a PDF says of programs and times; all else is of who wrote it, also by names of their own."""
_TELLING_OBJECTS: Final = ("/Metadata", "/PieceInfo", "/LastModified", "/AF", "/EF")
"""What any object of a PDF may carry: properties, also of programs, its last change, files beside or within it."""
_PINNED: Final = "/FileAttachment"
_OFFICE_FIELDS: Final = frozenset(
    [
        "creator",
        "lastModifiedBy",
        "manager",
        "company",
        "Manager",
        "Company",
        "description",
        "keywords",
        "subject",
        "initial-creator",
        "printed-by",
        "editing-duration",
        "template",
    ]
)
_OWN_FIELDS: Final = frozenset(["property", "user-defined"])
"""Properties that whoever wrote a document has named."""
_OFFICE_TEXTS: Final = re.compile(
    r"word/(document|comments|footnotes|endnotes|header\d*|footer\d*|people)\.xml"
    r"|xl/(sharedStrings|(comments/)?comments?\d*|worksheets/sheet\d+|persons/person\d*)\.xml"
    r"|xl/threadedComments/threadedComment\d*\.xml"
    r"|ppt/(slides/slide\d+|notesSlides/notesSlide\d+|comments/\w+|commentAuthors|authors)\.xml|content\.xml"
)
_OFFICE_PROPERTIES: Final = ("docProps/core.xml", "docProps/app.xml", "docProps/custom.xml", "meta.xml")
_AUTHOR_OF_PAGE: Final = re.compile(
    r"<meta\s[^>]{0,200}?name=[\"']?(?:author|creator)[\"']?\s[^>]{0,200}?content=[\"']([^\"'>]{1,200})", re.I
)
_TELLING: Final = frozenset(
    [
        "Artist",
        "Copyright",
        "ImageDescription",
        "XPAuthor",
        "XPComment",
        "XPTitle",
        "XPSubject",
        "XPKeywords",
        "UserComment",
        "CameraOwnerName",
        "BodySerialNumber",
        "LensSerialNumber",
        "HostComputer",
        "Make",
        "Model",
        "Software",
        "DateTimeOriginal",
    ]
)
_PACKETS: Final = frozenset(["xmp", "XML:com.adobe.xmp"])
"""The names under which pictures hold properties in XMP."""
_FAULTS: Final = (PyPdfError, UnidentifiedImageError, Image.DecompressionBombError, BadZipFile, DefusedXmlException)
_MORE_FAULTS: Final = (ElementTree.ParseError, OSError, ValueError, KeyError, TypeError, AttributeError, IndexError)
"""What these libraries raise for files that are broken or built to break them."""


def inspect(raw: bytes, media_type: str) -> Inspected:
    """Give the texts of a file and what its properties tell of people.

    What cannot be read is named among ``unread``, so that nobody takes silence for an all-clear.
    """
    reader = next((reader for start, reader in _READERS.items() if media_type.startswith(start)), None)
    if reader is None:
        return Inspected(unread=("A program cannot read files of this kind.",))
    try:
        return reader(raw)
    except (*_FAULTS, *_MORE_FAULTS, RecursionError, NotImplementedError, RuntimeError):
        return Inspected(unread=("The file could not be read by a program; it may be damaged or encrypted.",))


def stripped(raw: bytes, media_type: str) -> bytes | None:
    """Give a copy of a PDF or an image without its properties; None for kinds of which no such copy can be made.

    What is seen stays the same. Raises EvidenceRefused when the file cannot be read.
    """
    writer = {"application/pdf": _bare_pdf, "image/jpeg": _bare_image, "image/png": _bare_image}.get(media_type)
    if writer is None:
        return None
    try:
        return writer(raw)
    except (*_FAULTS, *_MORE_FAULTS, RecursionError, NotImplementedError, RuntimeError) as fault:
        raise EvidenceRefused(
            "No copy without properties can be made: the file cannot be read by a program."
        ) from fault


def _pdf(raw: bytes) -> Inspected:
    reader = PdfReader(io.BytesIO(raw), strict=False)
    information = (reader.metadata or {}).items()
    properties = [
        Passage(name.lstrip("/"), str(value)[:200])
        for name, value in information
        if value and name not in _PDF_TECHNICAL
    ]
    packets = [properties_of(packet) for packet in _packets(reader)]
    properties += [each for told, _ in packets for each in told]
    texts, unread, size = [], [], 0
    for number, page in enumerate(reader.pages, start=1):
        if number > _MOST_PAGES or size > _MOST_TEXT:
            unread.append(f"The pages from {number} on were not read.")
            break
        text = page.extract_text()
        size += len(text)
        texts.append(Passage(f"page {number}", text))
        if not text.strip():
            unread.append(f"Page {number} has no text that a program can read; it may be a picture.")
        notes = _notes(page)
        texts += [
            Passage(f"notes on page {number}", told) for note in notes if (told := str(note.get("/Contents") or ""))
        ]
        properties += [
            Passage(f"author of a note on page {number}", str(note["/T"])) for note in notes if note.get("/T")
        ]
    files = _attached(reader)
    properties += [Passage("attached file", name) for name in files]
    texts += [Passage(f"field {name} of the form", value) for name, value in _filled_in(reader)]
    whole = ["The files attached to this one were not read."] if files else []
    whole += ["The form in this file was not read (XFA)."] if reader.xfa else []
    whole += [sentence for _, sentences in packets for sentence in sentences]
    return Inspected(tuple(texts), tuple(dict.fromkeys(properties)), (*dict.fromkeys(whole), *unread[:20]))


def _packets(reader: PdfReader) -> Iterator[bytes]:
    """Give the properties in XMP of a file and of its pages."""
    for place in (reader.root_object, *islice(reader.pages, _MOST_PAGES)):
        held = place.get("/Metadata")
        stream = held.get_object() if held is not None else None
        if isinstance(stream, StreamObject):
            yield stream.get_data()


def _notes(page: Any) -> list[DictionaryObject]:
    found = [note.get_object() for note in page.get("/Annots") or []]
    return [note for note in found if isinstance(note, DictionaryObject) and note.get("/Subtype") != "/Widget"]


def _attached(reader: PdfReader) -> list[str]:
    """Name the files in a file: in its list, in notes, and as what belongs to it or to a page (PDF/A-3)."""
    places = [reader.root_object, *reader.pages]
    files = [file for place in places for file in place.get("/AF") or []]
    files += [
        note.get("/FS") or {} for page in reader.pages for note in _notes(page) if note.get("/Subtype") == _PINNED
    ]
    told = [file.get_object() for file in files]
    names = [str(file.get("/UF") or file.get("/F") or "without a name") for file in told]
    return list(dict.fromkeys([*reader.attachments, *names]))


def _filled_in(reader: PdfReader) -> Iterator[tuple[str, str]]:
    for name, field in (reader.get_fields() or {}).items():
        value = field.get("/V")
        values = value if isinstance(value, list) else [value]
        chosen = [each.get_object() if isinstance(each, IndirectObject) else each for each in values]
        told = ", ".join(each for each in chosen if isinstance(each, str) and each.strip())
        if told:
            yield name, told


def _image(raw: bytes) -> Inspected:
    with Image.open(io.BytesIO(raw)) as image:
        exif = image.getexif()
        tags = {**exif, **exif.get_ifd(ExifTags.IFD.Exif)}
        names = {ExifTags.TAGS.get(tag, ""): value for tag, value in tags.items()}
        properties = [Passage(name, _plain(value)) for name, value in names.items() if name in _TELLING]
        where = exif.get_ifd(ExifTags.IFD.GPSInfo)
        if where:
            told = ", ".join(_plain(value) for value in where.values())
            properties.append(Passage("GPS (where it was taken)", told[:200]))
        told_to_the_press, unread = fields_of(image)
        properties += told_to_the_press
        for name, value in image.info.items():
            if name in _PACKETS and isinstance(value, str | bytes):
                said, missing = properties_of(value.encode() if isinstance(value, str) else value)
                properties, unread = [*properties, *said], (*unread, *missing)
            elif isinstance(value, str | bytes) and str(name) not in ("exif", "icc_profile", "jfif_version"):
                properties.append(Passage(str(name)[:40], _plain(value)[:200]))
    unread += ("What the picture shows cannot be read by a program: look for faces, names, signatures and numbers.",)
    return Inspected((), tuple(dict.fromkeys(properties)), unread)


def _office(raw: bytes) -> Inspected:
    texts: list[Passage] = []
    properties: list[Passage] = []
    unread: list[str] = []
    with ZipFile(io.BytesIO(raw)) as package:
        for part in package.infolist():
            is_text, is_told = _OFFICE_TEXTS.fullmatch(part.filename), part.filename in _OFFICE_PROPERTIES
            if not (is_text or is_told):
                continue
            if part.file_size > _MOST_PART:
                unread.append(f"The part {part.filename} is too large to read, and what comes after it was not read.")
                return Inspected(tuple(texts), tuple(properties), tuple(unread))
            root = ElementTree.fromstring(package.read(part))
            if is_told:
                properties += _told(root)
            else:
                words, cut = _bounded(_words(root), f"the part {part.filename}")
                texts.append(Passage(part.filename, words))
                unread += cut
                properties += [Passage(f"author in {part.filename}", name) for name in _authors(root)]
        media = [part.filename for part in package.infolist() if "/media/" in part.filename]
    unread += [f"{len(media)} pictures in the document were not read."] if media else []
    return Inspected(tuple(texts), tuple(dict.fromkeys(properties)), tuple(unread))


def _told(root: Any) -> Iterator[Passage]:
    for element in root.iter():
        name, told = str(element.tag).rpartition("}")[2], "".join(element.itertext()).strip()
        if name in _OFFICE_FIELDS and told:
            yield Passage(name, told[:200])
        elif name in _OWN_FIELDS and told:
            yield Passage(next((value for key, value in element.items() if key.endswith("name")), name), told[:200])


def _words(root: Any) -> str:
    """Give the text of a part of an office document: runs of a paragraph or cell together, each on a line."""
    parts: list[str] = []
    for element in root.iter():
        if str(element.tag).rpartition("}")[2] in ("p", "si", "row", "h"):
            parts.append("\n")
        parts += [text for text in (element.text, element.tail) if text]
    return "".join(parts)


def _authors(root: Any) -> Iterator[str]:
    for element in root.iter():
        if str(element.tag).rpartition("}")[2] in ("author", "creator") and (element.text or "").strip():
            yield str(element.text)[:200]
        for name, value in element.attrib.items():
            if str(name).rpartition("}")[2] in ("author", "displayName", "userId") and value.strip():
                yield str(value)[:200]


def _page(raw: bytes) -> Inspected:
    text = raw.decode("utf-8", "replace")
    words, unread = _bounded(text_of_page(raw))
    properties = [Passage("author of the page", name) for name in _AUTHOR_OF_PAGE.findall(text)]
    links = " ".join(re.findall(r"(?:mailto|tel):([^\"'>\s]{1,200})", text, re.I))
    return Inspected((Passage("", words), Passage("links", links)), tuple(properties), unread)


def _text(raw: bytes) -> Inspected:
    words, unread = _bounded(raw.decode("utf-8", "replace"))
    return Inspected((Passage("", words),), unread=unread)


def _bounded(text: str, what: str = "the text") -> tuple[str, tuple[str, ...]]:
    """Give the beginning of a text, and a sentence on the rest where there is one."""
    if len(text) <= _MOST_TEXT:
        return text, ()
    return text[:_MOST_TEXT], (f"Of {what} only the first {_MOST_TEXT:,} signs were read.",)


def _bare_pdf(raw: bytes) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(raw), strict=False))
    writer.metadata = None
    for place in [writer.root_object, *writer.pages, *writer._objects]:
        if isinstance(place, DictionaryObject):
            for name in _TELLING_OBJECTS:
                place.pop(NameObject(name), None)
    names = writer.root_object.get("/Names", DictionaryObject()).get_object()
    if isinstance(names, DictionaryObject):
        names.pop(NameObject("/EmbeddedFiles"), None)
    for page in writer.pages:
        for note in _notes(page):
            for name in ("/T", "/FS") if note.get("/Subtype") == _PINNED else ("/T",):
                note.pop(NameObject(name), None)
        kept = [note for note in page.get("/Annots") or [] if note.get_object().get("/Subtype") != _PINNED]
        if "/Annots" in page:
            page[NameObject("/Annots")] = ArrayObject(kept)
    return _written(PdfWriter(clone_from=PdfReader(io.BytesIO(_written(writer)))))


def _written(writer: PdfWriter) -> bytes:
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _bare_image(raw: bytes) -> bytes:
    with Image.open(io.BytesIO(raw)) as image:
        form = str(image.format)
        upright = ImageOps.exif_transpose(image)
        bare = Image.new(upright.mode, upright.size)
        if upright.mode == "P":
            bare.putpalette(upright.getpalette() or [])
        bare.paste(upright)
        buffer = io.BytesIO()
        choices: dict[str, Any] = {"quality": 95, "subsampling": 0} if form == "JPEG" else {"optimize": True}
        bare.save(buffer, format=form, **choices)
    return buffer.getvalue()


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        for encoding in ("utf-8", "utf-16-le"):
            try:
                return value.decode(encoding).strip("\x00 ")
            except UnicodeDecodeError:
                continue
        return f"{len(value)} bytes"
    return str(value).strip("\x00 ")


_READERS: Final[Mapping[str, Callable[[bytes], Inspected]]] = {
    "application/pdf": _pdf,
    "image/": _image,
    "application/vnd.": _office,
    "text/html": _page,
    "text/plain": _text,
}
