"""What would put right one thing that intake or the data-entry profile refuses: alternatives, the nearest first; pure.

What the refused value can only have meant is given (``registry.value_readings``); what only the city knows is asked.
Nothing is proven here: whoever asks looks at the file again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from registry.entry_plan import Field, Kind, PartPlan
from registry.lexical import without_unseen
from registry.mending import Choice, Repair
from registry.named_city import NO_BASE
from registry.namespaces import RDF, SH, XSD
from registry.repair_edits import asking, asking_language, bounded, putting, taking
from registry.repair_growth import Growth
from registry.repair_search import Mender
from registry.repair_view import View
from registry.value_readings import alike, local, readings

_MOST: Final = 5
_TAGS: Final = ("en", "de", "fr")


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is refused: a thing, its property and the value found, as far as known; and by which shape."""

    subject: Node
    predicate: Node | None
    value: Node | None
    shape: Node | None = None


@dataclass(frozen=True, slots=True)
class _Room:
    """A field of a thing, with the label of its kind, that can lead to a part, and what it leads to now.

    ``is_home`` says whether such parts are written out there.
    """

    holder: Node
    field: Field
    present: tuple[Node, ...]
    is_home: bool
    label: str

    def likeness(self, part: Node) -> float:
        """Say how alike the name of a part is to those of the parts that are there."""
        return max((SequenceMatcher(None, local(part), local(each)).ratio() for each in self.present), default=0)


