"""Files with personal data planted in text and properties, made by the libraries that offices use."""

from io import BytesIO
from zipfile import ZipFile

from openpyxl import Workbook
from openpyxl.comments import Comment
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    TextStringObject,
)

CONTACT = "planted.person@oderau.example"
PHONE = "+43 316 872 2000"
WRITER = "P. Lanted"


def pdf(*pages: str, author: str = WRITER, note: str = "") -> bytes:
    """Make a PDF with a page for each text."""
    writer = PdfWriter()
    for text in pages:
        page = writer.add_blank_page(300, 200)
        font = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
        fonts = DictionaryObject({NameObject("/F1"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 10 100 Td ({text}) Tj ET".encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(stream)
        if note:
            annotation = DictionaryObject(
                {
                    NameObject("/Type"): NameObject("/Annot"),
                    NameObject("/Subtype"): NameObject("/Text"),
                    NameObject("/Rect"): ArrayObject([FloatObject(each) for each in (0, 0, 20, 20)]),
                    NameObject("/T"): TextStringObject(note),
                    NameObject("/Contents"): TextStringObject("look again"),
                }
            )
            page[NameObject("/Annots")] = ArrayObject([writer._add_object(annotation)])
    if author:
        writer.add_metadata({"/Author": author, "/Title": "Minutes"})
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def image(form: str = "JPEG", *, artist: str = WRITER) -> bytes:
    """Make a picture, turned on its side by its properties, that says who took it and where."""
    exif = Image.Exif()
    exif[0x013B] = artist
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (47.0, 4.0, 0.0), 3: "E", 4: (15.0, 26.0, 0.0)})
    buffer = BytesIO()
    picture = Image.new("RGB", (40, 20), "red")
    picture.putpixel((0, 0), (0, 0, 255))
    picture.save(buffer, format=form, exif=exif)
    return buffer.getvalue()


def document(text: str = f"Write to {CONTACT}") -> bytes:
    """Make a word-processing document."""
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    half = len(text) // 2
    runs = "".join(f"<w:r><w:t>{part}</w:t></w:r>" for part in (text[:half], text[half:]))
    buffer = BytesIO()
    with ZipFile(buffer, "w") as package:
        package.writestr(
            "word/document.xml", f'<w:document xmlns:w="{word}"><w:body><w:p>{runs}</w:p></w:body></w:document>'
        )
        package.writestr(
            "word/comments.xml", f'<w:comments xmlns:w="{word}"><w:comment w:author="{WRITER}"/></w:comments>'
        )
        package.writestr(
            "docProps/core.xml",
            f'<c:coreProperties xmlns:c="{core}" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:creator>{WRITER}</dc:creator><c:lastModifiedBy>{WRITER} 2</c:lastModifiedBy></c:coreProperties>",
        )
    return buffer.getvalue()


def workbook() -> bytes:
    """Make a workbook whose comment has an author."""
    book = Workbook()
    book.properties.creator = WRITER
    sheet = book.worksheets[0]
    sheet["A1"] = f"Ring {PHONE}"
    sheet["A1"].comment = Comment("call", WRITER)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def page() -> bytes:
    """Make a web page."""
    return (
        f'<html><head><meta name="author" content="{WRITER}"></head><body><p>Minutes</p>'
        f'<a href="mailto:{CONTACT}">write</a></body></html>'
    ).encode()
