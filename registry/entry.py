"""What an officer has entered: texts and links by part and field, whatever was typed; and the graph that it says; pure.

A part is known by its key, the fragment it has in the city's space; the city itself has the empty key. Nothing typed is
ever lost: what cannot be written as RDF stays in the entry, and a fault says where and why.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from registry.entry_plan import EntryPlan, Field, Kind, PartPlan, natural
from registry.errors import NotAdmitted, SubmissionTooLarge
from registry.guard import Limits
from registry.lexical import admitted_literal, check_iri
from registry.namespaces import RDF, XSD

CITY: Final = ""
"""The key of the city itself."""
ADDRESS_OF_CITY: Final = ":city"
"""The field, beside those of the profile, that says which city it is."""

_LIMITS: Final = Limits()
_POINT: Final = re.compile(r"(-?\d+(?:\.\d+)?)(?:\s+|\s*[,;]\s*)(-?\d+(?:\.\d+)?)", re.ASCII)
_NOT_IN_ADDRESSES: Final = re.compile(r'[\s<>"{}|\\^`]')
_WORDS_FOR_TRUTH: Final = {"yes": "true", "no": "false"}


@dataclass(frozen=True, slots=True)
class Text:
    """One value as it was typed or chosen, with its language tag where it has one."""

    text: str
    language: str = ""

    @property
    def is_blank(self) -> bool:
        """Say whether nothing was typed."""
        return not self.text.strip()


@dataclass(frozen=True, slots=True)
class Link:
    """A part, by its key."""

    key: str


Value = Text | Link


@dataclass(frozen=True, slots=True)
class Record:
    """What is said of the city or of one part: the name of its kind in the plan, and its values by name of field."""

    kind: str
    values: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)

    def of(self, name: str) -> tuple[Value, ...]:
        """Give the values of a field."""
        return self.values.get(name, ())


@dataclass(frozen=True, slots=True)
class Entry:
    """One city with its parts by key; ``city`` is its IRI as typed."""

    city: str
    records: Mapping[str, Record]

    def with_values(self, key: str, name: str, values: tuple[Value, ...]) -> "Entry":
        """Give the entry with other values in one field."""
        record = self.records[key]
        kept = {**record.values, name: values} if values else {n: v for n, v in record.values.items() if n != name}
        return replace(self, records={**self.records, key: Record(record.kind, kept)})


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: the part, the field, and which value of it counted from 1 (0: the field as a whole)."""

    key: str
    field: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at one place, as a sentence."""

    place: Place
    sentence: str


@dataclass(frozen=True, slots=True)
class Written:
    """The graph that an entry says, without what is faulty; the faults; and the place of each value written."""

    city: URIRef
    graph: Graph
    faults: tuple[Fault, ...]
    places: Mapping[tuple[Node, Node, Node], Place]

    def place_of(self, focus: Node, path: Node | None, value: Node | None, plan: EntryPlan) -> Place:
        """Find the place that a validation result speaks of: a value, else a field, else a part."""
        found = self.places.get((focus, path, value)) if path is not None and value is not None else None
        if found is not None:
            return found
        key = str(focus).removeprefix(str(self.city)).removeprefix("#")
        kind = next((each for each in self.graph.objects(focus, RDF.type)), None)
        part = plan.part_of_class(URIRef(str(kind))) if kind is not None else None
        name = next((each.name for each in part.fields if each.iri == path), "") if part else ""
        return Place(key, name)


def empty_entry(plan: EntryPlan, city: str = "") -> Entry:
    """Give an entry in which nothing is said."""
    return Entry(city, {CITY: Record(plan.city.name)})


def entry_of(graph: Graph, city: URIRef, plan: EntryPlan) -> Entry:
    """Read a submission's graph, as intake gives it, into an entry; raise NotAdmitted for what has no field."""
    records: dict[str, dict[str, list[Value]]] = {}
    kinds: dict[str, PartPlan] = {}
    for subject, term in graph.subject_objects(RDF.type):
        part = plan.part_of_class(URIRef(str(term)))
        if part is None:
            raise NotAdmitted(f"There is no field for a thing of the kind {term}.")
        key = _key(subject, city)
        kinds[key], records[key] = part, {}
    names = {part.name: {each.iri: each for each in part.fields} for part in plan.parts.values()}
    for subject, predicate, term in graph:
        if predicate == RDF.type:
            continue
        key = _key(subject, city)
        found = names[kinds[key].name].get(URIRef(str(predicate))) if key in kinds else None
        if found is None:
            raise NotAdmitted(f"There is no field for the property {predicate} of {subject}.")
        records[key].setdefault(found.name, []).append(_value(term, city, found))
    return Entry(
        str(city),
        {
            key: Record(
                kinds[key].name,
                {
                    each.name: tuple(sorted(said[each.name], key=_order))
                    for each in kinds[key].fields
                    if each.name in said
                },
            )
            for key, said in sorted(records.items(), key=lambda item: natural(item[0]))
        },
    )