@dataclass(frozen=True, slots=True)
class Corrections:
    """Looks for corrections of one file; the mender has the shapes of the data-entry profile."""

    mender: Mender

    @property
    def view(self) -> View:
        """The file as it would be after a repair."""
        return self.mender.view

    @property
    def growth(self) -> Growth:
        """What adds values to it."""
        return self.mender.growth

    def of(self, wrong: Wrong, repair: Repair) -> list[Repair]:
        """Give the repair grown by what puts one thing right, in a few ways."""
        found: list[Repair] = []
        for each in self._ways(wrong, repair):
            whole = self.growth.completed(each)
            if whole not in (repair, *found):
                found.append(whole)
            if len(found) == _MOST:
                break
        return found

    def _ways(self, wrong: Wrong, repair: Repair) -> Iterator[Repair]:
        for node in (wrong.subject, wrong.value):
            yield from self._called(node, wrong, repair)
        yield from self._renamed(wrong.subject, repair)
        if wrong.predicate is None:
            if wrong.value is not None and wrong.value != wrong.subject:
                yield from self._linked(wrong.value, repair)
        elif wrong.predicate != RDF.type:
            field = self.view.field(wrong.subject, wrong.predicate, repair)
            if field is None:
                yield from self._misnamed(wrong.subject, wrong.predicate, wrong.value, repair)
            elif wrong.value is None:
                yield from self._missing_or_several(wrong.subject, field, repair)
            else:
                yield from self._other_value(wrong, field, wrong.value, repair)
        if wrong.shape is not None and self.view.part(wrong.subject, repair) is not None:
            yield from self.mender.mend(wrong.subject, wrong.shape, repair)

    def _called(self, node: Node | None, wrong: Wrong, repair: Repair) -> Iterator[Repair]:
        """Give a thing the type that what leads to it and what is said of it leave open."""
        if not isinstance(node, URIRef) or not node.startswith(f"{self.view.city}#"):
            return
        kind = self._kind(node, repair)
        if kind is None and wrong.predicate == RDF.type and node == wrong.subject:
            names = {local(part.iri): part for part in self.view.plan.parts.values() if not part.is_city}
            near = alike(local(wrong.value or ""), list(names))
            kind = names[near[0]] if len(near) == 1 else None
        if kind is not None:
            stated = [(node, RDF.type, each) for each in self.view.objects(node, RDF.type, repair)]
            yield putting(taking(repair, *stated), (node, RDF.type, kind.iri))

    def _kind(self, node: URIRef, repair: Repair) -> PartPlan | None:
        """Give what a thing must be, where it is called something else: as what it is linked, by what is said of it."""
        after = _after(self.view.said, repair)
        said = set(after.predicates(node)) - {RDF.type}
        if (node, None, None) not in after:
            return None
        links = [
            field.parts
            for holder, name in after.subject_predicates(node)
            if (field := self.view.field(holder, name, repair)) is not None and field.parts
        ]
        allowed = [
            part
            for part in self.view.plan.parts.values()
            if not part.is_city and all(part.name in kinds for kinds in links)
        ]
        fitting = [part for part in allowed if said <= {field.iri for field in part.fields}]
        stated = set(after.objects(node, RDF.type))
        if len(stated) == 1 and any(part.iri in stated for part in fitting):
            return None
        for found in (fitting, allowed if links else []):
            if len(found) == 1 and stated != {found[0].iri}:
                return found[0]
        return None

    def _renamed(self, node: Node, repair: Repair) -> Iterator[Repair]:
        """Give a thing that is named in another space the same name as a part of the city."""
        space, mark, name = str(node).rpartition("#")
        target = URIRef(f"{self.view.city}#{name}")
        if not isinstance(node, URIRef) or not mark or space == str(self.view.city) or node.startswith(NO_BASE):
            return
        if (target, None, None) in self.view.said or not name:
            return
        old = sorted((triple for triple in self.view.said if node in (triple[0], triple[2])), key=str)
        new = [tuple(target if term == node else term for term in triple) for triple in old]
        yield putting(taking(repair, *old), *((subject, predicate, value) for subject, predicate, value in new))

    def _misnamed(self, subject: Node, predicate: Node, value: Node | None, repair: Repair) -> Iterator[Repair]:
        """Give a value to the one property that is named alike; else take out what no registry reads."""
        part = self.view.part(subject, repair)
        if part is None or value is None:
            return
        base = taking(repair, (subject, predicate, value))
        names = {name: field for field in part.fields for name in (local(field.iri), field.label)}
        near = {names[name].iri: names[name] for name in alike(local(predicate), list(names))}
        for field in near.values() if len(near) == 1 else ():
            for each in (value, *readings(value, field)):
                yield putting(base, (subject, field.iri, each))
        yield base

    def _missing_or_several(self, subject: Node, field: Field, repair: Repair) -> Iterator[Repair]:
        present = self.view.objects(subject, field.iri, repair)
        if not present:
            yield from (grown for grown, _ in self.growth.value(subject, field, None, repair))
        elif field.is_single and len(present) > 1:
            yield from self._one_of(subject, field, present, repair)
        elif field.kind is Kind.LANGUAGE_TEXT:
            yield from self._one_in_each_language(subject, field, present, repair)

    def _one_of(self, subject: Node, field: Field, present: list[Node], repair: Repair) -> Iterator[Repair]:
        """Ask which of several values is the one."""
        base = taking(repair, *((subject, field.iri, each) for each in present))
        if field.kind is Kind.LANGUAGE_TEXT:
            yield asking(base, subject, field)[0]
            return
        for place in range(len(present)):
            options = self._choices(field, [*present[place:], *present[:place]])
            yield asking(base, subject, field, options)[0]

    def _one_in_each_language(
        self, subject: Node, field: Field, present: list[Node], repair: Repair
    ) -> Iterator[Repair]:
        """Ask for the language of each text whose language another one has."""
        taken: set[str | None] = set()
        for each in present:
            if isinstance(each, Literal) and each.language in taken:
                without = taking(repair, (subject, field.iri, each))
                repair = asking_language(without, subject, field, str(each), self._free_tag(subject, field, repair))
            taken.add(getattr(each, "language", None))
        yield repair

    def _other_value(self, wrong: Wrong, field: Field, value: Node, repair: Repair) -> Iterator[Repair]:
        subject, statement = wrong.subject, (wrong.subject, field.iri, value)
        if statement not in self.view.said and statement not in repair.added:
            return
        base = taking(repair, statement)
        meant = [each for each in readings(value, field) if (subject, field.iri, each) not in self.view.said]
        if len(meant) == 1:
            yield putting(base, (subject, field.iri, meant[0]))
        elif meant:
            yield asking(base, subject, field, self._choices(field, meant))[0]
        if field.parts and isinstance(value, URIRef):
            yield from self._other_part(subject, field, value, base)
        if isinstance(value, Literal) and field.kind is Kind.LANGUAGE_TEXT and not value.language:
            text = without_unseen(value)
            if text.strip():
                yield asking_language(base, subject, field, text, self._free_tag(subject, field, base))
        if isinstance(value, Literal) and value.datatype == XSD.date and wrong.shape is not None:
            yield from self._in_order(subject, field, wrong.shape, base)
        yield from (grown for grown, _ in self.growth.value(subject, field, None, base))

    def _other_part(self, subject: Node, field: Field, value: URIRef, base: Repair) -> Iterator[Repair]:
        """Lead to the one part that nothing leads to or that is named alike, or describe it; else ask to which."""
        present = self.view.objects(subject, field.iri, base)
        known = [each for each in self.view.described(field.parts, base) if each not in present and each != subject]
        loose = [each for each in known if self.growth.is_loose(each, None, base)]
        names = {local(each): each for each in known}
        near = [names[name] for name in alike(local(value), list(names))]
        for found in (loose, near):
            if len(found) == 1:
                yield putting(base, (subject, field.iri, found[0]))
        is_described = bool(self.view.objects(value, RDF.type, base))
        if len(field.parts) == 1 and value.startswith(f"{self.view.city}#") and not is_described:
            kind = self.view.plan.parts[field.parts[0]].iri
            yield putting(base, (subject, field.iri, value), (value, RDF.type, kind))
        if known:
            yield asking(base, subject, field, self._choices(field, known))[0]

    def _in_order(self, subject: Node, field: Field, shape: Node, base: Repair) -> Iterator[Repair]:
        """Ask for both of two days that are not in their order: which of them is wrong, only the city knows."""
        later = self.mender.shapes.value(shape, SH.lessThanOrEquals)
        other = self.view.field(subject, later, base) if later is not None else None
        if other is None:
            return
        last = [(subject, other.iri, each) for each in self.view.objects(subject, other.iri, base)]
        asked, first_day = asking(taking(base, *last), subject, field)
        asked, last_day = asking(asked, subject, other)
        narrowed = bounded(asked, last_day, after=str(first_day))
        if last and narrowed is not None:
            yield narrowed

    def _linked(self, part: Node, repair: Repair) -> Iterator[Repair]:
        """Lead to a part that hangs on nothing: from its one place, else from where the parts named alike hang.

        What many kinds of things lead to, such as evidence, is linked only where a single place can be meant: the one
        that leads to nothing yet, or the one such of the kind that the part says it is about.
        """
        places = self._places(part, repair)
        at_home = [each for each in places if each.is_home]
        beside = [each for each in at_home if each.present]
        vacant = [each for each in places if not each.present]
        likeness = [each.likeness(part) for each in beside]
        nearest = [each for each, degree in zip(beside, likeness, strict=True) if degree == max(likeness)]
        about = {local(value).casefold() for value in self.view.said.objects(part) if isinstance(value, URIRef)}
        of_topic = [each for each in vacant if each.label.casefold().split()[-1] in about]
        is_shared = any(self.growth.is_shared(each.field, each.holder, repair) for each in at_home[:1])
        for found in (places, vacant, of_topic) if is_shared else (at_home, beside, places, vacant, nearest):
            if len(found) == 1:
                yield putting(repair, (found[0].holder, found[0].field.iri, part))

    def _places(self, part: Node, repair: Repair) -> "list[_Room]":
        """Give every field that can lead to a part, of every thing that is described."""
        kind, found = self.view.part(part, repair), list[_Room]()
        for holding in self.view.plan.parts.values():
            for field in holding.fields:
                if kind is None or kind.name not in field.parts:
                    continue
                is_home = (holding.name, field.name) == self.growth.home(field)
                for holder in self.view.described((holding.name,), repair):
                    present = self.view.objects(holder, field.iri, repair)
                    if holder != part and not (field.is_single and present):
                        found.append(_Room(holder, field, tuple(present), is_home, holding.label))
        return found

    def _choices(self, field: Field, values: list[Node]) -> tuple[Choice, ...]:
        return tuple(
            Choice(str(each), self.growth.title(each) if field.parts else field.label_of(str(each))) for each in values
        )

    def _free_tag(self, subject: Node, field: Field, repair: Repair) -> str:
        """Give a language tag of the file that a field does not have yet."""
        used = [value.language for value in self.view.said.objects() if isinstance(value, Literal) and value.language]
        taken = {getattr(value, "language", None) for value in self.view.objects(subject, field.iri, repair)}
        known = sorted(set(used), key=lambda tag: (-used.count(tag), tag))
        return next((tag for tag in (*known, *_TAGS) if tag not in taken), "mul")


def _after(graph: Graph, repair: Repair) -> Graph:
    """Give what is said after a repair, without the answers to come."""
    if not repair.gone and not repair.added:
        return graph
    after = Graph(bind_namespaces="none")
    after += graph
    for statement in repair.gone:
        after.remove(statement)
    for subject, predicate, value in repair.added:
        if isinstance(value, URIRef | Literal):
            after.add((subject, predicate, value))
    return after
