"""What would make a node conform to a shape: alternatives, the smallest first, read from the shape itself; pure.

A shape says what must be so (SHACL 4); each of its constraints that does not hold is mended by the smallest statements
that make it hold. Where a rule is a query, ``hrc:mendedBy`` names a shape that is enough. Nothing is proven here:
whoever asks judges the outcome again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from math import ceil
from typing import Final

from rdflib import Graph, Literal, URIRef, Variable
from rdflib.collection import Collection
from rdflib.term import Node

from registry.mending import Repair
from registry.namespaces import HRC, RDF, SH
from registry.repair_days import ONE_DAY, Days
from registry.repair_edits import asking, bounded, putting, taking
from registry.repair_growth import Fits, Growth
from registry.repair_view import View

Place = tuple[list[Node], Node] | None
"""The things and their property that lead to a value."""

_WIDTH: Final = 6
_MOST_ADDED: Final = 12

_LEAST: Final = {SH.minInclusive: "{}", SH.minExclusive: "{}.01"}


@dataclass(frozen=True, slots=True)
class Mender:
    """Looks for repairs in one dossier by the shapes given."""

    view: View
    growth: Growth
    days: Days
    goes_on: Callable[[], bool] = lambda: True

    @classmethod
    def of(cls, view: View, goes_on: Callable[[], bool] = lambda: True) -> "Mender":
        """Put a mender together; it finds nothing more when ``goes_on`` says that there is no time."""
        return cls(view, Growth(view), Days(view), goes_on)

    @property
    def shapes(self) -> Graph:
        """What must be so."""
        return self.view.shapes

    def mend(self, node: Node, shape: Node, repair: Repair) -> list[Repair]:
        """Give repairs after which a node would conform; the repair itself, alone, where it conforms already."""
        if not self.goes_on():
            return []
        substitute = self.shapes.value(shape, HRC.mendedBy)
        if substitute is not None:
            return self.mend(node, substitute, repair)
        if (shape, SH.sparql, None) in self.shapes:
            return []
        if (shape, SH.path, None) in self.shapes:
            return self._property(node, shape, repair)
        return self._node(node, shape, None, repair)

    def conforms(self, node: Node, shape: Node, repair: Repair) -> bool:
        """Say whether nothing has to be mended; what is still to be answered conforms."""
        return isinstance(node, Variable) or self.mend(node, shape, repair) == [repair]

    def _node(self, node: Node, shape: Node, place: Place, repair: Repair) -> list[Repair]:
        """Mend what a shape says of a node itself; ``place`` gives the subjects and the property that lead to it."""
        if isinstance(node, Variable):
            return self._asked(node, shape, repair)
        found = [repair]
        for constraint in sorted(self.shapes.objects(shape, SH.property), key=str):
            found = _each(found, partial(self.mend, node, constraint))
        for included in sorted(self.shapes.objects(shape, SH.node), key=str):
            found = _each(found, partial(self._or_replaced, node, included, place))
        for among in self.shapes.objects(shape, SH["or"]):
            members = list(Collection(self.shapes, among))
            found = _each(found, partial(self._one_of, node, members))
        for refused in self.shapes.objects(shape, SH["not"]):
            found = _each(found, partial(self._otherwise, node, refused))
        for kind in self.shapes.objects(shape, SH["class"]):
            if kind not in self.view.objects(node, RDF.type, repair):
                found = []
        for listed in self.shapes.objects(shape, SH["in"]):
            if node not in Collection(self.shapes, listed):
                found = []
        return _each(found, partial(self._literal, node, shape, place))

    def _or_replaced(self, node: Node, shape: Node, place: Place, repair: Repair) -> list[Repair]:
        """Mend a value, or where it is not the city's to mend, take another value in its place."""
        mended = self.mend(node, shape, repair)
        if mended or place is None:
            return mended
        found: list[Repair] = []
        for subject in place[0]:
            field = self.view.field(subject, place[1], repair)
            if field is not None and (subject, place[1], node) in self.view.said:
                without = taking(repair, (subject, place[1], node))
                fits: Fits = lambda value: self.conforms(value, shape, repair)  # noqa: E731  # reads as what it is
                found += [grown for grown, _ in self.growth.value(subject, field, fits, without)]
        return found

    def _one_of(self, node: Node, shapes: Iterable[Node], repair: Repair) -> list[Repair]:
        found = [self.mend(node, shape, repair) for shape in shapes]
        return [repair] if [repair] in found else _smallest([one for each in found for one in each])

    def _otherwise(self, node: Node, shape: Node, repair: Repair) -> list[Repair]:
        """Make a node no longer conform to a shape, by one of its constraints."""
        if not self.conforms(node, shape, repair):
            return [repair]
        found: list[Repair] = []
        for constraint in sorted(self.shapes.objects(shape, SH.property), key=str):
            path = self.shapes.value(constraint, SH.path)
            if path is None:
                continue
            for later in self.shapes.objects(constraint, SH.lessThan):
                found += self.days.order(node, path, later, repair, is_reversed=True)
            for value in self.shapes.objects(constraint, SH.hasValue):
                found += self.growth.another(node, path, value, repair)
        return _smallest(found)

    def _property(self, node: Node, shape: Node, repair: Repair) -> list[Repair]:
        path = self.shapes.value(shape, SH.path)
        if path is None:
            return []
        found = [repair]
        for mend in (self._least, self._most, self._having, self._enough):
            found = _each(found, partial(mend, node, path, shape))
        for bound, gap in ((SH.lessThan, ONE_DAY), (SH.lessThanOrEquals, timedelta(0))):
            for later in self.shapes.objects(shape, bound):
                found = _each(
                    found,
                    partial(self.days.order, node, path, later, gap=gap),
                )
        for later in self.shapes.objects(shape, HRC.lastsUntil):
            days = int(str(self.view.graph.value(self.shapes.value(shape, HRC.threshold), RDF.value)))
            found = _each(
                found,
                partial(self.days.order, node, path, later, gap=timedelta(days=days)),
            )
        return _each(found, partial(self._every, node, path, shape))

    def _least(self, node: Node, path: Node, shape: Node, repair: Repair) -> list[Repair]:
        """Add values until there are as many as a shape wants (sh:minCount)."""
        least = self._number(shape, SH.minCount)
        found = [repair]
        for _ in range(min(least, _MOST_ADDED)):
            found = _each(
                found,
                lambda one: (
                    [one]
                    if len(self._values(node, path, one)) >= least
                    else [grown for grown, _ in self.growth.along(node, path, self._fits(node, path, shape, one), one)]
                ),
            )
        return [one for one in found if len(self._values(node, path, one)) >= least]

    def _most(self, node: Node, path: Node, shape: Node, repair: Repair) -> list[Repair]:
        """Take out values that are too many (sh:maxCount); which of them stays is tried in turn."""
        most = self.shapes.value(shape, SH.maxCount)
        values = self._values(node, path, repair)
        if most is None or len(values) <= int(str(most)):
            return [repair]
        steps = self.view.steps(path)
        subjects, last = self.view.reached(node, steps[:-1], repair), steps[-1]
        kept = [values[start : start + int(str(most))] for start in range(len(values))]
        found = []
        for stay in kept[: len(values)] if int(str(most)) else [[]]:
            statements = [
                (subject, last, value)
                for subject in subjects
                for value in values
                if value not in stay and (subject, last, value) in self.view.said
            ]
            found += [taking(repair, *statements)] if statements else []
        return found

    def _having(self, node: Node, path: Node, shape: Node, repair: Repair) -> list[Repair]:
        """Add each value that must be there (sh:hasValue)."""
        found = [repair]
        for wanted in sorted(self.shapes.objects(shape, SH.hasValue), key=str):
            found = _each(found, partial(self._having_one, node, path, wanted))
        return found

    def _having_one(self, node: Node, path: Node, wanted: Node, repair: Repair) -> list[Repair]:
        if wanted in self._values(node, path, repair) or self._may_be(node, path, wanted, repair):
            return [repair]
        return self.growth.exactly(node, path, wanted, repair)

    def _may_be(self, node: Node, path: Node, wanted: Node, repair: Repair) -> bool:
        """Say whether an answer still to be given leads to a value whatever is chosen."""
        steps = self.view.steps(path)
        for number in range(1, len(steps) + 1):
            for value in self.view.reached(node, steps[:number], repair):
                if isinstance(value, Variable):
                    options = repair.questions[str(value)].options
                    ends = [self.growth.option_ends(option.value, steps[number:], repair) for option in options]
                    if options and all(wanted in end or Literal(wanted) in end for end in ends):
                        return True
        return False

    def _enough(self, node: Node, path: Node, shape: Node, repair: Repair) -> list[Repair]:
        """Mend or add values until enough of them conform (sh:qualifiedMinCount, or a share of all)."""
        wanted = self.shapes.value(shape, SH.qualifiedValueShape)
        if wanted is None:
            return [repair]
        found = [repair]
        for _ in range(_MOST_ADDED):
            if all(self._lacking(node, path, shape, one, repair) <= 0 for one in found):
                return found
            found = _each(
                found,
                lambda one: (
                    [one]
                    if self._lacking(node, path, shape, one, repair) <= 0
                    else self._one_more(node, path, wanted, one)
                ),
            )
        return []

    def _lacking(self, node: Node, path: Node, shape: Node, repair: Repair, before: Repair) -> int:
        wanted = self.shapes.value(shape, SH.qualifiedValueShape)
        values = self._values(node, path, repair)
        good = sum(self.conforms(value, wanted, repair) for value in values) if wanted is not None else 0
        share = self.shapes.value(shape, HRC.qualifiedMinPercent)
        if share is not None:
            percent = int(str(self.view.graph.value(share, RDF.value)))
            return ceil(len(values) * percent / 100) - good
        if self.shapes.value(shape, HRC.oneMore) == Literal(True):
            return 1 if repair == before else 0
        return self._number(shape, SH.qualifiedMinCount) - good

    def _one_more(self, node: Node, path: Node, wanted: Node, repair: Repair) -> list[Repair]:
        """Make one more value conform: the one that is nearest to it, or a new one."""
        bad = [value for value in self._values(node, path, repair) if not self.conforms(value, wanted, repair)]
        found = [one for value in bad for one in self.mend(value, wanted, repair)[:3] if one != repair]
        *steps, last = self.view.steps(path)
        holders = self.view.reached(node, steps, repair) if isinstance(last, URIRef) else []

        def fits(value: Node) -> bool:
            """Say whether a value conforms as it stands, or would once it is linked."""
            linked = (putting(repair, (holder, last, value)) for holder in holders)
            return any(self.conforms(value, wanted, each) for each in (repair, *linked))

        for grown, value in self.growth.along(node, path, fits, repair):
            found += self.mend(value, wanted, grown) if not isinstance(value, Variable) else [grown]
        return _smallest(found)

    def _every(self, node: Node, path: Node, shape: Node, repair: Repair) -> list[Repair]:
        """Mend what is said of every value (sh:node, sh:or, sh:class and what is said of literals)."""
        steps = self.view.steps(path)
        found = [repair]
        for value in self._values(node, path, repair):
            subjects = self.view.reached(node, steps[:-1], repair)
            place = (subjects, steps[-1]) if isinstance(steps[-1], URIRef) else None
            found = _each(found, partial(self._node, value, shape, place))
        return found

    def _literal(self, node: Node, shape: Node, place: Place, repair: Repair) -> list[Repair]:
        """Ask anew for a number that is out of bounds, and for what is none."""
        least = self._bound(shape)
        if least is None or not isinstance(node, Literal):
            return [repair]
        if isinstance(node.value, int | float | Decimal) and float(node.value) >= float(least):
            return [repair]
        found = []
        for subject in place[0] if place else ():
            field = self.view.field(subject, place[1], repair) if place else None
            if field is not None and (subject, field.iri, node) in self.view.said:
                asked, name = asking(taking(repair, (subject, field.iri, node)), subject, field)
                found += [one for one in [bounded(asked, name, least=self._rounded(least, field.kind))] if one]
        return found

    def _asked(self, variable: Variable, shape: Node, repair: Repair) -> list[Repair]:
        """Ask more narrowly for what a shape bounds."""
        least = self._bound(shape)
        question = repair.questions.get(str(variable))
        if least is None or question is None or question.kind not in ("integer", "decimal"):
            return [repair]
        narrowed = bounded(repair, variable, least=self._rounded(least, question.kind))
        return [narrowed] if narrowed else []

    def _bound(self, shape: Node) -> str | None:
        bounds = [form.format(value) for name, form in _LEAST.items() for value in self.shapes.objects(shape, name)]
        return max(bounds, key=float, default=None)

    @staticmethod
    def _rounded(least: str, kind: str) -> str:
        return str(ceil(float(least))) if kind == "integer" else least

    def _fits(self, node: Node, path: Node, shape: Node, repair: Repair) -> Fits:
        """Give the test of a value that is added: it is new, and of the class that a shape wants."""
        kinds = set(self.shapes.objects(shape, SH["class"]))
        present = self._values(node, path, repair)
        return lambda value: (
            value not in present and (not kinds or bool(kinds & set(self.view.objects(value, RDF.type, repair))))
        )

    def _values(self, node: Node, path: Node, repair: Repair) -> list[Node]:
        return self.view.values(node, path, repair)

    def _number(self, shape: Node, name: URIRef) -> int:
        return int(str(self.shapes.value(shape, name, default=Literal(0))))


def _each(found: list[Repair], mend: Callable[[Repair], list[Repair]]) -> list[Repair]:
    """Go on from every alternative, and keep the smallest."""
    return _smallest([one for repair in found for one in mend(repair)])


def _smallest(found: list[Repair]) -> list[Repair]:
    kept: list[Repair] = []
    for one in sorted(found, key=lambda repair: repair.size):
        if one not in kept:
            kept.append(one)
        if len(kept) == _WIDTH:
            break
    return kept
