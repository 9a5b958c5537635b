"""The second factor: the codes of RFC 6238, and a key as text and as picture."""

from base64 import b32decode
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest

from registry.adapters.one_time_codes import TimeCodes

RFC_SECRET = b"12345678901234567890"
RFC_CODES = (
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
)
"""RFC 6238, appendix B, the last six of the eight digits for SHA-1."""


@pytest.mark.parametrize(("seconds", "code"), RFC_CODES)
def test_the_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    assert TimeCodes().step(RFC_SECRET, code, datetime.fromtimestamp(seconds, UTC)) == seconds // 30


def test_a_code_is_right_one_step_early_and_late_and_no_further() -> None:
    at, codes = datetime.fromtimestamp(1234567890, UTC), TimeCodes()
    steps = [codes.step(RFC_SECRET, "005924", at + timedelta(seconds=30 * away)) for away in (-2, -1, 0, 1, 2)]
    assert steps == [None, 41152263, 41152263, 41152263, None]


@pytest.mark.parametrize("code", ["", "00592", "0059245", "abcdef", "٠٠٥٩٢٤", "\ud800", "005924\x00"])
def test_what_is_no_right_code_is_refused(code: str) -> None:
    assert TimeCodes().step(RFC_SECRET, code, datetime.fromtimestamp(1234567890, UTC)) is None


def test_spaces_in_a_code_do_no_harm() -> None:
    assert TimeCodes().step(RFC_SECRET, " 005 924 ", datetime.fromtimestamp(1234567890, UTC)) is not None


def test_a_key_is_random_and_can_be_typed() -> None:
    codes = TimeCodes()
    secret = codes.new_secret()
    assert len(secret) == 20
    assert secret != codes.new_secret()
    assert b32decode(codes.text(secret).replace(" ", "")) == secret
    assert all(len(group) == 4 for group in codes.text(secret).split())


def test_the_picture_is_plain_svg_without_style_or_script() -> None:
    drawn = TimeCodes().picture(RFC_SECRET, name="office@city.example", issuer="Human Rights Cities Registry")
    root = ElementTree.fromstring(drawn)  # noqa: S314  # our own
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    attributes = {name for element in root.iter() for name in element.attrib}
    assert tags <= {"svg", "path", "title", "g"}
    assert "style" not in attributes
    assert not any(name.startswith("on") for name in attributes)
