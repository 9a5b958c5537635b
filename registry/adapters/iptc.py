"""Reading what a picture says in IPTC-IIM (4.2), as those write it who take or sell pictures; run it confined."""

import struct
from typing import Final

from PIL import IptcImagePlugin
from PIL.ImageFile import ImageFile

from registry.evidence_model import Passage

_LONGEST: Final = 200
_APPLICATION: Final = 2
"""The record that is about the picture; the others are about how it is sent."""
_TECHNICAL: Final = frozenset([0, 10, 55, 60, 62, 63, 65, 70, 200, 201, 202])
"""Its fields on versions, urgency, times, programs and a preview; all else may be of who made it or is in it."""
_FAULTS: Final = (SyntaxError, OSError, ValueError, TypeError, AttributeError, struct.error)
"""What the library raises for a record that is broken."""


def fields_of(image: ImageFile) -> tuple[tuple[Passage, ...], tuple[str, ...]]:
    """Give what a JPEG or TIFF tells, and in sentences what of it was not read."""
    try:
        found = IptcImagePlugin.getiptcinfo(image) or {}
    except _FAULTS:
        return (), ("The properties in IPTC could not be read.",)
    told = [
        Passage(f"IPTC {record}:{number}", _text(value)[:_LONGEST])
        for (record, number), values in found.items()
        if record == _APPLICATION and number not in _TECHNICAL
        for value in (values if isinstance(values, list) else [values])
        if value
    ]
    return tuple(told), ()


def _text(value: bytes) -> str:
    """Read a field, which is in UTF-8 or, in older files, in Latin-1."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
