"""Made-up cities at the density of a full submission: the fullest example with other names, dates, sums and parts.

Nothing here speaks of a real city. City number *n* of a seed is the same however many are made.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import product
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

import pyoxigraph

EXAMPLE: Final = Path(__file__).parents[2] / "data" / "examples" / "implementing.ttl"
ITEMS: Final = "https://example.org/id/city/"
BLOCK: Final = 32
"""Cities exchange visits within blocks of this many, so that a path along them ends whatever the number of cities."""

_MODEL: Final = ITEMS + "velmora"
_PARTNERS: Final = (ITEMS + "karthold", ITEMS + "sandermere")
_SYLLABLES: Final = tuple(
    a + b for a, b in product("bdfgklmnprstvz", ("a", "e", "i", "o", "u", "al", "er", "in", "or"))
)
_ENDINGS: Final = ("brek", "dun", "field", "holm", "mark", "mora", "sted", "wick")
_KEPT: Final = 0.535
"""How likely a part that a submission may lack is there; gives 600 triples a city in the mean."""

_MAY_LACK: Final = (
    "Analysis",
    "Breakdown",
    "Commitment",
    "Communication",
    "ContestationRecord",
    "ContractClause",
    "Dialogue",
    "Evidence",
    "ImpactAssessment",
    "Meeting",
    "MonitoringContribution",
    "NetworkMembership",
    "Observation",
    "Pairing",
    "ParticipantGroup",
    "PeerExchange",
    "PolicyReview",
    "Practice",
    "ProgressReport",
    "Seat",
    "Strategy",
    "TrainingRecord",
)
_LITERAL: Final = re.compile(
    r'^(?P<before>.* )"(?P<value>[^"]*)"\^\^<http://www\.w3\.org/2001/XMLSchema#(?P<type>date|integer|decimal)> \.\n$'
)


class City(NamedTuple):
    """One city: its number, its slug, and its submission as N-Triples."""

    number: int
    slug: str
    triples: str


@dataclass(slots=True)
class _Line:
    """One statement of the model: its text, the part it leads to, and what in it differs from city to city."""

    text: str
    leads_to: str | None
    kind: str = ""
    before: str = ""
    value: int | float = 0


@dataclass(slots=True)
class _Part:
    """One thing of the model: a fragment, whether a city may lack it, and its statements."""

    may_lack: bool = False
    lines: list[_Line] = field(default_factory=list)


class Generator:
    """Cities by number, from one seed."""

    def __init__(self, seed: int = 1, model: str | None = None) -> None:
        """Read the model (Turtle), the fullest example when none is given."""
        self._seed = seed
        self._text = EXAMPLE.read_text(encoding="utf-8") if model is None else model

    def cities(self, count: int) -> Iterator[City]:
        """Give the first so many cities, one after the other."""
        for number in range(count):
            yield self.city(number)

    def city(self, number: int) -> City:
        """Give one city."""
        random = Random(f"{self._seed}/{number}")  # noqa: S311  # made-up data, the same for each seed
        name = name_of(number)
        slug = name.lower()
        moved = random.randint(-900, 0)
        parts = self._parts
        lines: list[str] = []
        waiting, seen = [""], {""}
        lacking = {key for key, part in parts.items() if part.may_lack and random.random() > _KEPT}
        while waiting:
            for line in parts[waiting.pop()].lines:
                other = line.leads_to
                if other is not None:
                    if other in lacking:
                        continue
                    if other not in seen:
                        seen.add(other)
                        waiting.append(other)
                lines.append(_varied(line, moved, random) if line.kind else line.text)
        text = "".join(lines).replace("velmora", slug).replace("Velmora", name)
        for partner, other in zip(_PARTNERS, _neighbours(number, random), strict=True):
            text = text.replace(partner, ITEMS + name_of(other).lower())
        return City(number, slug, text)

    @cached_property
    def _parts(self) -> dict[str, _Part]:
        parts: dict[str, _Part] = {}
        for triple in pyoxigraph.parse(self._text, pyoxigraph.RdfFormat.TURTLE):
            part = parts.setdefault(_fragment(triple.subject) or "", _Part())
            if triple.predicate.value.endswith("#type"):
                part.may_lack = str(triple.object.value).rpartition("#")[2] in _MAY_LACK
            part.lines.append(_line(triple))
        return parts


def write(path: Path, count: int, seed: int = 1) -> int:
    """Write the first so many cities as N-Triples, one at a time; give the number of triples."""
    written = 0
    with path.open("w", encoding="utf-8") as handle:
        for city in Generator(seed).cities(count):
            handle.write(city.triples)
            written += city.triples.count("\n")
    return written


def classes(triples: str) -> Counter[str]:
    """Count the things of each class in N-Triples by the end of its name."""
    return Counter(re.findall(r"#type> <[^>]*[/#](\w+)> \.$", triples, flags=re.MULTILINE))


def name_of(number: int) -> str:
    """Give a name that no other number has."""
    base = len(_SYLLABLES)
    first, second = number % base, number // base
    ending = _ENDINGS[(first + second) % len(_ENDINGS)]
    return (_SYLLABLES[(first * 37 + 11) % base] + _SYLLABLES[(second * 53 + first) % base]).capitalize() + ending


def _neighbours(number: int, random: Random) -> list[int]:
    """Give two other numbers of the same block."""
    start = number // BLOCK * BLOCK
    return [start + other + (start + other >= number) for other in random.sample(range(BLOCK - 1), len(_PARTNERS))]


def _fragment(term: object) -> str | None:
    if not isinstance(term, pyoxigraph.NamedNode):
        return None
    iri, _, fragment = term.value.partition("#")
    return fragment if iri == _MODEL else None


def _line(triple: pyoxigraph.Triple | pyoxigraph.Quad) -> _Line:
    text = f"{triple.subject} {triple.predicate} {triple.object} .\n"
    found = _LITERAL.match(text)
    if found is None:
        return _Line(text, _fragment(triple.object))
    kind, value = found["type"], found["value"]
    number = {"date": lambda: date.fromisoformat(value).toordinal(), "integer": lambda: int(value)}.get(
        kind, lambda: float(value)
    )
    return _Line(text, None, kind, found["before"], number())


def _varied(line: _Line, moved: int, random: Random) -> str:
    """Give a statement with a date that is moved by so many days, or with a number of the same size."""
    match line.kind:
        case "date":
            value = date.fromordinal(int(line.value) + moved).isoformat()
        case "integer":
            value = str(max(1, round(line.value * random.uniform(0.5, 1.5))))
        case _:
            value = f"{line.value * random.uniform(0.5, 1.5):.1f}"
    return f'{line.before}"{value}"^^<http://www.w3.org/2001/XMLSchema#{line.kind}> .\n'
