"""Values that are added: along a path, to a field, from a list, as a part described already or a new one; pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from rdflib import Literal, URIRef, Variable
from rdflib.collection import Collection
from rdflib.term import Node

from registry.entry_form import new_key
from registry.entry_plan import Field, Kind
from registry.mending import Choice, Repair
from registry.namespaces import RDF, SH
from registry.repair_edits import asking, bounded, putting, taking
from registry.repair_view import View

Fits = Callable[[Node], bool]
Grown = list[tuple[Repair, Node]]
"""Repairs, each with the value that it adds."""

_MOST: Final = 3
_SHARED: Final = 4
"""Kinds of things that must be able to lead to a part for it to be taken as shared by them."""


@dataclass(frozen=True, slots=True)
class Growth:
    """Adds values in one dossier."""

    view: View

    def along(self, node: Node, path: Node, fits: Fits | None, repair: Repair) -> Grown:
        """Add one value at the end of a path."""
        return self._extended(node, self.view.steps(path), fits, repair)

    def provided(self, steps: list[Node], repair: Repair) -> list[Repair]:
        """Give repairs after which steps from the city lead to something."""
        if self.view.reached(self.view.city, steps, repair):
            return [repair]
        return [grown for grown, _ in self._extended(self.view.city, steps, None, repair)]

    def exactly(self, node: Node, path: Node, wanted: Node, repair: Repair) -> list[Repair]:
        """Add one certain value at the end of a path; it is asked for all the same, as only the city knows."""
        found = []
        for grown, value in self._extended(node, self.view.steps(path), lambda each: each == wanted, repair):
            question = grown.questions.get(str(value)) if isinstance(value, Variable) else None
            if question is not None and question.kind in (Kind.INTEGER, Kind.DECIMAL):
                narrowed = bounded(grown, Variable(str(value)), least=str(wanted), most=str(wanted))
                found += [narrowed] if narrowed else []
            else:
                found.append(grown)
        return found

    def another(self, node: Node, path: Node, refused: Node, repair: Repair) -> list[Repair]:
        """Ask for another value than one that is refused."""
        found = []
        steps = self.view.steps(path)
        for subject in self.view.reached(node, steps[:-1], repair):
            field = self.view.field(subject, steps[-1], repair)
            if field is not None and (subject, steps[-1], refused) in self.view.said:
                without = taking(repair, (subject, steps[-1], refused))
                found += [grown for grown, _ in self.value(subject, field, lambda each: each != refused, without)]
        return found

    def option_ends(self, value: str, steps: list[Node], repair: Repair) -> list[Node]:
        """Give where a value of a list leads by some steps; the value itself by none."""
        term: Node = URIRef(value) if value.startswith("http") else Literal(value == "true")
        return self.view.reached(term, steps, repair)

    def value(self, subject: Node, field: Field, fits: Fits | None, repair: Repair) -> Grown:
        """Add one value to a field; where it holds one only, in the place of that one."""
        present = self.view.objects(subject, field.iri, repair)
        if field.is_single:
            repair = taking(repair, *((subject, field.iri, each) for each in present))
        if field.parts:
            return [*self._part(subject, field, fits, present, repair)]
        if field.kind in (Kind.CHOICE, Kind.BOOLEAN):
            return [*self._choice(subject, field, lambda each: fits is None or fits(each), present, repair)]
        return [asking(repair, subject, field)]

    def _extended(self, node: Node, steps: list[Node], fits: Fits | None, repair: Repair) -> Grown:
        first, rest = steps[0], steps[1:]
        inverse = self.view.shapes.value(first, SH.inversePath) if not isinstance(first, URIRef) else None
        if inverse is not None:
            return self._inverse(node, inverse, rest, fits, repair)
        among = self.view.shapes.value(first, SH.alternativePath) if not isinstance(first, URIRef) else None
        if among is not None:
            options = list(Collection(self.view.shapes, among))
            return [
                one
                for option in options
                for one in self._extended(node, [*self.view.steps(option), *rest], fits, repair)
            ]
        if not isinstance(first, URIRef):
            return self._extended(node, rest, fits, repair) if rest else []
        if node == self.view.assessment:
            known = self.view.values(node, first, repair)
            return [one for each in known[:_MOST] for one in (self._extended(each, rest, fits, repair) if rest else [])]
        return self._forward(node, first, rest, fits, repair)

    def _forward(self, node: Node, predicate: URIRef, rest: list[Node], fits: Fits | None, repair: Repair) -> Grown:
        source = next(iter(self.view.sources(node, predicate, repair)), predicate)
        field = self.view.field(node, source, repair)
        if field is None:
            return []
        if not rest:
            return self.value(node, field, fits, repair)
        if field.kind is Kind.ADDRESS and not field.parts:
            return self._address(node, field, rest, fits, repair)
        if field.kind is Kind.CHOICE:
            present = self.view.objects(node, field.iri, repair)
            base = taking(repair, *((node, field.iri, each) for each in present)) if field.is_single else repair
            leads: Fits = lambda value: any(  # noqa: E731  # reads as what it is
                fits is None or fits(end) for end in self.view.reached(value, rest, repair)
            )
            return [*self._choice(node, field, leads, present, base)]
        found = [
            one
            for each in self.view.objects(node, field.iri, repair)[:_MOST]
            if not isinstance(each, Variable)
            for one in self._extended(each, rest, fits, repair)
        ]
        if found and field.is_single:
            return found
        return found + [
            one
            for grown, part in self.value(node, field, None, repair)
            if not isinstance(part, Variable)
            for one in self._extended(part, rest, fits, grown)
        ]

    def _address(self, node: Node, field: Field, rest: list[Node], fits: Fits | None, repair: Repair) -> Grown:
        """Ask for one of the addresses that lead on by further steps."""
        inverse = self.view.shapes.value(rest[0], SH.inversePath) if not isinstance(rest[0], URIRef) else None
        graph = self.view.graph
        known = graph.objects(None, inverse) if inverse is not None else graph.subjects(rest[0])
        ends = {each: self.view.reached(each, rest, repair) for each in set(known) if isinstance(each, URIRef)}
        options = tuple(
            Choice(str(each), str(each))
            for each in sorted(ends)
            if any(fits is None or fits(end) for end in ends[each])
        )
        present = [(node, field.iri, each) for each in self.view.objects(node, field.iri, repair)]
        base = taking(repair, *present) if field.is_single else repair
        return [asking(base, node, field, options)] if options else []

    def _inverse(self, node: Node, predicate: Node, rest: list[Node], fits: Fits | None, repair: Repair) -> Grown:
        """Let something that the city describes lead to a node."""
        kinds = [kind for kind in self.view.plan.parts.values() if any(each.iri == predicate for each in kind.fields)]
        known = self.view.subjects(predicate, node, repair)
        if rest and known:
            return [one for each in known[:_MOST] for one in self._extended(each, rest, fits, repair)]
        others = [each for each in self.view.described(tuple(kind.name for kind in kinds), repair) if each not in known]
        fitting = [each for each in others if fits is None or rest or fits(each)] or others
        found: Grown = []
        for subject in fitting[: 2 * _MOST]:
            linked = putting(repair, (subject, predicate, node))
            if not rest or self.view.reached(subject, rest, linked):
                found.append((linked, subject))
        return found

    def _choice(
        self, subject: Node, field: Field, fits: Fits, present: list[Node], repair: Repair
    ) -> Iterator[tuple[Repair, Node]]:
        """Ask for one of the values of a list that fit."""
        if field.kind is Kind.BOOLEAN:
            named = (Choice("true", "Yes"), Choice("false", "No"))
            options = tuple(each for each in named if fits(Literal(each.value == "true")))
        else:
            options = tuple(
                Choice(option.value, option.label)
                for option in field.options
                if URIRef(option.value) not in present and fits(URIRef(option.value))
            )
        if options:
            yield asking(repair, subject, field, options)

    def _part(
        self, subject: Node, field: Field, fits: Fits | None, present: list[Node], repair: Repair
    ) -> Iterator[tuple[Repair, Node]]:
        """Lead to a part that nothing names, to one of those described already, or to a new one."""
        known = [each for each in self.view.described(field.parts, repair) if each not in present and each != subject]
        is_shared = self.is_shared(field, subject, repair)
        loose = [each for each in known if self.is_loose(each, None if is_shared else field.iri, repair)]
        for each in loose[:_MOST]:
            yield putting(repair, (subject, field.iri, each)), each
        if is_shared:
            fitting = [each for each in known if each not in loose and (fits is None or fits(each))]
            if fitting:
                options = tuple(Choice(str(each), self.title(each)) for each in fitting)
                yield asking(repair, subject, field, options)
        for kind in field.parts[:2]:
            taken = {str(each).rpartition("#")[2] for each in self.view.said.subjects()}
            taken |= {str(each).rpartition("#")[2] for each, _, _ in repair.added}
            part = URIRef(f"{self.view.city}#{new_key(kind, taken)}")
            described = (part, RDF.type, self.view.plan.parts[kind].iri)
            yield putting(repair, (subject, field.iri, part), described), part
        if field.is_typed and not field.options:
            yield asking(repair, subject, replace(field, parts=(), kind=Kind.ADDRESS))

    def is_loose(self, part: Node, link: URIRef | None, repair: Repair) -> bool:
        """Say whether nothing that the city says leads to a part, by a certain property or by any."""
        stated = set(self.view.said.triples((None, link, part))) - repair.gone
        return not stated and not any(value == part and link in (None, name) for _, name, value in repair.added)

    def is_shared(self, field: Field, subject: Node, repair: Repair) -> bool:
        """Say whether parts of a field belong to several things: evidence, bodies, organisations, departments."""
        parts = self.view.plan.parts.values()
        leading = {
            (kind.name, each.name) for kind in parts for each in kind.fields if set(each.parts) & set(field.parts)
        }
        here = self.view.part(subject, repair)
        return len(leading) >= _SHARED or (here is not None and (here.name, field.name) != self.home(field))

    def home(self, field: Field) -> tuple[str, str]:
        """Give the kind and the field where parts of a kind are written out: the nearest to the city."""
        waiting, seen = [self.view.plan.city.name], {self.view.plan.city.name}
        for name in waiting:
            for each in self.view.plan.parts[name].fields:
                if set(each.parts) & set(field.parts):
                    return name, each.name
                new = [part for part in each.parts if part not in seen]
                seen.update(new)
                waiting += new
        return "", ""

    def title(self, part: Node) -> str:
        """Give the first words that are said of a part, or its name in the file."""
        texts = sorted(
            (str(value) for value in self.view.said.objects(part) if isinstance(value, Literal) and value.language),
            key=len,
        )
        return texts[0][:80] if texts else str(part).rpartition("#")[2]

    def completed(self, repair: Repair) -> Repair:
        """Ask for every field that a new part must have."""
        for part in [subject for subject, name, _ in repair.added if name == RDF.type]:
            plan = self.view.part(part, repair)
            for field in plan.fields if plan else ():
                if field.is_required and not self.view.objects(part, field.iri, repair):
                    repair = next(iter(self.value(part, field, None, repair)), (repair, part))[0]
        return repair