def write(entry: Entry, plan: EntryPlan, *, limits: Limits = _LIMITS) -> Written:
    """Write an entry as the graph it says, with every fault of single values; never raises for what was typed."""
    city = URIRef(entry.city.strip())
    graph = Graph(bind_namespaces="none")
    faults: list[Fault] = []
    places: dict[tuple[Node, Node, Node], Place] = {}
    for key, record in entry.records.items():
        part = plan.parts.get(record.kind)
        node = URIRef(f"{city}#{key}") if key else city
        fault = _fault_of_node(node, key, limits) if part is not None else f"There is no part called {record.kind}."
        if fault:
            faults.append(Fault(Place(key) if key else Place(CITY, ADDRESS_OF_CITY), fault))
        if part is None or fault:
            continue
        graph.add((node, RDF.type, part.iri))
        for place, each, value in _typed(key, record, part, faults):
            try:
                term = term_of(value, each, city, entry, limits)
            except (NotAdmitted, SubmissionTooLarge) as reason:
                faults.append(Fault(place, _sentence(reason)))
            else:
                graph.add((node, each.iri, term))
                places.setdefault((node, each.iri, term), place)
    return Written(city, graph, tuple(faults), places)


def rough(entry: Entry, plan: EntryPlan) -> Written:
    """Write all that was entered, faulty values as the nearest term there is, so that they can be mended."""
    written = write(entry, plan)
    graph, places = written.graph, dict(written.places)
    for fault in written.faults:
        record = entry.records.get(fault.place.key)
        part = plan.parts.get(record.kind) if record else None
        each = part.field(fault.place.field) if part else None
        if record is None or each is None or not fault.place.number:
            continue
        node = URIRef(f"{written.city}#{fault.place.key}") if fault.place.key else written.city
        term = _rough(record.of(each.name)[fault.place.number - 1], each, written.city)
        graph.add((node, each.iri, term))
        places.setdefault((node, each.iri, term), fault.place)
    return replace(written, places=places)


def _rough(value: Value, each: Field, city: URIRef) -> Node:
    if isinstance(value, Link):
        return URIRef(f"{city}#{value.key}")
    text = value.text.strip()
    if each.takes_addresses or each.kind is Kind.PART:
        is_address = text.startswith(("http://", "https://")) and not _NOT_IN_ADDRESSES.search(text)
        return URIRef(text) if is_address else Literal(text)
    try:
        return Literal(value.text) if each.kind is Kind.CHOICE else _untested(value, each)
    except NotAdmitted:
        return Literal(value.text)


def term_of(value: Value, each: Field, city: URIRef, entry: Entry, limits: Limits = _LIMITS) -> Node:
    """Give the RDF term of one value; raise NotAdmitted or SubmissionTooLarge with the reason."""
    if isinstance(value, Link):
        if value.key not in entry.records:
            raise NotAdmitted(f"there is no part called “{value.key}” here; describe it, or choose another")
        return URIRef(f"{city}#{value.key}") if value.key else city
    if each.takes_addresses or each.kind is Kind.PART:
        return _address(value.text.strip(), each, limits)
    if each.kind is Kind.CHOICE:
        return _literal(value, each, limits)
    return admitted_literal(_untested(value, each), wanted=each.datatypes, limits=limits)


def _sentence(reason: Exception) -> str:
    words = str(reason)
    return f"{words[:1].upper()}{words[1:]}."


def _typed(key: str, record: Record, part: PartPlan, faults: list[Fault]) -> Iterator[tuple[Place, Field, Value]]:
    """Give every value that is not blank with its place; note values of fields that do not exist."""
    for name, values in record.values.items():
        each = part.field(name)
        for number, value in enumerate(values, start=1):
            if isinstance(value, Text) and value.is_blank:
                continue
            if each is None:
                faults.append(Fault(Place(key, name, number), f"There is no field {name} in {part.label}."))
            else:
                yield Place(key, name, number), each, value


