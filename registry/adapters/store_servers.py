"""The two places in SPARQL servers between which an installation goes to and fro, and what lies in which of them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from registry.adapters.sparql_server import Limits, SparqlServer
from registry.adapters.sparql_server_builder import Loaded, SparqlServerBuilder, named_graphs
from registry.adapters.store_address import StoreAddress, free, parse_address, read_address, write_address
from registry.errors import SettingsError
from registry.store_errors import ReleaseNotInStore

DEFAULT_GRAPH: Final = "https://w3id.org/hrcr/graph/default"
"""The graph that stands for the default graph where a server's own one cannot."""

KINDS: Final[Mapping[str, Mapping[str, str]]] = {
    "oxigraph": {"query": "/query", "update": "/update", "graphs": "/store"},
    "fuseki": {"query": "/query", "update": "/update", "graphs": "/data", "default_graph": DEFAULT_GRAPH},
    "graphdb": {"query": "", "update": "/statements", "graphs": "/rdf-graphs/service"},
    "virtuoso": {
        "query": "/sparql",
        "update": "/sparql",
        "graphs": "/sparql-graph-crud",
        "default_graph": DEFAULT_GRAPH,
    },
}
"""Where servers have what, behind the address of a place in them."""

_LOAD: Final = Limits(seconds=3_600.0)


@dataclass(frozen=True, slots=True)
class StoreServers:
    """Two places, and how one writes to them."""

    places: tuple[StoreAddress, StoreAddress]
    login_file: Path | None = None

    def bring(self, directory: Path, quads: bytes, current: Path | None, kept: Iterable[Path]) -> Loaded:
        """Bring a release into the place that does not serve, and say in its directory that it lies there.

        ``kept`` are the directories of every release; all but what lies in the other place are asked elsewhere from
        before the first word is written, so that one place under two names does no harm. Raises ReleaseError where it
        does not hold the release in the end.
        """
        serving = read_address(current) if current is not None else None
        is_first = serving is not None and _is_same(serving, self.places[0])
        place, other = self.places[::-1] if is_first else self.places
        for each in kept:
            free_unless_in(each, other)
        loaded = SparqlServerBuilder(SparqlServer(place, login=_login(self.login_file), limits=_LOAD)).load(quads)
        named = tuple(named_graphs(quads)) if place.default_graph is not None else ()
        write_address(directory, replace(place, named_graphs=named))
        return loaded

    def have(self, directory: Path) -> bool:
        """Say whether a release lies in one of the two places."""
        lies = read_address(directory)
        return lies is not None and any(_is_same(lies, place) for place in self.places)


def free_unless_in(directory: Path, place: StoreAddress) -> None:
    """Say that a release does not lie in a server any more, if it does not lie in this place."""
    try:
        lies = read_address(directory)
    except ReleaseNotInStore:
        return
    if lies is not None and not _is_same(lies, place):
        free(directory)


def read_servers(text: str, login_file: Path | None = None) -> StoreServers | None:
    """Read two places as the setting has them, each ``kind+address`` or a file like ``store.json``; None for nothing.

    Raises SettingsError for another number or form, and for two that are the same.
    """
    if not text.strip():
        return None
    places = [_place(word) for word in text.split()]
    if len(places) != 2 or _is_same(*places):
        raise SettingsError("HRCR_STORE_SERVERS must name two places that are not the same, with a space between them.")
    return StoreServers((places[0], places[1]), login_file)


def _place(word: str) -> StoreAddress:
    kind, _, address = word.partition("+")
    if kind in KINDS and address.startswith(("http://", "https://")) and "@" not in address:
        facts = KINDS[kind]
        start = address.rstrip("/")
        return StoreAddress(
            query=start + facts["query"],
            update=start + facts["update"],
            graphs=start + facts["graphs"],
            default_graph=facts.get("default_graph"),
        )
    try:
        found = parse_address(json.loads(Path(word).read_bytes()))
    except (OSError, ValueError):
        found = None
    if found is None or any("@" in urlsplit(each).netloc for each in (found.query, found.update, found.graphs)):
        kinds = ", ".join(f"{kind}+http://…" for kind in KINDS)
        raise SettingsError(
            f"HRCR_STORE_SERVERS names “{word}”; a place is {kinds}, without a password in it, or a file (JSON) with "
            "query, update and graphs."
        )
    return found


def _login(place: Path | None) -> str:
    if place is None:
        return ""
    try:
        login = place.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as fault:
        raise SettingsError(f"HRCR_STORE_LOGIN_FILE: {place} cannot be read: {fault}.") from fault
    if ":" not in login:
        raise SettingsError(f"HRCR_STORE_LOGIN_FILE: {place} must hold user:password.")
    return login


def _is_same(one: StoreAddress, other: StoreAddress) -> bool:
    return one.graphs == other.graphs
