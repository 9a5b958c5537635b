"""The first look at untrusted bytes, before any parser: size, encoding, kind of file, nesting; linear in the size."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from registry.errors import SubmissionTooLarge, UnreadableSubmission, UnsupportedFormat

TURTLE: Final = "text/turtle"
JSON_LD: Final = "application/ld+json"
WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BY_SUFFIX: Final = {
    ".ttl": TURTLE,
    ".nt": "application/n-triples",
    ".nq": "application/n-quads",
    ".trig": "application/trig",
    ".jsonld": JSON_LD,
    ".json": JSON_LD,
    ".xlsx": WORKBOOK,
}
_BY_DECLARATION: Final = {
    **{media_type: media_type for media_type in _BY_SUFFIX.values()},
    "application/json": JSON_LD,
    "application/x-turtle": TURTLE,
}
_NOT_PLAIN: Final = re.compile(r"[^a-z0-9./+_:-]", re.ASCII | re.IGNORECASE)
_SAYS_NOTHING: Final = frozenset({"", "application/octet-stream", "application/x-www-form-urlencoded", "text/plain"})
_XML_TYPES: Final = re.compile(r"(?:application|text)/(?:[a-z0-9.+-]*\+)?xml|text/html")
_XML_SUFFIXES: Final = frozenset({".htm", ".html", ".owl", ".rdf", ".xhtml", ".xml"})
_OTHER_SHEETS: Final = frozenset({".numbers", ".ods", ".xls", ".xlsb", ".xlsm", ".xltm", ".xltx"})
_XML_START: Final = re.compile(
    rb"\s*<(?:\?xml|!|rdf:RDF[\s>/]|html[\s>/]|[A-Za-z][\w:.-]*\s[^<>]*?xmlns)", re.IGNORECASE
)
_PACKED: Final = (
    (b"\x1f\x8b", "compressed (gzip)"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x28\xb5\x2f\xfd", "compressed (zstd)"),
    (b"\xfd7zXZ\x00", "compressed (xz)"),
    (b"BZh", "compressed (bzip2)"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"x\x01", "compressed (deflate)"),
    (b"x\x9c", "compressed (deflate)"),
    (b"x\xda", "compressed (deflate)"),
    (b"\x04\x22\x4d\x18", "compressed (lz4)"),
    (b"%PDF-", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
)
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_WANTED: Final = "send Turtle, N-Triples or JSON-LD"
_TURTLE_TOKEN: Final = re.compile(
    r'#[^\n\r]*+|"""(?:[^"\\]|\\.|"(?!""))*+(?:"""|\Z)?|' + r"'''(?:[^'\\]|\\.|'(?!''))*+(?:'''|\Z)?|"
    r'"(?:[^"\\\n\r]|\\.)*+"?|' + r"'(?:[^'\\\n\r]|\\.)*+'?|"
    r"\\.|<<|\{\||<[^<>\"{}|^`\s]*+>?|[\[\](){}]",
    re.DOTALL,
)
_JSON_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)

_TRIPLE_TERM: Final = (
    "The file uses triple terms or annotations of RDF 1.2: {}: send RDF 1.1, "
    "and say what supports a claim with hrc:supportedBy."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one file may hold at most; ``depth`` counts open brackets."""

    most_bytes: int = 5_000_000
    most_triples: int = 50_000
    literal_bytes: int = 65_536
    iri_characters: int = 2_048
    blank_nodes: int = 200
    depth: int = 64


def media_type_of(name: str | None, declared: str | None, raw: bytes) -> str:
    """Say how to read the bytes: by the declared media type, else by the file name's ending, else by how they begin.

    Raises UnsupportedFormat for what is not accepted, RDF/XML above all.
    """
    told, _, parameters = (declared or "").partition(";")
    told = told.strip().lower()
    _refuse_charset(parameters)
    if told in _BY_DECLARATION:
        return _BY_DECLARATION[told]
    if _XML_TYPES.fullmatch(told):
        raise _no_xml()
    if told not in _SAYS_NOTHING:
        raise UnsupportedFormat(f"{_quoted(told)} is not accepted; {_WANTED}.")
    suffix = PurePosixPath(name or "").suffix.lower()
    if suffix in _BY_SUFFIX:
        return _BY_SUFFIX[suffix]
    if suffix in _XML_SUFFIXES:
        raise _no_xml()
    if suffix in _OTHER_SHEETS:
        raise UnsupportedFormat(
            f"A workbook that ends in {_quoted(suffix)} is not accepted; save the template's workbook as .xlsx."
        )
    if suffix not in {"", ".txt"}:
        raise UnsupportedFormat(
            f"A file that ends in {_quoted(suffix)} is not accepted; {_WANTED} (.ttl, .nt or .jsonld), "
            "or the template's workbook (.xlsx)."
        )
    return JSON_LD if raw.removeprefix(_BYTE_ORDER_MARK).lstrip()[:1] in {b"{", b"["} else TURTLE


def checked_bytes(raw: bytes, media_type: str, *, limits: Limits) -> bytes:
    """Give the bytes without byte order mark, when no parser need fear them.

    Raises SubmissionTooLarge, UnsupportedFormat (compressed, XML, triple terms) and UnreadableSubmission (not UTF-8).
    """
    if len(raw) > limits.most_bytes:
        raise SubmissionTooLarge(
            f"The file has {len(raw):,} bytes and may have {limits.most_bytes:,}; send less, or several files."
        )
    for start, what in _PACKED:
        if raw.startswith(start):
            raise UnsupportedFormat(f"The file is {what}; {_WANTED} as plain, uncompressed text.")
    body = raw.removeprefix(_BYTE_ORDER_MARK)
    if _XML_START.match(body, 0, 4_096):
        raise _no_xml()
    text = _decoded(body)
    if not text.strip():
        raise UnreadableSubmission("The file is empty; `hrcr template` writes one to fill in.")
    if media_type == JSON_LD:
        _check_nesting(text, _JSON_TOKEN, limits)
    else:
        _check_nesting(text, _TURTLE_TOKEN, limits)
    return body


def _refuse_charset(parameters: str) -> None:
    match = re.search(r"charset\s*=\s*\"?([\w.:-]+)", parameters, re.IGNORECASE)
    if match and match[1].lower() not in {"utf-8", "utf8", "us-ascii"}:
        raise UnsupportedFormat(f"The character encoding {_quoted(match[1])} is not accepted; save the file as UTF-8.")


def _quoted(told: str) -> str:
    """Give what a sender called a thing, with a question mark for every sign that has no place in such a name."""
    return _NOT_PLAIN.sub("?", told[:80])


def _no_xml() -> UnsupportedFormat:
    return UnsupportedFormat(f"RDF/XML and other XML or HTML are not accepted; {_WANTED}.")


def _decoded(body: bytes) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError as fault:
        place = _place(body[: fault.start].decode())
        raise _unreadable("The file is not UTF-8 text: {}: save it as plain, uncompressed UTF-8.", *place) from fault
    null = text.find("\0")
    if null >= 0:
        raise _unreadable("The file contains a NUL character: {}: save it as plain UTF-8 text.", *_place(text[:null]))
    return text


def _check_nesting(text: str, token: re.Pattern[str], limits: Limits) -> None:
    depth = 0
    for match in token.finditer(text):
        found = match[0]
        if found in "[({":
            depth += 1
            if depth > limits.depth:
                raise _too_large(f"The file is nested deeper than {limits.depth} levels", text, match.start())
        elif found in "])}":
            depth -= 1
        elif found in {"<<", "{|"}:
            place = _place(text[: match.start()])
            raise _unreadable(_TRIPLE_TERM, *place)
        elif found[0] == "<" and len(found) > limits.iri_characters + 2:
            raise _too_large(f"An IRI has more than {limits.iri_characters:,} characters", text, match.start())


def _place(before: str) -> tuple[int, int]:
    """Give line and column, counted from 1, of what follows the text."""
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _too_large(fault: str, text: str, position: int) -> SubmissionTooLarge:
    line, column = _place(text[:position])
    return SubmissionTooLarge(f"{fault}: line {line}, column {column}: write the file flatter and shorter.")


def _unreadable(sentence: str, line: int, column: int) -> UnreadableSubmission:
    return UnreadableSubmission(sentence.format(f"line {line}, column {column}"), line=line, column=column)
