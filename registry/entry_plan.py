"""What an officer is asked, in order: the data-entry profile with its code lists as sections, fields and parts; pure.

Form, spreadsheet and JSON are all made from this plan, and the plan from the profile alone.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final

from rdflib import Graph, Literal, URIRef

from registry.namespaces import GEO, HRC, PREFIXES, RDF, SH, SKOS, XSD
from registry.profile import Profile, ProfileClass, ProfileProperty


class Kind(StrEnum):
    """What is typed into a field; a field of parts alone takes nothing that is typed."""

    LANGUAGE_TEXT = "language-text"
    TEXT = "text"
    DATE = "date"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    POINT = "point"
    CHOICE = "choice"
    ADDRESS = "address"
    PART = "part"


_BY_DATATYPE: Final = {
    RDF.langString: Kind.LANGUAGE_TEXT,
    XSD.date: Kind.DATE,
    XSD.integer: Kind.INTEGER,
    XSD.decimal: Kind.DECIMAL,
    XSD.boolean: Kind.BOOLEAN,
    GEO.wktLiteral: Kind.POINT,
}
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@[\w-]+|\^\^\S+)?', re.DOTALL)
_DIGITS: Final = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a code list: its IRI (or text) and its name for people."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question: ``name`` stands in paths; ``parts`` are the parts it may lead to; the example is what one types.

    ``pattern`` is what a text must look like, ``least`` the smallest number.
    """

    name: str
    iri: URIRef
    label: str
    help: str
    example: str
    kind: Kind
    datatypes: frozenset[URIRef]
    code_list: URIRef | None
    options: tuple[Option, ...]
    parts: tuple[str, ...]
    is_required: bool
    is_single: bool
    serves: frozenset[URIRef]
    pattern: str | None = None
    least: str | None = None

    @property
    def takes_addresses(self) -> bool:
        """Say whether what is typed is an IRI: of a code list, or of a page."""
        listed = self.code_list is not None or all(option.value.startswith("http") for option in self.options)
        return self.kind is Kind.ADDRESS or (self.kind is Kind.CHOICE and listed)

    @property
    def is_typed(self) -> bool:
        """Say whether anything can be typed or chosen, other than a part."""
        return self.kind is not Kind.PART

    def value_of(self, words: str) -> str:
        """Give the value whose name is typed, in capitals or not; what is no name is given as it is."""
        spoken = " ".join(words.split()).casefold()
        return next((option.value for option in self.options if option.label.casefold() == spoken), words)

    def label_of(self, value: str) -> str:
        """Give the name of a value of the code list, or the value itself."""
        return next((option.label for option in self.options if option.value == value), value)


@dataclass(frozen=True, slots=True)
class Section:
    """The fields of one group."""

    label: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPlan:
    """One kind of thing that is described: the city itself or a part such as a plan, a commitment, evidence."""

    name: str
    iri: URIRef
    label: str
    help: str
    sections: tuple[Section, ...]
    fields: tuple[Field, ...]
    """Every field of the sections, in order."""

    @property
    def is_city(self) -> bool:
        """Say whether this is the city itself."""
        return self.iri == HRC.City

    def field(self, name: str) -> Field | None:
        """Find a field by its name."""
        return next((field for field in self.fields if field.name == name), None)


@dataclass(frozen=True, slots=True)
class EntryPlan:
    """Every part by name, the city first."""

    parts: Mapping[str, PartPlan]

    @property
    def city(self) -> PartPlan:
        """The plan of the city itself."""
        return next(part for part in self.parts.values() if part.is_city)

    def part_of_class(self, iri: URIRef) -> PartPlan | None:
        """Find the plan of a class."""
        return next((part for part in self.parts.values() if part.iri == iri), None)


def entry_plan(profile: Profile, vocabularies: Graph) -> EntryPlan:
    """Make the plan from the data-entry profile and the vocabularies that label its code lists."""
    names = dict(zip(profile.classes, _names(profile.classes), strict=True))
    lists = _Lists(vocabularies)
    kinds = sorted(profile.classes.values(), key=lambda kind: kind.iri != HRC.City)
    return EntryPlan({names[kind.iri]: _part(kind, names, lists) for kind in kinds})


def _part(kind: ProfileClass, names: Mapping[URIRef, str], lists: "_Lists") -> PartPlan:
    field_names = _names([each.iri for each in kind.properties])
    fields = [_field(each, name, names, lists) for each, name in zip(kind.properties, field_names, strict=True)]
    labelled = zip((each.group.label if each.group else "" for each in kind.properties), fields, strict=True)
    return PartPlan(
        name=names[kind.iri],
        iri=kind.iri,
        label=kind.label,
        help=kind.description,
        fields=tuple(fields),
        sections=tuple(
            Section(label, tuple(field for _, field in members))
            for label, members in groupby(labelled, key=lambda pair: pair[0])
        ),
    )


