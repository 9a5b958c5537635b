"""What the register says of an item that is no longer in use: retired ones stay, of the gone a tombstone stays.

An item of which nothing is said any more, while a record of it is kept (reg:RegisterItem), is gone.
"""

from dataclasses import dataclass
from typing import Final

from rdflib import Graph, URIRef
from rdflib.term import Node

from registry.namespaces import REG, SKOS
from server.library import Row, Shelf
from server.links import address
from server.problems import Problem
from server.words import Shown, Words, best_literal, literal

_ENDED: Final = frozenset({REG.statusRetired, REG.statusSuperseded})


@dataclass(frozen=True, slots=True)
class Registration:
    """The end of an item: the status of its record if one says so, its successors, since when, and why."""

    status: Shown | None
    successors: tuple[Shown, ...]
    day: str | None
    reason: Shown | None

    def gone(self) -> Problem:
        """Give the tombstone (410) of an item of which nothing else is said."""
        members: dict[str, object] = {
            "recordStatus": self.status.iri if self.status else None,
            "since": self.day,
            "reason": self.reason.text if self.reason else None,
            "successors": [{"label": each.text, "iri": each.iri, "address": each.href} for each in self.successors],
        }
        kept = {name: value for name, value in members.items() if value}
        return Problem("gone", "This item was taken out of the register; what is kept of it is said here.", **kept)


def ended(held: Shelf, item: URIRef) -> Registration | None:
    """Give what the register says of an item that is retired, superseded or replaced; None of one in use."""
    rows = held.rows("registration", item=item)
    if any(row["status"] is not None and row["status"] not in _ENDED for row in rows):
        rows = [row for row in rows if row["status"] is None]
    return _registration(rows)


def tombstone(held: Shelf, item: URIRef) -> Problem | None:
    """Give the problem (410) for an item of which only the record is kept; None where there is no record either."""
    found = _registration(held.rows("registration", item=item))
    return found.gone() if found is not None and found.status is not None else None


def _registration(rows: list[Row]) -> Registration | None:
    if not rows:
        return None
    labels = _labels(rows)
    statuses = sorted({status for row in rows if (status := row["status"]) is not None}, key=str)
    reason = best_literal(text for row in rows if (text := row["reason"]) is not None)
    return Registration(
        status=labels.show(statuses[0]) if statuses else None,
        successors=tuple(labels.show(node) for node in _successors(rows)),
        day=next((str(row["day"]) for row in rows if row["day"] is not None), None),
        reason=literal(reason) if reason is not None else None,
    )


def _successors(rows: list[Row]) -> list[Node]:
    found = {node for row in rows if (node := row["successor"]) is not None}
    return sorted((node for node in found if address(str(node))[0] is not None), key=str)


def _labels(rows: list[Row]) -> Words:
    graph = Graph()
    for row in rows:
        for name, label in (("status", row["label"]), ("successor", row["successorLabel"])):
            term = row[name]
            if term is not None and label is not None:
                graph.add((term, SKOS.prefLabel, label))
    return Words(graph)
