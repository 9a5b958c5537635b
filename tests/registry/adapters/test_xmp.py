"""Whatever a packet of XMP says of people is told, in each of the forms in which it may be written."""

import pytest

from registry.adapters.xmp import properties_of
from tests.planted_files import CONTACT, WRITER, xmp


def told(body: str) -> set[tuple[str, str]]:
    found, unread = properties_of(xmp(body))
    assert unread == ()
    return {(each.place, each.text) for each in found}


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (f"<dc:creator><rdf:Seq><rdf:li>{WRITER}</rdf:li></rdf:Seq></dc:creator>", "XMP creator"),
        (f"<dc:contributor><rdf:Bag><rdf:li>x</rdf:li><rdf:li>{WRITER}</rdf:li></rdf:Bag></dc:contributor>",
         "XMP contributor"),
        (f'<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">{WRITER}</rdf:li></rdf:Alt></dc:rights>', "XMP rights"),
        (f"<photoshop:AuthorsPosition>{WRITER}</photoshop:AuthorsPosition>", "XMP AuthorsPosition"),
        (f'<rdf:Description photoshop:CaptionWriter="{WRITER}"/>', "XMP CaptionWriter"),
        (f'<Iptc4xmpCore:CreatorContactInfo rdf:parseType="Resource"><Iptc4xmpCore:CiEmailWork>{WRITER}'
         "</Iptc4xmpCore:CiEmailWork></Iptc4xmpCore:CreatorContactInfo>", "XMP CiEmailWork"),
        (f'<Iptc4xmpCore:CreatorContactInfo Iptc4xmpCore:CiEmailWork="{WRITER}"/>', "XMP CiEmailWork"),
        (f"<pdfx:Sachbearbeiter>{WRITER}</pdfx:Sachbearbeiter>", "XMP Sachbearbeiter"),
        (f'<xmpRights:WebStatement rdf:resource="{WRITER}"/>', "XMP WebStatement"),
    ],
)  # fmt: skip
def test_a_name_is_found_in_every_form(body: str, place: str) -> None:
    assert (place, WRITER) in told(body)


def test_programs_times_and_numbers_of_files_are_not_told() -> None:
    body = """<xmp:CreateDate>2026-06-30T12:00:00Z</xmp:CreateDate><pdf:Producer>Writer 7</pdf:Producer>
    <xmpMM:DocumentID>uuid:1</xmpMM:DocumentID><pdfaid:part>2</pdfaid:part><dc:format>application/pdf</dc:format>
    <xmpMM:History><rdf:Seq><rdf:li stEvt:action="saved" stEvt:when="2026"/></rdf:Seq></xmpMM:History>"""
    assert told(body) == set()


def test_each_is_told_once_and_of_very_many_the_first() -> None:
    same = "".join(f"<dc:creator>{WRITER}</dc:creator>" for _ in range(400))
    assert told(same) == {("XMP creator", WRITER)}
    found, unread = properties_of(xmp("".join(f"<pdfx:p{number}>{CONTACT}</pdfx:p{number}>" for number in range(400))))
    assert (len(found), unread) == (300, ("Only the first 300 properties in XMP were read.",))


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"<broken",
        xmp(f"<dc:creator>{WRITER}</dc:creator>").replace(b"<x:xmpmeta", b'<!DOCTYPE x [<!ENTITY a "b">]><x:xmpmeta'),
        b'<?xml version="1.0" encoding="nothing"?><a/>',
    ],
)
def test_a_packet_that_cannot_be_read_is_named(packet: bytes) -> None:
    assert properties_of(packet) == ((), ("The properties in XMP could not be read.",))


def test_other_encodings_are_read() -> None:
    assert properties_of(xmp(f"<dc:creator>{WRITER}</dc:creator>").decode().encode("utf-16"))[0]
