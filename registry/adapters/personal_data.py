"""The search for personal data in a text: e-mail, telephones, bank accounts, personal numbers, dates of birth.

Telephone numbers are found by Google's libphonenumber, those of banks by their check digits (ISO 13616), those that
states give to persons by theirs (python-stdnum). Names of persons are found by nobody: that a text is shown by a person
first is what keeps them out.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import Any, Final

from phonenumbers import SUPPORTED_REGIONS, NumberParseException, PhoneNumberMatcher, is_valid_number, parse
from stdnum import get_cc_module, iban

from registry.kept_texts import PersonalMark

_EMAIL: Final = re.compile(
    r"[\w.+%-]{1,64}\s?(?:@|\(at\)|\[at\]|\{at\})\s?(?:[\w-]{1,63}(?:\.|\s?(?:\(dot\)|\[dot\])\s?)){1,8}[^\W\d]{2,24}",
    re.IGNORECASE,
)
_IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{2,4}){3,8}\b")
_SPOKEN: Final = re.compile(
    r"\b(?:tel|telephone|phone|mobile|mob|call|fax|telefon|téléphone|handy|whatsapp|signal)\b[^\d\n]{0,15}"
    r"(\+?\(?\d[\d ()/.-]{4,20}\d)",
    re.IGNORECASE,
)
_DIALLED: Final = re.compile(r"(?<![\w.+])00[1-9](?:[ ()./-]{0,2}\d){6,14}(?!\d)")
"""An international number as it is dialled from most countries."""
_LONGEST_COUNTRY_LIST: Final = 4
_NUMBERS: Final = (
    re.compile(r"(?<![\w.])[A-Z0-9](?:[./+-]?[A-Z0-9]){8,19}(?!\w)"),
    re.compile(r"(?<![\w.])\d(?: ?\d){8,17}(?!\w)"),
)
_BIRTH: Final = re.compile(
    r"\b(?:born|date of birth|d\.o\.b|geb(?:oren)?|né|née|nato|nata|nacid[oa]|urodzon[ya])\b[^\n\d]{0,20}"
    r"\d{1,4}[./ -]{1,2}(?:\d{1,2}|\w{3,10})[./ -]{1,2}\d{2,4}",
    re.IGNORECASE,
)
_STRICT: Final = [
    "be.nn",
    "bg.egn",
    "br.cpf",
    "ch.ssn",
    "de.idnr",
    "dk.cpr",
    "ee.ik",
    "es.dni",
    "es.nie",
    "fi.hetu",
    "fr.nir",
    "gr.amka",
    "ie.pps",
    "is.kennitala",
    "it.codicefiscale",
    "kr.rrn",
    "mx.curp",
    "no.fodselsnummer",
    "pl.pesel",
    "ro.cnp",
    "se.personnummer",
    "si.emso",
    "tr.tckimlik",
    "za.idnr",
]
"""Personal numbers whose form and check digits hardly any other number has."""
_NAMED: Final = {
    "at.vnr": "sozialversicherung|svnr|sv-nr|vnr",
    "ca.sin": "social insurance|sin",
    "cz.rc": "rodné číslo|rodne cislo",
    "gb.nhs": "nhs",
    "hr.oib": "oib",
    "in.aadhaar": "aadhaar",
    "nl.bsn": "bsn|burgerservicenummer",
    "pt.cc": "cartão de cidadão",
    "us.ssn": "ssn|social security",
}
"""Personal numbers that look like many another: they count after a word that names them."""
_BEFORE: Final = 40
"""How far before a number a word may name it."""


def find_personal_data(text: str, countries: Collection[str] = ()) -> Sequence[PersonalMark]:
    """Give what may tell of a person, in order of place, each place once (see ``PersonalDataSearch``).

    Numbers without the code of a country are looked for as they are dialled in the countries given, four at most.
    """
    marks: list[PersonalMark] = []
    for mark in sorted(_marks(text, countries), key=lambda mark: (mark.start, -len(mark.signs))):
        if not marks or mark.start >= marks[-1].start + len(marks[-1].signs):
            marks.append(mark)
    return tuple(marks)


def _marks(text: str, countries: Collection[str]) -> Iterator[PersonalMark]:
    for found in _EMAIL.finditer(text):
        yield PersonalMark("e-mail address", found[0], found.start())
    for found in _IBAN.finditer(text):
        if account := _account(found[0]):
            yield PersonalMark("bank account", account, found.start())
    for found in _BIRTH.finditer(text):
        yield PersonalMark("date of birth", found[0], found.start())
    for found in _SPOKEN.finditer(text):
        yield PersonalMark("telephone number", found[1], found.start(1))
    for country in (None, *sorted(set(countries) & SUPPORTED_REGIONS)[:_LONGEST_COUNTRY_LIST]):
        for number in PhoneNumberMatcher(text, country):
            yield PersonalMark("telephone number", number.raw_string, number.start)
    for found in _DIALLED.finditer(text):
        if _is_number(found[0]):
            yield PersonalMark("telephone number", found[0], found.start())
    for found in (found for form in _NUMBERS for found in form.finditer(text)):
        if any(sign.isdigit() for sign in found[0]) and _is_personal(found[0], _before(text, found)):
            yield PersonalMark("personal number", found[0], found.start())


def _before(text: str, found: re.Match[str]) -> str:
    return text[max(0, found.start() - _BEFORE) : found.start()]


def _is_number(signs: str) -> bool:
    try:
        return is_valid_number(parse("+" + signs.removeprefix("00"), None))
    except NumberParseException:
        return False


def _account(words: str) -> str:
    """Give the account that words begin with, nothing when they begin with none."""
    while len(words) >= 15:
        if iban.is_valid(words):
            return words
        words = re.sub(r"[ -]?[^ -]*$", "", words)
    return ""


def _is_personal(words: str, before: str) -> bool:
    compact = re.sub(r"[ .]", "", words)
    if any(_module(name).is_valid(compact) for name in _STRICT):
        return True
    named = [name for name, word in _NAMED.items() if re.search(rf"\b(?:{word})\b", before, re.IGNORECASE)]
    return any(_module(name).is_valid(compact) for name in named)


@cache
def _module(name: str) -> Any:
    country, _, kind = name.partition(".")
    module = get_cc_module(country, kind)
    if module is None:  # a newer library has another name for it, which the test of every name tells
        raise LookupError(name)
    return module
