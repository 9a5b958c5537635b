"""What a value that is refused can only have meant: the same value in the form that its field takes; pure.

Nothing is guessed here. Where a value can be read in several ways, all of them are given, and where in none, nothing:
then it is asked for.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import Final

from dateutil.parser import ParserError, parse
from rdflib import Literal, URIRef
from rdflib.term import Node

from registry.entry_plan import Field, Kind, Option
from registry.errors import NotAdmitted, SubmissionTooLarge
from registry.guard import Limits
from registry.lexical import admitted_literal, check_iri, without_unseen
from registry.namespaces import RDF, XSD

_LIMITS: Final = Limits()
_NEAR: Final = 0.8
"""How alike two names are, from 0 to 1, that differ by a slip of the pen."""
_LONGEST: Final = 60
_MOMENT: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T[\d:.]*)?(?:Z|[+-]\d{2}:\d{2})?", re.ASCII)
_YEAR_FIRST: Final = re.compile(r"(\d{4})[-/. ] ?(\d{1,2})[-/. ] ?(\d{1,2})\.?", re.ASCII)
_YEAR_LAST: Final = re.compile(r"(\d{1,2})([-/.]) ?(\d{1,2})[-/.] ?(\d{4})", re.ASCII)
_WORDED: Final = re.compile(r"(?=.*[A-Za-z]{3})(?=.*\b\d{4}\b)[A-Za-z0-9 ,.]+", re.ASCII)
_GROUPED: Final = re.compile(r"[+-]?\d{1,3}(?:[ '\u00a0\u202f]\d{3})+(?:[.,]\d+)?")
_GROUPED_OR_NOT: Final = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
"""A mark that parts thousands or a fraction."""
_DECIMAL_COMMA: Final = re.compile(r"[+-]?\d+,\d+", re.ASCII)
_NO_FRACTION: Final = re.compile(r"([+-]?\d+)\.0+", re.ASCII)
_STARTS: Final = (datetime(2000, 1, 1), datetime(2004, 2, 20))
"""Two days without anything in common, weeks apart in their months: what a text leaves open is read differently."""
_TRUE: Final = {"yes": "true", "no": "false", "true": "true", "false": "false", "1": "true", "0": "false"}


def readings(term: Node, field: Field) -> tuple[Node, ...]:
    """Give every value that a term can have meant as an answer to a field, without the term itself.

    The same text in the field's datatype, the same day in the form of dates, the value of a list by its name.
    """
    found: Iterator[Node]
    if field.kind is Kind.CHOICE:
        found = _listed(term, field)
    elif field.kind is Kind.ADDRESS:
        found = _addresses(term)
    elif isinstance(term, Literal):
        found = (each for text in _texts(term, field) for each in _literals(text, term, field))
    else:
        found = iter(())
    return tuple(dict.fromkeys(each for each in found if each != term))


def alike(name: str, names: list[str]) -> list[str]:
    """Give the names that differ from a name by a slip of the pen, in capitals or not."""
    wanted = name.casefold()
    same = [each for each in names if each.casefold() == wanted]
    return same or [each for each in names if SequenceMatcher(None, wanted, each.casefold()).ratio() >= _NEAR]


def local(term: Node | str) -> str:
    """Give the last step of an IRI."""
    return re.split(r"[#/]", str(term).rstrip("#/"))[-1]


def _texts(term: Literal, field: Field) -> Iterator[str]:
    text = without_unseen(str(term))
    if len(text) > _LONGEST or field.kind in (Kind.LANGUAGE_TEXT, Kind.TEXT, Kind.POINT):
        yield text
        return
    plain = " ".join(text.split())
    reading: Callable[[str], Iterator[str]] | None = {
        Kind.DATE: _days,
        Kind.INTEGER: _numbers,
        Kind.DECIMAL: _numbers,
        Kind.BOOLEAN: _truths,
    }.get(field.kind)
    yield from reading(plain) if reading else [plain]


def _literals(text: str, term: Literal, field: Field) -> Iterator[Literal]:
    """Give a text as a literal of each datatype that the field takes, where it is well-formed in it."""
    for datatype in sorted(field.datatypes):
        if datatype == RDF.langString:
            if not term.language:
                continue
            raw = Literal(text, lang=term.language)
        else:
            raw = Literal(text, datatype=datatype, normalize=False)
        try:
            yield admitted_literal(raw, wanted=field.datatypes, limits=_LIMITS)
        except (NotAdmitted, SubmissionTooLarge):
            continue


def _days(text: str) -> Iterator[str]:
    """Give each day that a text can name; with full stops between them the day comes first, as everywhere they do."""
    if match := _MOMENT.fullmatch(text):
        yield match[1]
    elif match := _YEAR_FIRST.fullmatch(text):
        yield from _day(match[1], match[2], match[3])
    elif match := _YEAR_LAST.fullmatch(text):
        yield from _day(match[4], match[3], match[1])
        if match[2] != ".":
            yield from _day(match[4], match[1], match[3])
    elif _WORDED.fullmatch(text):
        yield from _worded(text)


def _day(year: str, month: str, day: str) -> Iterator[str]:
    try:
        yield date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return


def _worded(text: str) -> Iterator[str]:
    """Read a day whose month is a word; one that leaves something open is none."""
    try:
        first, second = (parse(text, default=start, ignoretz=True) for start in _STARTS)
    except (ParserError, OverflowError):
        return
    if first == second:
        yield first.date().isoformat()


def _numbers(text: str) -> Iterator[str]:
    if _GROUPED_OR_NOT.fullmatch(text):
        return
    if _GROUPED.fullmatch(text):
        text = re.sub(r"[ '\u00a0\u202f]", "", text)
    if _DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    match = _NO_FRACTION.fullmatch(text)
    yield match[1] if match else text


def _truths(text: str) -> Iterator[str]:
    yield from [_TRUE[text.casefold()]] if text.casefold() in _TRUE else []


def _addresses(term: Node) -> Iterator[URIRef]:
    """Give a text that is an address as one; another kind of address is asked for."""
    text = str(term).strip()
    if not isinstance(term, Literal) or re.search(r'[\s<>"{}|\\^`]', text):
        return
    try:
        check_iri(text, limits=_LIMITS)
    except (NotAdmitted, SubmissionTooLarge):
        return
    yield URIRef(text)


def _listed(term: Node, field: Field) -> Iterator[Node]:
    """Give the value of a list that a term names: by its address, its name, or a slip of the pen in one of them."""
    text = " ".join(str(term).split())
    for names_of in (_by_address, _by_name):
        same = [option for option in field.options if _plain(text) in map(_plain, names_of(option))]
        if same:
            yield from (_value(option, field) for option in same)
            return
    named = {name: option for option in field.options for name in (local(option.value), option.label)}
    near = {named[name].value: named[name] for name in alike(local(text) if "/" in text else text, list(named))}
    yield from (_value(option, field) for option in near.values())


def _by_address(option: Option) -> tuple[str, ...]:
    return (option.value,)


def _by_name(option: Option) -> tuple[str, ...]:
    """Give what people write for a value: its name, its number, its name without the number, the end of its IRI."""
    number, _, rest = option.label.partition(" ")
    numbered = (number, rest) if number[:1].isdigit() else ()
    return (option.label, local(option.value), *numbered)


def _plain(text: str) -> str:
    """Give an address or a name without what is often written in another way."""
    return re.sub(r"^https?://", "", text.strip().casefold()).rstrip("/#").replace("#", "/")


def _value(option: Option, field: Field) -> Node:
    if field.takes_addresses:
        return URIRef(option.value)
    datatype = min(field.datatypes, key=str, default=XSD.string)
    return Literal(option.value, datatype=None if datatype == XSD.string else datatype)
