"""What every server is asked: five kinds of query, each with as many variants as wanted, and when two answers agree."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from random import Random
from typing import Final
from urllib.parse import quote

from tests.benchmarks.cities import ITEMS, Generator

VARIANTS: Final = 400
"""How many different queries of each kind are sent in turn; a number in each makes all that are sent distinct."""

WARM: Final = 50
"""How many are sent again and again."""

_PREFIXES: Final = (
    "PREFIX hrc: <https://w3id.org/hrcr/def#> PREFIX dct: <http://purl.org/dc/terms/> "
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
)
_NUMBERS: Final = ("integer", "decimal", "double", "float", "long", "int")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of query: what it is called, and a query for one city."""

    key: str
    name: str
    says: str
    query: Callable[[str, Random], str]


def _item(city: str, random: Random) -> str:
    part = random.choice(
        ("", "#forum", "#plan-2024", "#declaration-2018", "#municipality", "#city-council", "#request-2026")
    )
    return f"SELECT ?property ?value WHERE {{ <{ITEMS}{city}{part}> ?property ?value }}"


def _join(city: str, _: Random) -> str:
    return (
        f"{_PREFIXES}SELECT ?title ?department ?goal WHERE {{ <{ITEMS}{city}> hrc:currentPlan ?plan . "
        "?plan hrc:commitment ?commitment . "
        "?commitment dct:title ?title ; hrc:ownedBy ?owner ; hrc:indicator ?indicator . "
        "?owner skos:prefLabel ?department . ?indicator hrc:targetValue ?goal }"
    )


def _aggregate(_: str, random: Random) -> str:
    return (
        f"{_PREFIXES}SELECT ?right (COUNT(?commitment) AS ?commitments) (SUM(?amount) AS ?money) WHERE {{ "
        "?commitment hrc:servesRight ?right ; hrc:budgetLine ?line . ?line hrc:amount ?amount "
        f"FILTER(?amount > {random.randrange(100_000, 900_000)}) }} GROUP BY ?right"
    )


def _text(city: str, _: Random) -> str:
    return (
        f"{_PREFIXES}SELECT ?evidence ?title WHERE {{ ?evidence a hrc:Evidence ; dct:title ?title "
        f'FILTER(CONTAINS(LCASE(STR(?title)), "{city}")) }}'
    )


def _path(city: str, _: Random) -> str:
    meet = "hrc:peerExchange|hrc:pairing|hrc:dialogue"
    return f"{_PREFIXES}SELECT ?other WHERE {{ <{ITEMS}{city}> (({meet})/hrc:partnerCity)+ ?other }}"


KINDS: Final = (
    Kind("item", "item look-up", "everything said of one thing", _item),
    Kind("join", "join", "seven patterns from a city to its commitments, departments and goals", _join),
    Kind("aggregate", "aggregate", "count and sum of money over all commitments, by right", _aggregate),
    Kind("text", "text filter", "titles of all evidence that contain a word", _text),
    Kind("path", "path", "cities met, those that they meet, and so on", _path),
)


def variants(kind: Kind, cities: int, count: int = VARIANTS, seed: int = 1) -> list[str]:
    """Give so many queries of one kind; each lacks the number after LIMIT, which never cuts an answer off."""
    random = Random(f"{kind.key}/{seed}")  # noqa: S311  # a choice that is the same each time
    generator = Generator(seed)
    slugs = [generator.city(random.randrange(cities)).slug for _ in range(count)]
    return [f"{kind.query(slug, random)} LIMIT " for slug in slugs]


def addresses(path: str, queries: list[str]) -> str:
    """Give queries as request targets, one a line, for the client."""
    return "".join(f"{path}?query={quote(query, safe='')}\n" for query in queries)


def canonical(answer: bytes) -> Counter[tuple[tuple[str, str], ...]]:
    """Give the rows of an answer so that equal answers are equal, whatever their order and the spelling of numbers."""
    document = json.loads(answer)
    return Counter(
        tuple(sorted((name, _value(term)) for name, term in row.items())) for row in document["results"]["bindings"]
    )


def outvoted(answers: Mapping[str, bytes]) -> set[str]:
    """Name who answers otherwise than most do."""
    read = {name: canonical(answer) for name, answer in answers.items()}
    votes = {name: sum(other == rows for other in read.values()) for name, rows in read.items()}
    most = max(votes.values())
    return {name for name, count in votes.items() if count < most}


def _value(term: Mapping[str, str]) -> str:
    value, datatype = term["value"], term.get("datatype", "").rpartition("#")[2]
    if datatype in _NUMBERS:
        try:
            return f"number {Decimal(value).normalize():f}"
        except InvalidOperation:
            pass
    return f"{term['type'].removeprefix('typed-')} {value} {term.get('xml:lang', '').lower()}"
