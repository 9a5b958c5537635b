"""What single terms of an untrusted graph may look like: clean text, canonical literals, honest IRIs."""

import re
import unicodedata
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from registry.errors import NotAdmitted, SubmissionTooLarge
from registry.guard import Limits
from registry.namespaces import GEO, PREFIXES, XSD

INTEGERS: Final = {
    XSD.integer: (None, None),
    XSD.long: (-(2**63), 2**63 - 1),
    XSD.int: (-(2**31), 2**31 - 1),
    XSD.short: (-(2**15), 2**15 - 1),
    XSD.byte: (-128, 127),
    XSD.nonNegativeInteger: (0, None),
    XSD.positiveInteger: (1, None),
    XSD.nonPositiveInteger: (None, 0),
    XSD.negativeInteger: (None, -1),
    XSD.unsignedLong: (0, 2**64 - 1),
    XSD.unsignedInt: (0, 2**32 - 1),
    XSD.unsignedShort: (0, 2**16 - 1),
    XSD.unsignedByte: (0, 255),
}
_BOOLEANS: Final = {"true": "true", "1": "true", "false": "false", "0": "false"}
_INTEGER: Final = re.compile(r"[+-]?[0-9]+", re.ASCII)
_DECIMAL: Final = re.compile(
    r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
    r"|-?[0-9]\.[0-9]{1,40}E-?[0-9]{1,2}",  # how JSON-LD 1.1 writes a number with a fraction, whatever its type
    re.ASCII,
)
_DOUBLE: Final = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,2})?", re.ASCII)
_DATE: Final = re.compile(r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}", re.ASCII)
_POINT: Final = re.compile(
    r"(?:<http://www\.opengis\.net/def/crs/OGC/1\.3/CRS84> )?"
    r"POINT ?\( ?(-?[0-9]{1,3}(?:\.[0-9]{1,12})?) (-?[0-9]{1,2}(?:\.[0-9]{1,12})?) ?\)",
    re.ASCII,
)
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8}){0,5}", re.IGNORECASE | re.ASCII)
_HOST: Final = re.compile(r"[\w-]+(?:\.[\w-]+)*")
_LOCAL_NAME: Final = re.compile(r"[A-Za-z_][\w-]{0,60}", re.ASCII)
_MADE_UP_LABEL: Final = re.compile(r"[0-9a-f]{30,32}")
_MOST_DIGITS: Final = 18

_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE: Final = frozenset(
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2028\u2029\u2060\u2061\u2062\u2063\u2064\u206a\u206b\u206c\u206d"
    "\u206e\u206f\u3164\ufeff\uffa0\ufff9\ufffa\ufffb\ufffc\ufffd"
)
_JOINERS: Final = frozenset("\u200c\u200d")
_JOINING_SCRIPTS: Final = re.compile(
    "ARABIC|BENGALI|DEVANAGARI|GUJARATI|GURMUKHI|KANNADA|KHMER|MALAYALAM|MONGOLIAN|MYANMAR|NKO|ORIYA|SINHALA|SYRIAC|"
    "TAMIL|TELUGU|THAANA|TIBETAN"
)
_UNNAMED: Final = {"Cc": "a control character", "Co": "a character for private use"}
_LINE_MARKS: Final = frozenset("\t\n\r")
_MIXABLE: Final = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
)


def admitted_literal(literal: Literal, *, wanted: Collection[URIRef], limits: Limits) -> Literal:
    """Give the literal in canonical form: text in NFC, numbers and truth values canonical, every date YYYY-MM-DD.

    An integer or a double becomes a decimal where the property wants one; other doubles become decimals too.
    Raises NotAdmitted or SubmissionTooLarge with the reason, which the caller completes with the statement.
    """
    size = len(literal.encode())
    if size > limits.literal_bytes:
        raise SubmissionTooLarge(f"the text has {size:,} bytes and may have {limits.literal_bytes:,}; shorten it")
    datatype = literal.datatype
    if literal.language or datatype in {None, XSD.string}:
        return _text(literal)
    if datatype == XSD.date:
        return _date(literal)
    if datatype == XSD.boolean:
        return Literal(_among(literal, _BOOLEANS), datatype=XSD.boolean)
    if datatype is not None and datatype in INTEGERS:
        return _number(literal, INTEGERS[datatype], wanted)
    if datatype == XSD.decimal:
        return _decimal(literal, _DECIMAL)
    if datatype in {XSD.double, XSD.float}:
        return _decimal(literal, _DOUBLE)
    if datatype == GEO.wktLiteral:
        return _point(literal)
    raise NotAdmitted(
        f"the datatype <{datatype}> is not accepted; use text, xsd:date, xsd:integer, xsd:decimal or xsd:boolean, "
        "and write links as IRIs in < >"
    )


