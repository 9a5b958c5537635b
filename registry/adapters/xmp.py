"""Reading every property of an XMP packet (ISO 16684-1), in whatever form it is written; run it confined.

The XML is read by defusedxml: what PDF and image libraries give of a packet is a fixed choice of its properties, and
the name of a person stands in any.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from registry.evidence_model import Passage

_MOST: Final = 300
_LONGEST: Final = 200
_SYNTAX: Final = frozenset(
    ["http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/XML/1998/namespace", "adobe:ns:meta/"]
)
_STANDARDS: Final = ("http://www.aiim.org/pdfa/ns/", "http://www.aiim.org/pdfua/ns/", "http://www.npes.org/pdfx/ns/")
"""The names of properties that say which standard a file keeps, and how its own properties are to be read."""
_TECHNICAL: Final = frozenset(
    [
        "CreateDate",
        "DocumentID",
        "InstanceID",
        "MetadataDate",
        "ModifyDate",
        "OriginalDocumentID",
        "PDFVersion",
        "Producer",
        "RenditionClass",
        "Trapped",
        "VersionID",
        "action",
        "changed",
        "documentID",
        "format",
        "instanceID",
        "originalDocumentID",
        "renditionClass",
        "softwareAgent",
        "when",
    ]
)
"""What says of programs, times and numbers of files; all else may be of who wrote it, also by names of their own."""


def properties_of(packet: bytes) -> tuple[tuple[Passage, ...], tuple[str, ...]]:
    """Give what a packet tells but for programs and times, each once, and in sentences what of it was not read."""
    try:
        root = ElementTree.fromstring(packet)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError):
        return (), ("The properties in XMP could not be read.",)
    told = list(islice(dict.fromkeys(_told(root, "")), _MOST + 1))
    more = (f"Only the first {_MOST} properties in XMP were read.",) if len(told) > _MOST else ()
    return tuple(told[:_MOST]), more


def _told(element: Any, name: str) -> Iterator[Passage]:
    """Give the values in an element and below; ``name`` is the property that lists and structures belong to."""
    for key, value in element.attrib.items():
        space, local = _split(key)
        if space not in _SYNTAX and not space.startswith(_STANDARDS) and local not in _TECHNICAL:
            yield from _passage(local, value)
        elif local == "resource":
            yield from _passage(name, value)
    yield from _passage(name, element.text or "")
    for child in element:
        space, local = _split(str(child.tag))
        if not space.startswith(_STANDARDS) and (space in _SYNTAX or local not in _TECHNICAL):
            yield from _told(child, name if space in _SYNTAX else local)


def _passage(name: str, words: str) -> Iterator[Passage]:
    if name and words.strip():
        yield Passage(f"XMP {name}", words.strip()[:_LONGEST])


def _split(name: str) -> tuple[str, str]:
    """Give the namespace and the local part of a name as ElementTree writes it."""
    space, _, local = name.rpartition("}")
    return space.removeprefix("{"), local
