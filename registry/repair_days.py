"""Two days in the right order: which of them the city can state otherwise, and within which bounds; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from rdflib import URIRef, Variable
from rdflib.term import Node

from registry.mending import Repair
from registry.repair_edits import asking, bounded, taking
from registry.repair_view import Day, View

ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """Looks for repairs of days in one dossier."""

    view: View

    def order(
        self,
        node: Node,
        path: Node,
        later: Node,
        repair: Repair,
        *,
        gap: timedelta = timedelta(0),
        is_reversed: bool = False,
    ) -> list[Repair]:
        """Give repairs after which every day of a path lies so long before every day of another property.

        One day is sh:lessThan, none sh:lessThanOrEquals; ``is_reversed`` wants no day of the path before the other.
        """
        steps = self.view.steps(path)
        found = [repair]
        for holder in self.view.reached(node, steps[:-1], repair):
            firsts = self.view.days(holder, URIRef(str(steps[-1])), repair)
            for first in firsts:
                for last in self.view.days(node, URIRef(str(later)), repair):
                    pair = (last, first) if is_reversed else (first, last)
                    found = [one for each in found for one in self._pair(*pair, each, gap=gap)]
        return found

    def _pair(self, first: Day, last: Day, repair: Repair, *, gap: timedelta) -> list[Repair]:
        start, end = first.value(self.view.at), last.value(self.view.at)
        if start is not None and end is not None:
            if start + gap <= end:
                return [repair]
            return [*self._moved(last, repair, least=start + gap), *self._moved(first, repair, most=end - gap)]
        if isinstance(first.first, Variable) and isinstance(last.first, Variable):
            return list(_kept(bounded(repair, last.first, after=str(first.first), gap=gap.days)))
        if isinstance(first.first, Variable) and end is not None:
            return list(_kept(self._bounded(repair, first.first, first, most=end - gap)))
        if isinstance(last.first, Variable) and start is not None:
            return list(_kept(self._bounded(repair, last.first, last, least=start + gap)))
        return []

    def _moved(
        self, day: Day, repair: Repair, *, least: date | None = None, most: date | None = None
    ) -> Iterator[Repair]:
        """Ask anew for the day from which one follows."""
        if day.source is None or isinstance(day.first, Variable):
            return
        field = self.view.field(day.source[0], day.source[1], repair)
        if field is not None:
            asked, name = asking(taking(repair, day.source), day.source[0], field)
            yield from _kept(self._bounded(asked, name, day, least=least, most=most))

    def _bounded(
        self, repair: Repair, name: Variable, day: Day, *, least: date | None = None, most: date | None = None
    ) -> Repair | None:
        at = self.view.at
        return bounded(
            repair,
            name,
            least=day.earliest_first(least, at).isoformat() if least else None,
            most=day.latest_first(most, at).isoformat() if most else None,
        )


def _kept(repair: Repair | None) -> Iterator[Repair]:
    if repair is not None:
        yield repair
