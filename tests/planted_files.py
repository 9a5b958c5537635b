"""Files with personal data planted in text and properties, made by the libraries that offices use."""

from io import BytesIO
from zipfile import ZipFile

from openpyxl import Workbook
from openpyxl.comments import Comment
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import ImageFileDirectory_v2
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    TextStringObject,
)

CONTACT = "planted.person@oderau.example"
PHONE = "+43 316 872 2000"
WRITER = "P. Lanted"
KEPT_BACK = b"what nobody was to see"


def pdf(*pages: str, author: str = WRITER, note: str = "", words: str = "look again") -> bytes:
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
                    NameObject("/Contents"): TextStringObject(words),
                }
            )
            page[NameObject("/Annots")] = ArrayObject([writer._add_object(annotation)])
    if author:
        writer.add_metadata({"/Author": author, "/Title": "Minutes", "/Client": f"{author} 3"})
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def pdf_with_files() -> bytes:
    """Make a PDF that carries a file in each way there is: in its list, beside it and a page, pinned to a page."""
    writer = PdfWriter(clone_from=BytesIO(pdf("Minutes", author="")))
    writer.add_attachment("listed.txt", KEPT_BACK + b" 1")
    for number, place in enumerate((writer.root_object, writer.pages[0]), start=2):
        place[NameObject("/AF")] = writer._add_object(ArrayObject([_file(writer, number)]))
    pinned = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/FileAttachment"),
            NameObject("/Rect"): ArrayObject([FloatObject(each) for each in (0, 0, 20, 20)]),
            NameObject("/FS"): _file(writer, 4),
        }
    )
    notes = ArrayObject([writer._add_object(pinned)])
    writer.pages[0][NameObject("/Annots")] = writer._add_object(notes)
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _file(writer: PdfWriter, number: int) -> IndirectObject:
    stream = DecodedStreamObject()
    stream.set_data(KEPT_BACK + f" {number}".encode())
    held = DictionaryObject({NameObject("/F"): writer._add_object(stream)})
    name = TextStringObject(f"file-{number}.txt")
    return writer._add_object(
        DictionaryObject(
            {NameObject("/Type"): NameObject("/Filespec"), NameObject("/UF"): name, NameObject("/EF"): held}
        )
    )


def xmp(body: str) -> bytes:
    """Make a packet of XMP with some properties."""
    spaces = {
        "dc": "http://purl.org/dc/elements/1.1/",
        "pdf": "http://ns.adobe.com/pdf/1.3/",
        "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
        "pdfx": "http://ns.adobe.com/pdfx/1.3/",
        "photoshop": "http://ns.adobe.com/photoshop/1.0/",
        "stEvt": "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#",
        "xmp": "http://ns.adobe.com/xap/1.0/",
        "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
        "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
        "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    }
    named = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in spaces.items())
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {named}>{body}</rdf:Description></rdf:RDF></x:xmpmeta>'
    ).encode()


def iptc(*fields: tuple[int, bytes]) -> bytes:
    """Make the record of IPTC-IIM that is about a picture, of fields by their number."""
    return b"".join(bytes((0x1C, 2, number)) + len(value).to_bytes(2, "big") + value for number, value in fields)


def with_iptc(record: bytes, form: str = "JPEG") -> bytes:
    """Make a JPEG or a TIFF that holds a record of IPTC-IIM."""
    buffer, picture = BytesIO(), Image.new("RGB", (8, 8), "red")
    if form == "TIFF":
        tags = ImageFileDirectory_v2()
        tags.tagtype[33723] = 7
        tags[33723] = record
        picture.save(buffer, format=form, tiffinfo=tags)
        return buffer.getvalue()
    picture.save(buffer, format=form)
    block = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + len(record).to_bytes(4, "big") + record + bytes(len(record) % 2)
    start, raw = b"\xff\xd8", buffer.getvalue()
    return start + b"\xff\xed" + (len(block) + 2).to_bytes(2, "big") + block + raw.removeprefix(start)


def pdf_with_xmp(packet: bytes, *, on_page: bool = False) -> bytes:
    """Make a PDF with properties in XMP, of the whole or of its page."""
    writer = PdfWriter(clone_from=BytesIO(pdf("Minutes", author="")))
    stream = DecodedStreamObject()
    stream.set_data(packet)
    stream.update({NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")})
    place = writer.pages[0] if on_page else writer.root_object
    place[NameObject("/Metadata")] = writer._add_object(stream)
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def form(*values: str) -> bytes:
    """Make a PDF with a form that was filled in; several values are those chosen from a list."""
    texts = [TextStringObject(value) for value in values or (CONTACT,)]
    writer = PdfWriter(clone_from=BytesIO(pdf("Minutes", author="")))
    field = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Widget"),
            NameObject("/FT"): NameObject("/Ch" if texts[1:] else "/Tx"),
            NameObject("/T"): TextStringObject("contact"),
            NameObject("/V"): ArrayObject(texts) if texts[1:] else texts[0],
            NameObject("/Rect"): ArrayObject([FloatObject(each) for each in (0, 0, 90, 20)]),
        }
    )
    fields = ArrayObject([writer._add_object(field)])
    writer.pages[0][NameObject("/Annots")] = fields
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject({NameObject("/Fields"): fields})
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def image(form: str = "JPEG", *, artist: str = WRITER, packet: bytes = b"") -> bytes:
    """Make a picture, turned on its side by its properties, that says who took it and where, also in XMP."""
    exif = Image.Exif()
    exif[0x013B] = artist
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (47.0, 4.0, 0.0), 3: "E", 4: (15.0, 26.0, 0.0)})
    buffer = BytesIO()
    picture = Image.new("RGB", (40, 20), "red")
    picture.putpixel((0, 0), (0, 0, 255))
    more: dict[str, object] = {"xmp": packet} if packet and form == "JPEG" else {}
    if packet and form == "PNG":
        texts = PngInfo()
        texts.add_itxt("XML:com.adobe.xmp", packet.decode())
        more = {"pnginfo": texts}
    picture.save(buffer, format=form, exif=exif, **more)
    return buffer.getvalue()


def document(text: str = f"Write to {CONTACT}") -> bytes:
    """Make a word-processing document."""
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    custom = "http://schemas.openxmlformats.org/officeDocument/2006"
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
        package.writestr(
            "docProps/custom.xml",
            f'<Properties xmlns="{custom}/custom-properties" xmlns:vt="{custom}/docPropsVTypes">'
            f'<property name="Client"><vt:lpwstr>{WRITER} 3</vt:lpwstr></property></Properties>',
        )
    return buffer.getvalue()


def open_document() -> bytes:
    """Make an open document with a property that its writer named."""
    meta = "urn:oasis:names:tc:opendocument:xmlns:meta:1.0"
    buffer = BytesIO()
    with ZipFile(buffer, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        package.writestr("content.xml", "<text>Minutes</text>")
        package.writestr(
            "meta.xml",
            f'<m:meta xmlns:m="{meta}"><m:user-defined m:name="Client">{WRITER}</m:user-defined></m:meta>',
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