def _field(each: ProfileProperty, name: str, names: Mapping[URIRef, str], lists: "_Lists") -> Field:
    parts = tuple(names[kind] for kind in names if kind in each.classes)
    options = lists.options(each)
    kind = _kind(each, has_parts=bool(parts))
    return Field(
        name=name,
        iri=each.iri,
        label=each.label,
        help=each.description,
        example="" if kind is Kind.PART else _typed(each.example, options),
        kind=kind,
        datatypes=each.datatypes,
        code_list=each.code_list,
        options=options,
        parts=parts,
        is_required=each.is_required,
        is_single=each.is_single,
        serves=each.serves,
        pattern=each.pattern,
        least=each.least,
    )


def _kind(each: ProfileProperty, *, has_parts: bool) -> Kind:
    if each.code_list is not None or each.values:
        return Kind.CHOICE
    if each.datatypes:
        known = [_BY_DATATYPE[datatype] for datatype in sorted(each.datatypes) if datatype in _BY_DATATYPE]
        return known[0] if len(each.datatypes) == 1 and known else Kind.TEXT
    if has_parts and SH.IRI not in each.node_kinds:
        return Kind.PART
    return Kind.ADDRESS if has_parts or each.node_kinds & {SH.IRI, SH.BlankNodeOrIRI} or each.classes else Kind.TEXT


def _names(iris: Iterable[URIRef]) -> list[str]:
    """Give each term its local name, with its prefix where two would have the same."""
    listed = list(iris)
    locals_ = [_local(iri) for iri in listed]
    return [
        local if locals_.count(local) == 1 else f"{_prefix(iri)}-{local}"
        for iri, local in zip(listed, locals_, strict=True)
    ]


def _local(iri: str) -> str:
    return re.sub(r"[^\w-]", "", re.split(r"[#/]", str(iri))[-1], flags=re.ASCII) or "term"


def _prefix(iri: URIRef) -> str:
    return next((prefix for prefix, namespace in PREFIXES.items() if iri.startswith(str(namespace))), "x")


def _typed(example: str, options: tuple[Option, ...]) -> str:
    """Give the Turtle of an example as an officer would type it."""
    if example.startswith("<"):
        iri = example.strip("<>")
        return next((option.label for option in options if option.value == iri), iri)
    if match := _QUOTED.fullmatch(example):
        return re.sub(r"\\(.)", r"\1", match[1])
    prefix, colon, local = example.partition(":")
    if colon and prefix in PREFIXES:
        return _typed(f"<{PREFIXES[prefix]}{local}>", options)
    return example


class _Lists:
    """The code lists, each read once."""

    def __init__(self, vocabularies: Graph) -> None:
        self._graph = vocabularies
        self._found: dict[tuple[URIRef, frozenset[URIRef]], tuple[Option, ...]] = {}
        self._labelled = sorted({term for term in vocabularies.subjects(SKOS.prefLabel) if isinstance(term, URIRef)})

    def options(self, each: ProfileProperty) -> tuple[Option, ...]:
        """Give the values that a field may take, in the order of the list."""
        if each.values:
            return tuple(Option(str(value), _spoken(str(value))) for value in sorted(each.values, key=str))
        if each.code_list is None:
            return ()
        key = (each.code_list, each.classes)
        if key not in self._found:
            self._found[key] = tuple(self._read(*key))
        return self._found[key]

    def _read(self, code_list: URIRef, classes: frozenset[URIRef]) -> Iterator[Option]:
        starts = tuple(code_list.rstrip("/#") + sign for sign in "/#")
        terms = [term for term in self._labelled if str(term).startswith(starts) and self._is_one(term, classes)]
        labels = {term: self._label(term) for term in terms}
        taken = list(labels.values())
        for term in sorted(terms, key=lambda term: self._place(term, labels[term])):
            label = labels[term]
            yield Option(str(term), label if taken.count(label) == 1 else f"{label} ({_local(term)})")

    def _is_one(self, term: URIRef, classes: frozenset[URIRef]) -> bool:
        return not classes or any((term, RDF.type, kind) in self._graph for kind in classes)

    def _label(self, term: URIRef) -> str:
        labels = [label for label in self._graph.objects(term, SKOS.prefLabel) if isinstance(label, Literal)]
        label = str(min(labels, key=lambda label: (label.language != "en", label.language or "", str(label))))
        notation = str(self._graph.value(term, SKOS.notation) or "")
        return f"{notation} {label}" if notation[:1].isdigit() else label

    def _place(self, term: URIRef, label: str) -> tuple[int, list[tuple[int, str]], str]:
        order = self._graph.value(term, HRC.order)
        return int(str(order)) if order is not None else 0, natural(label), str(term)


def natural(text: str) -> list[tuple[int, str]]:
    """Give a key that sorts 2 before 10."""
    return [(int(piece), "") if piece.isdecimal() else (0, piece) for piece in _DIGITS.split(text.casefold())]


def _spoken(value: str) -> str:
    return _local(value).replace("-", " ") if value.startswith("http") else value