def check_iri(iri: str, *, limits: Limits) -> SplitResult:
    """Give the parts of an honest web address; raises NotAdmitted or SubmissionTooLarge with the reason."""
    iri = str(iri)
    if len(iri) > limits.iri_characters:
        raise SubmissionTooLarge(
            f"an IRI has {len(iri):,} characters and may have {limits.iri_characters:,}; shorten it"
        )
    if not iri.startswith(("http://", "https://")):
        raise NotAdmitted("an IRI does not begin with http:// or https://; link to a page on the web")
    plain = unquote(iri, errors="ignore") if "%" in iri else iri
    fault = text_fault(plain) or text_fault(iri)
    if fault or not _LINE_MARKS.isdisjoint(plain):
        raise NotAdmitted(f"an IRI contains {fault or 'a line break or tab'}; type the address again by hand")
    if not unicodedata.is_normalized("NFC", iri):
        raise NotAdmitted("an IRI is not in Unicode form NFC; copy the address from the browser again")
    try:
        parts = urlsplit(iri)
        host = parts.hostname or ""
        parts.port  # noqa: B018  # reading it is how urllib checks it
    except ValueError as fault_in_host:
        raise NotAdmitted(
            "an IRI has a faulty host or port; copy the address from the browser again"
        ) from fault_in_host
    if parts.username is not None or parts.password is not None:
        raise NotAdmitted("an IRI names a user before its host; give the address without what precedes the @")
    if not _HOST.fullmatch(host):
        raise NotAdmitted("an IRI has no host or a faulty one; give the full web address")
    if not host.isascii() or "xn--" in host:
        for label in host.split("."):
            _check_host_label(label)
    return parts


def readable(term: Node, *, city: str = "") -> str:
    """Write a term as in Turtle: prefixed where possible, the city's parts as <#…>, hidden signs escaped."""
    if isinstance(term, Literal):
        suffix = f"@{term.language}" if term.language else f"^^{readable(term.datatype)}" if term.datatype else ""
        return _shown(term) + suffix
    if isinstance(term, BNode):
        return "[…]" if _MADE_UP_LABEL.fullmatch(term) else f"_:{_cut(term, 40)}"
    text = str(term)
    if city and text.startswith(city + "#"):
        text = text[len(city) :]
    else:
        for prefix, namespace in PREFIXES.items():
            local = text.removeprefix(str(namespace))
            if local != text and _LOCAL_NAME.fullmatch(local):
                return f"{prefix}:{local}"
    return f"<{_cut(text, 160)}>"


def text_fault(text: str) -> str | None:
    """Name the first character that a reader cannot see or that changes how others are read, with its position."""
    if text.isascii() and text.isprintable():
        return None
    for position, character in enumerate(text):
        if character.isascii() and (character.isprintable() or character in _LINE_MARKS):
            continue
        if _is_unwanted(character) or (character in _JOINERS and not _joins(text, position)):
            name = unicodedata.name(character, _UNNAMED.get(unicodedata.category(character), "not a character"))
            return f"the character U+{ord(character):04X} ({name}) at position {position + 1}"
    return None


def without_unseen(text: str) -> str:
    """Give a text without the characters that a reader cannot see or that change how others are read."""
    return "".join(
        sign
        for position, sign in enumerate(text)
        if (sign in _LINE_MARKS or not _is_unwanted(sign)) and (sign not in _JOINERS or _joins(text, position))
    )


def _is_unwanted(character: str) -> bool:
    if character in _BIDI or character in _INVISIBLE:
        return True
    code = ord(character)
    is_tag_or_selector = 0xE0000 <= code <= 0xE0FFF
    is_no_character = (code & 0xFFFE) == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return is_tag_or_selector or is_no_character or unicodedata.category(character) in {"Cc", "Co", "Cs"}


def _joins(text: str, position: int) -> bool:
    """Say whether a joiner stands between two letters of a script that is written with joiners."""
    around = text[position - 1 : position] + text[position + 1 : position + 2]
    return len(around) == 2 and all(
        unicodedata.category(letter)[0] in "LM" and _JOINING_SCRIPTS.fullmatch(_script(letter)) for letter in around
    )


