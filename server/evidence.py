"""Evidence in public: how the address of every source stands, and the files that a person released."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, render_template, request
from rdflib import Literal, URIRef
from rdflib.term import Node

from registry.evidence_errors import UnknownEvidence
from registry.evidence_model import LinkState
from registry.evidence_wiring import evidence_files
from registry.link_facts import CASE
from server.filing import given
from server.installed import settings
from server.library import GRAPHS, shelf
from server.problems import Problem

_FINE: Final = frozenset(state for state in LinkState if state.is_readable)

blueprint = Blueprint("evidence", __name__)


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One address as the page shows it."""

    group: str
    source: str
    title: str
    address: str
    day: str
    state: str
    words: str
    status: str
    final: str
    copies: int

    @property
    def is_fine(self) -> bool:
        """Say whether the source can still be read."""
        return self.state in _FINE


@dataclass(frozen=True, slots=True)
class GroupRow:
    """The links of one city, or of one file of reference data: how many, how many in trouble, when last looked at."""

    group: str
    count: int
    troubled: int
    last: str


@blueprint.get("/evidence")
def links() -> str:
    """Tell how the links of all stand, or of one city each."""
    chosen = request.args.get("of")
    if chosen is not None and chosen not in shelf().slugs(CASE):
        raise Problem("not-found", "No links of this name were looked at.", lists=["/evidence"])
    found = sorted(_rows(chosen), key=lambda row: (row.group, row.is_fine, row.title.casefold(), row.address))
    shown = [row for row in found if chosen is not None or not row.is_fine]
    return render_template(
        "evidence.html",
        chosen=chosen,
        groups=_groups(found),
        rows=shown,
        states=Counter(row.words for row in found).most_common(),
        count=len({row.address for row in found}),
        last=max((row.day for row in found), default=None),
    )


@blueprint.get("/evidence/files/<digest>")
def released(digest: str) -> Response:
    """Give a file that a person released, as the current release tells; any other is not here."""
    row = next(iter(shelf().rows("released-file", digest=Literal(digest))), None)
    if row is None:
        raise UnknownEvidence("No file of this SHA-256 is public.")
    return given(evidence_files(settings()).get(digest), str(row["mediaType"]), digest)


def _rows(chosen: str | None) -> Iterable[LinkRow]:
    """Give each link of a group, or of all, once: with the first of its titles and the number of copies kept."""
    found = shelf().rows("links") if chosen is None else shelf().rows("links", graph=URIRef(GRAPHS + CASE + chosen))
    known: dict[tuple[str, str, str], LinkRow] = {}
    copies: dict[tuple[str, str, str], set[Node]] = {}
    for row in sorted(found, key=lambda row: str(row["title"] or ""), reverse=True):
        group = str(row["graph"]).removeprefix(GRAPHS).removeprefix(CASE)
        key = (group, str(row["source"]), str(row["address"]))
        if row["copy"] is not None:
            copies.setdefault(key, set()).add(row["copy"])
        state = str(row["state"]).rsplit("/", 1)[-1]
        known[key] = LinkRow(
            group=group,
            source=key[1],
            title=str(row["title"] or key[2]),
            address=key[2],
            day=str(row["day"]),
            state=state,
            words=str(row["label"] or state),
            status=str(row["status"] or ""),
            final=str(row["final"] or ""),
            copies=len(copies.get(key, ())),
        )
    return known.values()


def _groups(rows: Iterable[LinkRow]) -> list[GroupRow]:
    grouped: dict[str, list[LinkRow]] = {}
    for row in rows:
        grouped.setdefault(row.group, []).append(row)
    return [
        GroupRow(group, len(own), sum(not row.is_fine for row in own), max(row.day for row in own))
        for group, own in sorted(grouped.items())
    ]
