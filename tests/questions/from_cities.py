"""What some questions must answer, computed from the shared compilation ``cities.json``, which knows no RDF."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

Row = tuple[str, ...]

INSTRUMENTS: Final = {
    r"UDHR(?! values)|Universal Declaration of Human Rights": "universal-declaration-of-human-rights",
    r"ICCPR": "international-covenant-on-civil-and-political-rights",
    r"ICESCR": "international-covenant-on-economic-social-and-cultural-rights",
    r"I?CERD": "international-convention-on-the-elimination-of-all-forms-of-racial-discrimination",
    r"CEDAW": "convention-on-the-elimination-of-all-forms-of-discrimination-against-women",
    r"CAT|Convention against Torture": "convention-against-torture",
    r"CRPD": "convention-on-the-rights-of-persons-with-disabilities",
    r"CRC|(UN )?Convention on the Rights of the Child": "convention-on-the-rights-of-the-child",
    r"Refugee Convention": "convention-relating-to-the-status-of-refugees",
    r"European Social Charter": "european-social-charter",
    r"European Convention on Human Rights": "european-convention-on-human-rights",
    r"EU Charter of Fundamental Rights": "charter-of-fundamental-rights-of-the-european-union",
    r"European Charter for the Safeguarding of Human Rights in the City": (
        "european-charter-for-the-safeguarding-of-human-rights-in-the-city"
    ),
    r"Vienna Declaration and Programme of Action": "vienna-declaration-and-programme-of-action",
    r"UN Declaration on the Rights of Indigenous Peoples": "declaration-on-the-rights-of-indigenous-peoples",
    r"American Declaration on the Rights and Duties of Man": "american-declaration-of-the-rights-and-duties-of-man",
    r"American Convention on Human Rights": "american-convention-on-human-rights",
    r"principles of international human rights|universal human rights|international human rights agreements"
    r"|human rights treaties": "international-human-rights-law",
}
"""The wordings of the compilation and the instruments they mean; what is in no list stays out."""

ALSO_CITED: Final = (
    ("carrboro", "declaration_title"),
    ("seattle", "declaration_note"),
    ("terrassa", "declaration_title"),
)
"""Facts under another name by which the data say that an act adopts, joins or cites an instrument."""

LANGUAGES: Final = {"de": "DEU", "en": "ENG", "sv": "SWE"}
READINGS: Final = {"more than 2,800": 2800, "over 1,350 requests, about 250 formal investigations": 1350, "6 of 10": 60}


@dataclass(frozen=True)
class Fact:
    """One fact of the compilation that nothing leaves out of the data."""

    slug: str
    property: str
    value: Any
    addresses: tuple[str, ...]


class Compilation:
    """The records of ``cities.json``."""

    def __init__(self, path: Path) -> None:
        self.records: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        self.facts = [fact for record in self.records for fact in _facts(record)]

    def of(self, *properties: str) -> Iterator[Fact]:
        """Give the facts with one of these properties."""
        return (fact for fact in self.facts if fact.property in properties)


def _facts(record: dict[str, Any]) -> Iterator[Fact]:
    for fact in record["facts"]:
        if fact["confidence"] != "unconfirmed":
            more = (source["url"] for source in fact.get("additional_sources", []))
            yield Fact(record["slug"], fact["property"], fact["value"], (fact["source_url"], *more))


def _is_of_a_report(fact: Fact) -> bool:
    return fact.slug == "utrecht" and "aim to make it better known" not in fact.value


def instruments_in(text: str) -> set[str]:
    """Give the listed instruments that a wording names as whole words."""
    return {found for wording, found in INSTRUMENTS.items() if re.search(rf"\b(?:{wording})\b", text)}


def who_adopted_what(facts: Compilation) -> Iterator[Row]:
    """City, instrument, address; what a report of Utrecht names is asked by another question."""
    for fact in facts.of("instrument_cited", *(name for _, name in ALSO_CITED)):
        cited = fact.property == "instrument_cited" and not _is_of_a_report(fact)
        if cited or (fact.slug, fact.property) in ALSO_CITED:
            for instrument in instruments_in(fact.value):
                yield from ((fact.slug, instrument, address) for address in fact.addresses)


def designations(facts: Compilation) -> Iterator[Row]:
    """City and designation."""
    for fact in facts.of("designation_status"):
        yield fact.slug, fact.value.replace("-", " ").capitalize()


def countries(facts: Compilation) -> Iterator[Row]:
    """Country and number of cities; Grigny is known from a list of members only."""
    codes = Counter(record["country_iso2"] for record in facts.records if record["record_type"] == "city")
    codes["FR"] += 1
    yield from ((code, str(number)) for code, number in codes.items())


def contradictions(facts: Compilation) -> Iterator[Row]:
    """City and the address named first."""
    yield from ((fact.slug, fact.addresses[0]) for fact in facts.of("criticism"))


def inhabitants(facts: Compilation) -> Iterator[Row]:
    """City, number, whether it is approximate, address."""
    for fact in facts.of("population"):
        approximate = "true" if fact.value.get("approximate") else ""
        yield from ((fact.slug, str(fact.value["count"]), approximate, address) for address in fact.addresses)


def where_to_complain(facts: Compilation) -> Iterator[Row]:
    """City and what sort of office it is, in words."""
    yield from ((fact.slug, fact.value["type"]) for fact in facts.of("complaint_body"))


def forum_editions(facts: Compilation) -> Iterator[Row]:
    """Edition, place, theme."""
    known = {(fact.slug, fact.property): fact.value for fact in facts.of("place", "theme")}
    for record in facts.records:
        if record.get("kind") == "WHRCF":
            slug = record["slug"]
            yield slug, known.get((slug, "place"), ""), known.get((slug, "theme"), "")


def profiles(facts: Compilation) -> Iterator[Row]:
    """Each city about which at least one fact is in the data."""
    cities = {record["slug"] for record in facts.records if record["record_type"] == "city"}
    yield from ((slug,) for slug in cities & {fact.slug for fact in facts.facts})


def languages(facts: Compilation) -> Iterator[Row]:
    """City and language of its act."""
    yield from ((fact.slug, LANGUAGES[fact.value[:2]]) for fact in facts.of("declaration_language"))


def money(facts: Compilation) -> Iterator[Row]:
    """City, amount, currency, address."""
    for fact in facts.of("budget"):
        sum_of_money = str(fact.value["amount"]), fact.value["currency"]
        yield from ((fact.slug, *sum_of_money, address) for address in fact.addresses)


def measured_figures(facts: Compilation) -> Iterator[Row]:
    """City, value, address; a value in words is read as ``READINGS`` says."""
    for fact in facts.of("indicator_observation"):
        value = fact.value["value"]
        yield from ((fact.slug, str(READINGS.get(value, value)), address) for address in fact.addresses)


def cities_on_the_map(facts: Compilation) -> Iterator[Row]:
    """City, point, and each identifier of the place."""
    points = {fact.slug: fact.value for fact in facts.of("coordinates")}
    for fact in facts.of("geonames_id", "wikidata_qid"):
        point = f"POINT({points[fact.slug]['longitude']} {points[fact.slug]['latitude']})"
        geonames, wikidata = f"https://sws.geonames.org/{fact.value}/", f"http://www.wikidata.org/entity/{fact.value}"
        yield fact.slug, point, geonames if fact.property == "geonames_id" else wikidata


def instruments_of_a_report(facts: Compilation) -> Iterator[Row]:
    """City and instrument: what the report of Utrecht of 2011 names."""
    for fact in facts.of("instrument_cited"):
        if _is_of_a_report(fact):
            yield from ((fact.slug, instrument) for instrument in instruments_in(fact.value))


EXPECTED: Final[dict[str, tuple[tuple[str, ...], Callable[[Compilation], Iterator[Row]]]]] = {
    "01-who-adopted-what": (("city", "instrument", "address"), who_adopted_what),
    "06-cities-by-designation": (("city", "designation"), designations),
    "07-cities-per-country": (("code", "cities"), countries),
    "13-contradictions": (("city", "address"), contradictions),
    "28-inhabitants": (("city", "inhabitants", "approximate", "address"), inhabitants),
    "31-where-to-complain": (("city", "inWords"), where_to_complain),
    "33-forum-editions": (("edition", "place", "theme"), forum_editions),
    "37-when-profiles-were-compiled": (("city",), profiles),
    "41-languages-of-texts": (("city", "languageOfAct"), languages),
    "43-money": (("city", "amount", "currency", "address"), money),
    "45-measured-figures": (("city", "value", "address"), measured_figures),
    "46-cities-on-the-map": (("city", "point", "identifier"), cities_on_the_map),
    "50-reports-that-name-instruments": (("city", "instrument"), instruments_of_a_report),
}
"""Each question whose answer the compilation gives, by its slug: the columns compared and how to compute them."""