def _fault_of_node(node: URIRef, key: str, limits: Limits) -> str | None:
    if not key and not node:
        return "The address of the city is missing: write its name in small letters, digits and hyphens, or its IRI."
    try:
        check_iri(node, limits=limits)
    except (NotAdmitted, SubmissionTooLarge) as reason:
        return f"The name of this part cannot be used: {reason}." if key else f"The address of the city: {reason}."
    if _NOT_IN_ADDRESSES.search(node):
        what = "The name of this part" if key else "The address of the city"
        return f"{what} contains a space or a sign that addresses cannot have; take it out."
    return None


def _address(text: str, each: Field, limits: Limits) -> URIRef:
    check_iri(text, limits=limits)
    if _NOT_IN_ADDRESSES.search(text):
        raise NotAdmitted("an address contains a space or a sign that addresses cannot have; copy it again")
    if each.code_list is not None:
        if not text.startswith(tuple(each.code_list.rstrip("/#") + sign for sign in "/#")):
            raise NotAdmitted(f"“{text[:80]}” is not on the list; choose one of its values")
    elif each.options and text not in {option.value for option in each.options}:
        raise NotAdmitted(f"“{text[:80]}” is not on the list; choose one of its values")
    elif each.kind is Kind.PART:
        raise NotAdmitted("only a part described here can stand here; add one, or choose one")
    return URIRef(text)


def _literal(value: Text, each: Field, limits: Limits) -> Literal:
    if each.options and value.text not in {option.value for option in each.options}:
        raise NotAdmitted(f"“{value.text[:80]}” is not on the list; choose one of its values")
    return admitted_literal(_untested(value, each), wanted=each.datatypes, limits=limits)


def _untested(value: Text, each: Field) -> Literal:
    """Give what was typed as a literal of the field's datatype, be it well-formed or not."""
    text = value.text
    if RDF.langString in each.datatypes and (value.language.strip() or len(each.datatypes) == 1):
        if not value.language.strip():
            raise NotAdmitted("the language is missing; say in which language the text is")
        return _in_language(text, value.language.strip())
    datatype = min(each.datatypes - {RDF.langString}, key=str, default=XSD.string)
    if len(each.datatypes - {RDF.langString}) > 1:
        datatype = _fitting(text.strip(), each.datatypes)
    if datatype == XSD.string:
        return Literal(text, datatype=XSD.string)
    text = text.strip()
    if datatype == XSD.boolean:
        text = _WORDS_FOR_TRUTH.get(text.lower(), text)
    elif each.kind is Kind.POINT and (match := _POINT.fullmatch(text)):
        text = f"POINT({match[1]} {match[2]})"
    return Literal(text, datatype=datatype, normalize=False)


def _in_language(text: str, language: str) -> Literal:
    try:
        return Literal(text, lang=language)
    except ValueError as reason:
        raise NotAdmitted(f"“{language[:40]}” is not a language tag; write for example de") from reason


def _fitting(text: str, datatypes: frozenset[URIRef]) -> URIRef:
    """Choose among several datatypes by how the text looks."""
    forms = (
        (XSD.integer, r"[+-]?\d+"),
        (XSD.decimal, r"[+-]?\d*\.?\d+"),
        (XSD.date, r"\d{4}-\d{2}-\d{2}"),
        (XSD.boolean, r"true|false|yes|no"),
        (XSD.string, r"(?s:.*)"),
    )
    return next(
        (each for each, form in forms if each in datatypes and re.fullmatch(form, text)), min(datatypes, key=str)
    )


def _value(term: Node, city: URIRef, each: Field) -> Value:
    if isinstance(term, Literal):
        return Text(str(term), term.language or "")
    if each.parts and (term == city or str(term).startswith(f"{city}#")):
        return Link(_key(term, city))
    return Text(str(term))


def _key(node: Node, city: URIRef) -> str:
    return str(node).removeprefix(str(city)).removeprefix("#") if node != city else CITY


def _order(value: Value) -> tuple[bool, list[tuple[int, str]], str, str]:
    if isinstance(value, Link):
        return True, natural(value.key), value.key, ""
    return False, natural(value.language), value.text, ""
