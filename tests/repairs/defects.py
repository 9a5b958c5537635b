"""Defects sown into the fictional examples: a seed and a number in, faulty files out.

Written before any repair was, and it knows none: a kind says only how a thing goes wrong on an officer's desk.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from registry.entry_plan import EntryPlan, Field, Kind
from registry.namespaces import HRC, RDF, XSD

Triple = tuple[Node, Node, Node]
Sown = tuple[str, list[Triple], list[Triple]]
"""What went wrong in words, the statements taken out, and those put in."""

YEAR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Defect:
    """One faulty file: of which example, of which kind, what was done, and what it says now."""

    example: str
    kind: str
    words: str
    graph: Graph


@dataclass(frozen=True, slots=True)
class Ground:
    """An example as it may be spoilt: its statements in a fixed order, with the field of each."""

    graph: Graph
    plan: EntryPlan

    def said(self) -> list[tuple[Triple, Field]]:
        """Give every statement that answers a question, with the question, in a fixed order."""
        return [(triple, each) for triple in sorted(self.graph, key=_key) if (each := self.field(triple)) is not None]

    def field(self, triple: Triple) -> Field | None:
        """Give the question that a statement answers."""
        kind = self.graph.value(triple[0], RDF.type)
        part = self.plan.part_of_class(URIRef(str(kind)))
        return next((each for each in part.fields if each.iri == triple[1]), None) if part else None

    def whole(self, part: Node) -> list[Triple]:
        """Give what is said of a part and of what only it leads to."""
        gone, waiting = set[Triple](), [part]
        for node in waiting:
            if any(triple not in gone for triple in self.graph.triples((None, None, node)) if node != part):
                continue
            about = set(self.graph.triples((node, None, None)))
            gone |= about
            waiting += sorted(
                (term for _, _, term in about if "#" in str(term) and (term, RDF.type, None) in self.graph), key=str
            )
        return sorted(gone, key=_key)


def sow(grounds: dict[str, Ground], *, seed: int) -> Iterator[Defect]:
    """Give defects, in turns of the kinds and within a kind of the examples, each drawn once from all there are."""
    drawn = random.Random(seed)  # noqa: S311  # drawn for a test, not for a secret
    heaps = {
        kind: [[(name, sown) for sown in spoil(ground)] for name, ground in sorted(grounds.items())]
        for kind, spoil in KINDS.items()
    }
    for stacks in heaps.values():
        for heap in stacks:
            drawn.shuffle(heap)
    while any(heap for stacks in heaps.values() for heap in stacks):
        for kind, stacks in heaps.items():
            stacks.append(stacks.pop(0))
            heap = next((each for each in stacks if each), [])
            if heap:
                name, (words, gone, added) = heap.pop()
                yield Defect(name, kind, words, _changed(grounds[name].graph, gone, added))


def _removed_statement(ground: Ground) -> Iterator[Sown]:
    for triple, each in ground.said():
        if each.kind is not Kind.ADDRESS and each.name != "supportedBy":
            yield f"{each.name} left out of {_end(triple[0])}", [triple], []


def _wrong_datatype(ground: Ground) -> Iterator[Sown]:
    for triple, each in ground.said():
        value = triple[2]
        if isinstance(value, Literal) and each.kind in (Kind.DATE, Kind.INTEGER, Kind.DECIMAL, Kind.BOOLEAN):
            others = {XSD.string, XSD.dateTime if each.kind is Kind.DATE else XSD.string}
            for other in sorted(others):
                text = f"{value}T00:00:00" if other == XSD.dateTime else str(value)
                spoilt = Literal(text, datatype=other, normalize=False)
                yield f"{each.name} of {_end(triple[0])} as {other.rsplit('#')[-1]}", [triple], [(*triple[:2], spoilt)]


def _wrong_code(ground: Ground) -> Iterator[Sown]:
    for triple, each in ground.said():
        if each.kind is Kind.CHOICE and isinstance(triple[2], URIRef) and len(_end(triple[2])) > 4:
            code = str(triple[2])
            for spoilt in (URIRef(code[:-3] + code[-2:]), Literal(each.label_of(code))):
                yield f"{each.name} of {_end(triple[0])} as {spoilt}", [triple], [(*triple[:2], spoilt)]


def _other_code(ground: Ground) -> Iterator[Sown]:
    for triple, each in ground.said():
        if each.kind is Kind.CHOICE:
            for option in each.options[:3]:
                if option.value != str(triple[2]):
                    spoilt = (*triple[:2], URIRef(option.value))
                    yield f"{each.name} of {_end(triple[0])} is {_end(spoilt[2])}", [triple], [spoilt]


def _dates(ground: Ground, moved: Callable[[date], date], word: str) -> Iterator[Sown]:
    for triple, each in ground.said():
        if each.kind is Kind.DATE and isinstance(triple[2], Literal):
            day = date.fromisoformat(str(triple[2]))
            yield f"{each.name} of {_end(triple[0])} {word}", [triple], [(*triple[:2], Literal(moved(day)))]


def _expired_date(ground: Ground) -> Iterator[Sown]:
    yield from _dates(ground, lambda day: day - 9 * YEAR, "nine years too old")


def _future_date(ground: Ground) -> Iterator[Sown]:
    yield from _dates(ground, lambda day: day + 9 * YEAR, "nine years too late")


def _reversed_dates(ground: Ground) -> Iterator[Sown]:
    for first, last in ((HRC.startDate, HRC.endDate), (HRC.periodStart, HRC.periodEnd)):
        for node in sorted(set(ground.graph.subjects(first)), key=str):
            start, end = ground.graph.value(node, first), ground.graph.value(node, last)
            if start is not None and end is not None:
                words = f"start and end of {_end(node)} exchanged"
                yield words, [(node, first, start), (node, last, end)], [(node, first, end), (node, last, start)]


def _missing_language(ground: Ground) -> Iterator[Sown]:
    for triple, each in ground.said():
        if isinstance(triple[2], Literal) and triple[2].language:
            words = f"no language for {each.name} of {_end(triple[0])}"
            yield words, [triple], [(*triple[:2], Literal(str(triple[2])))]


def _dead_reference(ground: Ground) -> Iterator[Sown]:
    for triple, each in ground.said():
        if each.parts and (triple[2], RDF.type, None) in ground.graph:
            words = f"{each.name} of {_end(triple[0])} leads nowhere"
            yield words, [triple], [(*triple[:2], URIRef(f"{triple[2]}-2"))]


def _wrong_class(ground: Ground) -> Iterator[Sown]:
    kinds = sorted(part.iri for part in ground.plan.parts.values() if not part.is_city)
    for number, triple in enumerate(sorted(ground.graph.triples((None, RDF.type, None)), key=_key)):
        if triple[2] != HRC.City:
            other = kinds[(kinds.index(URIRef(str(triple[2]))) + 1 + number) % len(kinds)]
            if other != triple[2]:
                yield f"{_end(triple[0])} called {_end(other)}", [triple], [(*triple[:2], other)]


def _empty_text(ground: Ground) -> Iterator[Sown]:
    for triple, each in ground.said():
        if isinstance(triple[2], Literal) and each.kind in (Kind.LANGUAGE_TEXT, Kind.TEXT):
            words = f"empty {each.name} of {_end(triple[0])}"
            yield words, [triple], [(*triple[:2], Literal(" ", lang=triple[2].language))]


def _missing_member(ground: Ground) -> Iterator[Sown]:
    for triple, each in ground.said():
        if (
            each.parts
            and not each.is_single
            and each.name != "supportedBy"
            and (triple[2], RDF.type, None) in ground.graph
        ):
            yield f"{each.name} {_end(triple[2])} taken out whole", [triple, *ground.whole(triple[2])], []


def _fewer_members(ground: Ground) -> Iterator[Sown]:
    for subject, name in sorted({(triple[0], triple[1]) for triple in ground.graph}, key=str):
        values = sorted(ground.graph.objects(subject, name), key=str)
        if name != HRC.supportedBy and len(values) > 2:
            words = f"only one {_end(name)} left of {_end(subject)}"
            yield words, [(subject, name, value) for value in values[1:]], []


def _second_value(ground: Ground) -> Iterator[Sown]:
    said = ground.said()
    for triple, each in said:
        same = [other[2] for other, field in said if field.name == each.name and other[2] != triple[2]]
        if each.is_single and same:
            words = f"a second {each.name} of {_end(triple[0])}"
            yield words, [], [(*triple[:2], same[0])]


def _unpublished(ground: Ground) -> Iterator[Sown]:
    for triple, each in ground.said():
        if each.kind is Kind.ADDRESS and not each.parts:
            yield f"no address {each.name} of {_end(triple[0])}", [triple], []


def _missing_evidence(ground: Ground) -> Iterator[Sown]:
    for node in sorted(set(ground.graph.subjects(HRC.supportedBy)), key=str):
        yield f"no evidence of {_end(node)}", sorted(ground.graph.triples((node, HRC.supportedBy, None)), key=_key), []


def _wrong_scheme(ground: Ground) -> Iterator[Sown]:
    for triple, each in ground.said():
        if each.kind is Kind.CHOICE and isinstance(triple[2], URIRef):
            address = str(triple[2])
            other = address.replace("https:", "http:") if address.startswith("https:") else "https" + address[4:]
            yield f"{each.name} of {_end(triple[0])} as {other}", [triple], [(*triple[:2], URIRef(other))]


def _date_form(ground: Ground) -> Iterator[Sown]:
    for number, (triple, each) in enumerate(ground.said()):
        if each.kind is Kind.DATE and isinstance(triple[2], Literal):
            day = date.fromisoformat(str(triple[2]))
            text = (day.strftime("%d.%m.%Y"), day.strftime("%Y/%m/%d"), day.strftime("%-d %B %Y"))[number % 3]
            spoilt = Literal(text, datatype=XSD.date, normalize=False)
            yield f"{each.name} of {_end(triple[0])} as {text}", [triple], [(*triple[:2], spoilt)]


def _missing_thing(ground: Ground) -> Iterator[Sown]:
    cities = set(ground.graph.subjects(RDF.type, HRC.City))
    tops = cities | {plan for city in cities for plan in ground.graph.objects(city, HRC.currentPlan)}
    for subject, name in sorted({(triple[0], triple[1]) for triple in ground.graph if triple[0] in tops}, key=str):
        values = sorted(ground.graph.objects(subject, name), key=str)
        if all((value, RDF.type, None) in ground.graph for value in values) and name != RDF.type:
            gone = [triple for value in values for triple in ((subject, name, value), *ground.whole(value))]
            yield f"nothing said of {_end(name)} any more", list(dict.fromkeys(gone)), []


def _wrong_flag(ground: Ground) -> Iterator[Sown]:
    for triple, each in ground.said():
        if each.kind is Kind.BOOLEAN:
            other = Literal(str(triple[2]) != "true")
            yield f"{each.name} of {_end(triple[0])} is {other}", [triple], [(*triple[:2], other)]


def _small_number(ground: Ground) -> Iterator[Sown]:
    for triple, each in ground.said():
        if each.kind in (Kind.INTEGER, Kind.DECIMAL) and isinstance(triple[2], Literal):
            spoilt = Literal("0", datatype=triple[2].datatype)
            yield f"{each.name} of {_end(triple[0])} is 0", [triple], [(*triple[:2], spoilt)]


def _misspelt_property(ground: Ground) -> Iterator[Sown]:
    for triple, each in ground.said():
        if len(each.name) > 5:
            name = str(triple[1])
            spoilt = URIRef(name[:-3] + name[-2] + name[-3] + name[-1])
            if spoilt != triple[1]:
                yield f"{_end(spoilt)} of {_end(triple[0])}", [triple], [(triple[0], spoilt, triple[2])]


KINDS: Final[dict[str, Callable[[Ground], Iterator[Sown]]]] = {
    "statement left out": _removed_statement,
    "wrong datatype": _wrong_datatype,
    "wrong code": _wrong_code,
    "other code": _other_code,
    "expired date": _expired_date,
    "date in the future": _future_date,
    "dates reversed": _reversed_dates,
    "language missing": _missing_language,
    "dead reference": _dead_reference,
    "wrong class": _wrong_class,
    "empty text": _empty_text,
    "member missing": _missing_member,
    "too few members": _fewer_members,
    "second value": _second_value,
    "document unpublished": _unpublished,
    "evidence missing": _missing_evidence,
    "http for https": _wrong_scheme,
    "date in another form": _date_form,
    "thing missing": _missing_thing,
    "flag turned over": _wrong_flag,
    "number too small": _small_number,
    "property misspelt": _misspelt_property,
}


def _changed(graph: Graph, gone: list[Triple], added: list[Triple]) -> Graph:
    changed = Graph(bind_namespaces="none")
    changed += graph
    for triple in gone:
        changed.remove(triple)
    for triple in added:
        changed.add(triple)
    return changed


def _key(triple: Triple) -> tuple[str, str, str]:
    return str(triple[0]), str(triple[1]), str(triple[2])


def _end(term: Node) -> str:
    return str(term).rsplit("#", 1)[-1].rsplit("/", 1)[-1]
