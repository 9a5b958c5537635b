"""What a picture says in IPTC-IIM."""

from io import BytesIO

import pytest
from PIL import Image
from PIL.ImageFile import ImageFile

from registry.adapters.iptc import fields_of
from tests.planted_files import image, iptc, with_iptc

BYLINE, CAPTION, CREATED, PROGRAM = 80, 120, 55, 65


def opened(raw: bytes) -> ImageFile:
    return Image.open(BytesIO(raw))


@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
def test_what_may_be_of_people_is_told_and_what_is_of_programs_and_times_is_not(form: str) -> None:
    record = iptc(
        (BYLINE, b"One"), (BYLINE, b"Two"), (CAPTION, b"At the desk"), (CREATED, b"20260101"), (PROGRAM, b"P")
    )
    told, unread = fields_of(opened(with_iptc(record, form)))
    assert {(each.place, each.text) for each in told} == {
        (f"IPTC 2:{BYLINE}", "One"),
        (f"IPTC 2:{BYLINE}", "Two"),
        (f"IPTC 2:{CAPTION}", "At the desk"),
    }
    assert unread == ()


@pytest.mark.parametrize("raw", ["Zoë".encode(), "Zoë".encode("latin-1")])
def test_a_field_is_read_in_utf_8_or_latin_1(raw: bytes) -> None:
    told, _ = fields_of(opened(with_iptc(iptc((BYLINE, raw)))))
    assert [each.text for each in told] == ["Zoë"]


def test_a_field_is_cut_where_it_grows_too_long() -> None:
    told, _ = fields_of(opened(with_iptc(iptc((CAPTION, b"x" * 1000)))))
    assert [len(each.text) for each in told] == [200]


def test_a_picture_without_such_a_record_tells_nothing() -> None:
    assert fields_of(opened(image("JPEG"))) == ((), ())


@pytest.mark.parametrize("record", [b"none of it", b"\x1c\x02\x50\xff\xff"])
def test_a_record_that_is_broken_is_told_as_unread(record: bytes) -> None:
    told, unread = fields_of(opened(with_iptc(record)))
    assert told == ()
    assert unread == ("The properties in IPTC could not be read.",)


def test_of_a_field_that_ends_too_soon_what_is_there_is_told() -> None:
    told, _ = fields_of(opened(with_iptc(b"\x1c\x02\x50\x00\x05ab")))
    assert [each.text for each in told] == ["ab"]
