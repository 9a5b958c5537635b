"""Where in a submission something stands, in words: the way from the city through its parts to the field; pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from rdflib import Graph, URIRef
from rdflib.term import Node

from registry.entry import CITY, Entry, Link, Place, entry_of
from registry.entry_layout import Layout, lay_out
from registry.entry_plan import EntryPlan
from registry.mending import Spot


@dataclass(frozen=True, slots=True)
class Spots:
    """Finds the places of one submission; ``titles`` are what its parts are called."""

    city: URIRef
    entry: Entry
    layout: Layout
    plan: EntryPlan
    titles: Mapping[str, str]

    @classmethod
    def of(cls, said: Graph, city: URIRef, plan: EntryPlan, titles: Mapping[str, str] | None = None) -> "Spots":
        """Lay a submission out; ``titles`` are other ones than its own, where a part has a new value for a trial."""
        entry = entry_of(said, city, plan)
        layout = lay_out(entry, plan)
        return cls(city, entry, layout, plan, layout.titles if titles is None else titles)

    def spot(self, node: Node, predicate: Node | None = None, value: Node | None = None) -> Spot:
        """Give the place of a thing, of one of its fields, or of one value; that of the city for anything else."""
        key = str(node).removeprefix(str(self.city)).removeprefix("#")
        record = self.entry.records.get(key)
        if record is None:
            return Spot("", "", CITY, "")
        part = self.plan.parts[record.kind]
        field = next((each for each in part.fields if each.iri == predicate), None)
        number = 0
        if field is not None and value is not None:
            shown = str(value).removeprefix(f"{self.city}#")
            texts = [getattr(each, "text", getattr(each, "key", "")) for each in record.of(field.name)]
            number = next((place for place, text in enumerate(texts, start=1) if text in (shown, str(value))), 0)
        path = self.layout.path_of(Place(key, field.name if field else "", number), self.plan)
        return Spot(self._words(key, field.label if field else ""), path, key, field.name if field else "")

    def describes(self, node: Node) -> bool:
        """Say whether a thing of the city is described."""
        return str(node).removeprefix(f"{self.city}#") in self.entry.records

    def knows(self, node: Node) -> bool:
        """Say whether a thing is described, or something leads to it as if it were."""
        key = str(node).removeprefix(f"{self.city}#")
        return self.describes(node) or any(
            isinstance(value, Link) and value.key == key
            for record in self.entry.records.values()
            for values in record.values.values()
            for value in values
        )

    def title(self, node: Node) -> str:
        """Give what a thing of the city is called, with its kind; nothing for anything else."""
        key = str(node).removeprefix(f"{self.city}#")
        record = self.entry.records.get(key)
        return self._named(key) if record is not None and key != str(node) else ""

    def _named(self, key: str) -> str:
        label = self.plan.parts[self.entry.records[key].kind].label
        title = self.titles.get(key)
        return f"{label} “{title}”" if title else label if title is None else f"{label} ({key})"

    def _words(self, key: str, field: str) -> str:
        """Name the parts around a place from the city inwards, and the field."""
        path = self.layout.paths.get(key, "")
        around = [
            each
            for each, other in self.layout.paths.items()
            if other and (path == other or path.startswith((f"{other}.", f"{other}[")))
        ]
        around.sort(key=lambda each: len(self.layout.paths[each]))
        return " › ".join([*map(self._named, around), *([field] if field else [])])
