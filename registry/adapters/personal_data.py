"""The search for personal data in a text: addresses of e-mail, numbers of telephones and of bank accounts.

Telephone numbers are found by Google's libphonenumber, those of banks by their check digits (ISO 13616). Names of
persons are found by nobody: that a text is shown by a person first is what keeps them out.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from phonenumbers import SUPPORTED_REGIONS, PhoneNumberMatcher

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
_LONGEST_COUNTRY_LIST: Final = 4


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
        if _is_iban(found[0]):
            yield PersonalMark("bank account", found[0], found.start())
    for found in _SPOKEN.finditer(text):
        yield PersonalMark("telephone number", found[1], found.start(1))
    for country in (None, *sorted(set(countries) & SUPPORTED_REGIONS)[:_LONGEST_COUNTRY_LIST]):
        for number in PhoneNumberMatcher(text, country):
            yield PersonalMark("telephone number", number.raw_string, number.start)


def _is_iban(signs: str) -> bool:
    plain = re.sub(r"[ -]", "", signs)
    turned = plain[4:] + plain[:4]
    return 15 <= len(plain) <= 34 and int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1