def _script(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").split(" ")[0].split("-")[0]


def _text(literal: Literal) -> Literal:
    if literal.language and not _LANGUAGE.fullmatch(literal.language):
        raise NotAdmitted(f'the language tag "{literal.language}" is not well-formed (BCP 47); write for example "de"')
    fault = text_fault(literal)
    if fault:
        raise NotAdmitted(f"the text contains {fault}; remove it")
    text = unicodedata.normalize("NFC", literal.replace("\r\n", "\n").replace("\r", "\n"))
    if not text.strip():
        raise NotAdmitted("the text is empty; write it or remove the statement")
    return Literal(text, lang=literal.language)


def _date(literal: Literal) -> Literal:
    try:
        if _DATE.fullmatch(literal):
            date.fromisoformat(literal)
            return Literal(str(literal), datatype=XSD.date)
    except ValueError as fault:
        raise NotAdmitted(f'there is no day "{literal}" in the calendar; correct the date') from fault
    raise NotAdmitted(
        f"{_shown(literal)} is not a date as wanted here; write year-month-day without time or zone, such as 2026-06-30"
    )


def _among(literal: Literal, forms: dict[str, str]) -> str:
    if str(literal) not in forms:
        raise NotAdmitted(f"{_shown(literal)} is not a truth value; write true or false")
    return forms[str(literal)]


def _number(literal: Literal, span: tuple[int | None, int | None], wanted: Collection[URIRef]) -> Literal:
    if not _INTEGER.fullmatch(literal):
        raise NotAdmitted(f"{_shown(literal)} is not a whole number; write digits only")
    if len(literal.lstrip("+-0")) > _MOST_DIGITS:
        raise NotAdmitted(f"{_shown(literal)} has more than {_MOST_DIGITS} digits; check the number")
    value = int(literal)
    least, most = span
    if (least is not None and value < least) or (most is not None and value > most):
        raise NotAdmitted(f"{_shown(literal)} is outside its datatype <{literal.datatype}>; correct the number")
    wants_decimal = XSD.decimal in wanted and XSD.integer not in wanted
    return Literal(str(value), datatype=XSD.decimal if wants_decimal else XSD.integer, normalize=False)


def _decimal(literal: Literal, form: re.Pattern[str]) -> Literal:
    if not form.fullmatch(literal) or len(literal) > 100:
        raise NotAdmitted(f"{_shown(literal)} is not a decimal number; write digits with a point, such as 1250.5")
    whole, _, fraction = f"{abs(Decimal(literal)):f}".partition(".")
    whole, fraction = whole.lstrip("0"), fraction.rstrip("0")
    if len(whole) > _MOST_DIGITS or len(fraction) > _MOST_DIGITS:
        raise NotAdmitted(f"{_shown(literal)} has more than {_MOST_DIGITS} digits before or after the point; round it")
    number = (whole or "0") + ("." + fraction if fraction else "")
    sign = "-" if literal.startswith("-") and number != "0" else ""
    return Literal(sign + number, datatype=XSD.decimal, normalize=False)


def _point(literal: Literal) -> Literal:
    match = _POINT.fullmatch(literal)
    if not match or abs(Decimal(match[1])) > 180 or abs(Decimal(match[2])) > 90:
        raise NotAdmitted(
            f"{_shown(literal)} is not a point; write POINT(longitude latitude), such as POINT(15.44 47.07)"
        )
    return Literal(f"POINT({match[1]} {match[2]})", datatype=GEO.wktLiteral)


def _check_host_label(label: str) -> None:
    if label.startswith("xn--"):
        try:
            label = label[4:].encode().decode("punycode")
        except UnicodeError as fault:
            raise NotAdmitted(f"the host name part {label} is not valid; give the address by hand") from fault
        if text_fault(label):
            raise NotAdmitted("a host name hides invisible characters; give the address by hand")
    scripts = frozenset(_script(letter) for letter in label if unicodedata.category(letter)[0] == "L")
    if len(scripts) > 1 and not any(scripts <= mixable for mixable in _MIXABLE):
        raise NotAdmitted(
            f"the host name part “{label}” mixes letters of several scripts ({', '.join(sorted(scripts)).title()}), "
            "as forged addresses do; give the address by hand"
        )


def _shown(literal: Literal) -> str:
    return f'"{_cut(literal, 40)}"'


def _cut(text: str, most: int) -> str:
    return _visible(text[:most]) + ("…" if len(text) > most else "")


def _visible(text: str) -> str:
    """Escape what cannot be seen, as Turtle would."""
    hidden = {sign for sign in text if sign in _LINE_MARKS | _JOINERS or sign == '"' or _is_unwanted(sign)}
    return "".join(_escaped(sign) if sign in hidden else sign for sign in text)


def _escaped(sign: str) -> str:
    return f"\\u{ord(sign):04X}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08X}"
