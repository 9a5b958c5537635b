"""Which item a name or an identifier means: candidates with a score, and what the score rests on.

The answer of the Reconciliation Service API 0.2 (W3C Entity Reconciliation Community Group) without its JSON. How alike
two names are is RapidFuzz's to say; certain is only what is equal.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from statistics import fmean
from typing import Final

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

from registry.authority_identifiers import authority

NAME_EQUAL: Final = "name_equal"
NAME_SIMILARITY: Final = "name_similarity"
NAME_CONTAINED: Final = "name_contained"
IDENTIFIER_EQUAL: Final = "identifier_equal"
PROPERTY: Final = "property_"
"""What the feature of a property begins with."""

_LEAST: Final = 55.0
"""Names less alike than this are no candidates."""
_CONTAINED: Final = 0.9
"""What a name counts whose words all stand in the other, beside one that is alike in whole."""
_NAME_SHARE: Final = 0.75
_MOST_UNEQUAL: Final = 99.0
_EQUAL, _KNOWN, _ALIKE = "equal", "known to an authority", "alike"
"""How a text may be the same as a value."""
_ACCENTS: Final = 200
"""Combining classes from here on are accents above and below; those before are parts of letters (Unicode, 4.3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value of a property: its names, and its identifier where it is an item; ``kind`` is item, text or date."""

    names: tuple[str, ...]
    id: str = ""
    kind: str = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """An item: its identifier, its kind, its name for people, all its names, and its values by property."""

    id: str
    iri: str
    kind: str
    name: str
    names: tuple[str, ...]
    values: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)

    @property
    def identifiers(self) -> set[str]:
        """Every identifier by which it can be named."""
        known = {authority(name) for values in self.values.values() for value in values for name in value.names}
        return {self.id, self.iri} | (known - {""})


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """A property and the values that are looked for in it, one of which shall be found."""

    property: str
    wanted: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is looked for: a name or an identifier, of some kinds (none: of all), with some values."""

    text: str = ""
    kinds: frozenset[str] = frozenset()
    constraints: tuple[Constraint, ...] = ()
    most: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An item that may be meant: its score from 0 to 100, what that rests on, and whether it is certain."""

    entity: Entity
    score: float
    features: Mapping[str, float | bool]
    is_certain: bool


class Catalogue:
    """Items that can be looked for by name and identifier."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        """Take the items in, each identifier once."""
        self._entities = {entity.id: entity for entity in entities}
        self._named: dict[str, set[str]] = defaultdict(set)
        self._identified: dict[str, set[str]] = defaultdict(set)
        self._valued: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        pairs = dict.fromkeys((folded(name), one.id) for one in self._entities.values() for name in one.names)
        self._names, self._owners = [name for name, _ in pairs], [owner for _, owner in pairs]
        for entity in self._entities.values():
            for name in entity.names:
                self._named[plain(name)].add(entity.id)
            for identifier in entity.identifiers:
                self._identified[identifier].add(entity.id)
            for name, values in entity.values.items():
                for way, text in set().union(*map(_ways, values)):
                    self._valued[name, way, text].add(entity.id)

    def find(self, identifier: str) -> Entity | None:
        """Give an item by its identifier in this service, or by its IRI."""
        known = self._identified.get(identifier, set()) if identifier not in self._entities else {identifier}
        return self._entities[next(iter(known))] if len(known) == 1 else None

    def candidates(self, question: Question) -> list[Candidate]:
        """Give the items that may be meant, the likeliest first, no more than are asked for."""
        identified = self._by_identifier(question)
        alike = self._by_name(question.text)
        met = {one.property: self._having(one) for one in question.constraints}
        known = set(alike) | identified
        if not question.text:
            known.update(*met.values())
        named = self._of_kind(self._named.get(plain(question.text), ()), question) if question.text else set()
        found = [
            self._candidate(self._entities[each], question, alike.get(each), identified, named, met)
            for each in self._of_kind(known, question)
        ]
        ranked = sorted(found, key=lambda each: (-each.score, not each.is_certain, each.entity.id))
        return [each for each in ranked if each.score > 0][: question.most]

    def beginning(self, prefix: str, kinds: Collection[str] = ()) -> Iterator[Entity]:
        """Give the items one of whose names, or a word of one, begins so; those whose own name does come first."""
        wanted = folded(prefix)
        matches: dict[str, int] = {}
        for name, owner in zip(self._names, self._owners, strict=True):
            rank = 0 if name.startswith(wanted) else 1 if f" {wanted}" in name else 2
            matches[owner] = min(rank, matches.get(owner, 2))
        named = self.find(prefix)
        if named is not None:
            matches[named.id] = -1
        kept = [
            (rank, folded(self._entities[each].name), each)
            for each, rank in matches.items()
            if rank < 2 and (not kinds or self._entities[each].kind in kinds)
        ]
        return (self._entities[each] for _, _, each in sorted(kept))

    def _of_kind(self, identifiers: Iterable[str], question: Question) -> set[str]:
        return {each for each in identifiers if not question.kinds or self._entities[each].kind in question.kinds}

    def _by_identifier(self, question: Question) -> set[str]:
        texts = [question.text, *(text for one in question.constraints for text in one.wanted)]
        named = [self._identified.get(authority(text), set()) for text in texts if authority(text)]
        own = self._identified.get(question.text.strip(), set()) if question.text else set()
        return set().union(own, *named)

    def _having(self, constraint: Constraint) -> set[str]:
        """Give the items that have one of the values; names that are only alike, as of countries, say nothing."""
        ways = {way for text in constraint.wanted for way in _ways_to_find(text)}
        return set().union(*(self._valued.get((constraint.property, *way), ()) for way in ways))

    def _by_name(self, text: str) -> dict[str, tuple[float, float]]:
        """Give for each item how alike its likest name is, and how far one of its names is contained."""
        wanted = folded(text)
        alike: dict[str, tuple[float, float]] = {}
        if not wanted:
            return alike
        for place, scorer in enumerate((fuzz.token_sort_ratio, fuzz.token_set_ratio)):
            for _, score, index in process.extract(
                wanted, self._names, scorer=scorer, processor=None, score_cutoff=_LEAST, limit=None
            ):
                owner = self._owners[index]
                whole, contained = alike.get(owner, (0.0, 0.0))
                alike[owner] = (max(whole, score), contained) if place == 0 else (whole, max(contained, score))
        return alike

    def _candidate(
        self,
        entity: Entity,
        question: Question,
        alike: tuple[float, float] | None,
        identified: set[str],
        named: set[str],
        having: Mapping[str, set[str]],
    ) -> Candidate:
        whole, contained = alike or (0.0, 0.0)
        is_equal, is_identified = entity.id in named, entity.id in identified
        met = {name: float(entity.id in items) for name, items in having.items()}
        name = 100.0 if is_equal else min(_MOST_UNEQUAL, max(whole, _CONTAINED * contained))
        if question.text and met:
            score = _NAME_SHARE * name + (1 - _NAME_SHARE) * 100 * fmean(met.values())
        else:
            score = name if question.text else 100 * fmean(met.values()) if met else 0.0
        if is_identified:
            is_alone = len(identified) == 1 and (is_equal or not named)
        else:
            is_alone = is_equal and len(named) == 1 and not identified
        agrees = all(share == 1 for share in met.values())
        features: dict[str, float | bool] = {
            NAME_EQUAL: is_equal,
            NAME_SIMILARITY: round(whole, 1),
            NAME_CONTAINED: round(contained, 1),
            IDENTIFIER_EQUAL: is_identified,
            **{PROPERTY + name: share for name, share in met.items()},
        }
        score = 100.0 if is_identified and agrees else score
        return Candidate(entity=entity, score=round(score, 1), features=features, is_certain=is_alone and agrees)


def folded(text: str) -> str:
    """Give a text as names are compared: no case, no accents, no signs between words."""
    decomposed = unicodedata.normalize("NFKD", plain(text))
    bare = "".join(sign for sign in decomposed if unicodedata.combining(sign) < _ACCENTS)
    return " ".join(default_process(unicodedata.normalize("NFC", bare)).split()) or plain(text)


def plain(text: str) -> str:
    """Give a text as names are held to be equal: without regard to case and to how blanks are written."""
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).split())


def _ways(value: Value) -> set[tuple[str, str]]:
    """Give the ways to write a value: its names, those that authorities give it, and for items without accents."""
    names = {*value.names, value.id} - {""}
    known = {authority(name) for name in names} - {""}
    alike = value.names if value.kind == "item" else ()
    return (
        {(_EQUAL, plain(name)) for name in names}
        | {(_KNOWN, name) for name in known}
        | {(_ALIKE, folded(name)) for name in alike}
    )


def _ways_to_find(text: str) -> set[tuple[str, str]]:
    """Give the ways in which a text means a value; an identifier means nothing by being alike."""
    known = authority(text)
    return {(_EQUAL, plain(text)), (_KNOWN, known) if known else (_ALIKE, folded(text))}
