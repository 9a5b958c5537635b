"""The harvest of one installation put together: what reads hostile documents runs in a child that can be killed."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from typing import Final

from registry.adapters.artefact_files import harvest_texts, mapping_texts
from registry.adapters.child_process import ChildProcess
from registry.adapters.ed25519_key import is_signed
from registry.adapters.graph_mapping import mapped
from registry.adapters.robots_rules import admits
from registry.adapters.sparql_paging import page_address
from registry.adapters.sql_peer_harvests import SqlPeerHarvests
from registry.blank_nodes import added
from registry.bulk_judging import demand_native
from registry.confinement import READY
from registry.dumps import MANIFEST
from registry.fetch_ports import Fetch, FetchLimits
from registry.fetch_wiring import open_fetch
from registry.guard import Limits, checked_bytes, media_type_of
from registry.harvest import Harvest, Run, terms_of
from registry.harvest_collecting import Collected, Collector, HarvestLimits
from registry.harvest_reading import (
    demand_identifier,
    distributions_in,
    read_release,
    releases_in,
    statements_in,
)
from registry.intake import parsed
from registry.loading import artefacts, now
from registry.peer_content import Taken, merged, sorted_document
from registry.peer_errors import HarvestRefused, PeerFault
from registry.peer_judging import Judged, by_deciding_engine, by_native_engine
from registry.peer_ports import Document, PeerHealth, StreamPage
from registry.peer_wiring import open_harvests, peers
from registry.peers import Peer, PeerKind, peer_of
from registry.robots import Robots
from registry.settings import Settings
from registry.stream_collecting import by_city
from registry.stream_reading import read_page
from registry.verification import Kind, verify_release
from registry.witness_wiring import looking

_ONE_FETCH_SECONDS: Final = 30.0
_RULES_SECONDS: Final = 5
_RULES_MEGABYTES: Final = 1024


@dataclass(frozen=True, slots=True)
class Confined:
    """Reading and judging what came of peers, each time in a child with a deadline and a memory limit."""

    settings: Settings
    is_native: bool = False

    def releases(self, document: Document) -> Sequence[str]:
        """Give the identifiers of the releases that a registry lists (see the port)."""
        return self._place.call(_releases, document, self._limits)

    def verified(self, files: Mapping[str, bytes], key: bytes, identifier: str) -> None:
        """Check the files of a release (see the port)."""
        self._place.call(_verified, dict(files), key, identifier)

    def distributions(self, document: Document) -> Sequence[str]:
        """Give the addresses that a DCAT catalogue names (see the port)."""
        return self._place.call(_distributions, document, self._limits)

    def statements(self, document: Document) -> int:
        """Count the statements of a page (see the port)."""
        return self._place.call(_statements, document, self._limits)

    def page(
        self, document: Document, names: Sequence[str], paths: Mapping[str, str], scope: Sequence[str]
    ) -> StreamPage:
        """Read a page of an event stream (see the port)."""
        return self._place.call(_page, document, tuple(names), dict(paths), tuple(scope), self._limits)

    def admits(self, rules: bytes, address: str) -> bool:
        """Say whether a robots.txt lets an address be asked (see the port)."""
        seconds = min(self.settings.judge_seconds, _RULES_SECONDS)
        megabytes = min(self.settings.judge_megabytes, _RULES_MEGABYTES)
        place = ChildProcess(deadline_seconds=seconds, memory_bytes=megabytes * 1024 * 1024, preloaded=READY)
        return place.call(admits, rules, address)

    def taken(self, peer: Peer, collected: Collected) -> Taken:
        """Give what is kept of what came."""
        if peer.kind is PeerKind.STREAM:
            documents, quads = collected.documents, collected.quads or b""
            return self._place.call(_sorted_stream, quads, documents, peer.scope, mapping_text(peer), self._limits)
        if collected.quads is not None:
            return self._place.call(_sorted_release, collected.quads, peer.scope, self._limits)
        mapping = mapping_text(peer)
        return self._place.call(_sorted_documents, peer.kind, peer.scope, mapping, collected.documents, self._limits)

    def judged(self, claims: Mapping[str, bytes], day: date) -> Judged:
        """Judge what graphs claim by the standard in force here."""
        judge = by_native_engine if self.is_native else by_deciding_engine
        return judge(self._place, self.settings, claims, day)

    @property
    def _place(self) -> ChildProcess:
        megabytes = self.settings.judge_megabytes
        seconds = self.settings.judge_seconds
        return ChildProcess(deadline_seconds=seconds, memory_bytes=megabytes * 1024 * 1024, preloaded=READY)

    @property
    def _limits(self) -> Limits:
        most = self.settings.harvest_megabytes * 1024 * 1024
        return Limits(most_bytes=most, most_triples=1_000_000)


def mapping_text(peer: Peer) -> str:
    """Give the mapping of a peer, empty where it needs none; raise PeerFault for a name that no file has."""
    texts = mapping_texts()
    if peer.mapping and peer.mapping not in texts:
        known = ", ".join(sorted(texts))
        raise PeerFault(f"The peer “{peer.slug}” names the mapping “{peer.mapping}”; those there are: {known}.")
    return texts[peer.mapping] if peer.mapping else ""


def harvest_peers(
    settings: Settings,
    slug: str | None = None,
    *,
    again: bool = False,
    is_native: bool = False,
    fetch: Fetch | None = None,
) -> list[Run]:
    """Ask every peer whose time it is, or one; give how each run ended.

    ``again`` asks before it is time; ``is_native`` judges by the native engine, and a sample by the one that decides as
    well. Raises UnknownPeer, PeerFault for a list that cannot be read, HarvestRunning, and SettingsError where the
    native engine is not installed.
    """
    if is_native:
        demand_native()
    listed = peers(settings)
    chosen = listed if slug is None else (peer_of(listed, slug),)
    seconds, most = min(_ONE_FETCH_SECONDS, settings.harvest_seconds), settings.harvest_megabytes * 1024 * 1024
    asking = fetch or open_fetch(settings, FetchLimits(seconds=seconds, most_bytes=most))
    with closing(open_harvests(settings)) as store, store.alone(), looking(settings, chosen, asking) as look_at:
        harvest = _harvest(settings, store, asking, look_at, is_native=is_native)
        return [harvest.run(peer, now=again) for peer in chosen]


def _harvest(
    settings: Settings, store: SqlPeerHarvests, fetch: Fetch, look_at: Callable[[Peer], None], *, is_native: bool
) -> Harvest:
    most = settings.harvest_megabytes * 1024 * 1024
    limits = HarvestLimits(seconds=settings.harvest_seconds, most_bytes=most, most_requests=settings.harvest_requests)
    confined = Confined(settings, is_native)
    hashes = artefacts().hashes
    return Harvest(
        store,
        confined,
        collect=partial(_collect, fetch, confined, limits, store, look_at),
        terms=lambda peer: terms_of(peer, mapping_text(peer)),
        rules=sha256("".join(hashes[name] for name in sorted(hashes)).encode()).hexdigest(),
        again=timedelta(hours=settings.harvest_hours),
        syntax=artefacts().syntax,
        clock=now,
        base=settings.base,
    )


def _collect(
    fetch: Fetch,
    confined: Confined,
    limits: HarvestLimits,
    store: SqlPeerHarvests,
    look_at: Callable[[Peer], None],
    peer: Peer,
    health: PeerHealth | None,
) -> Collected:
    look_at(peer)
    page = partial(page_address, harvest_texts()["statements"])
    robots = Robots(store, confined, clock=now)
    collector = Collector(
        fetch, confined, page_address=page, limits=limits, timer=time.monotonic, streams=store, robots=robots
    )
    return collector.collect(peer, health)


def _releases(document: Document, limits: Limits) -> tuple[str, ...]:
    return releases_in(parsed(document.body, _kind(document), syntax=artefacts().syntax, limits=limits))


def _distributions(document: Document, limits: Limits) -> tuple[str, ...]:
    graph = parsed(document.body, _kind(document), syntax=artefacts().syntax, limits=limits)
    return distributions_in(graph)


def _statements(document: Document, limits: Limits) -> int:
    return statements_in(parsed(document.body, _kind(document), syntax=artefacts().syntax, limits=limits))


def _page(
    document: Document, names: tuple[str, ...], paths: dict[str, str], scope: tuple[str, ...], limits: Limits
) -> StreamPage:
    syntax, kind = artefacts().syntax, _kind(document)
    body = checked_bytes(document.body, kind, limits=limits)
    graphs = syntax.parse_graphs(body, kind, base=names[0], most_triples=limits.most_triples)
    return read_page(graphs, names, paths, scope, syntax=syntax, limits=limits)


def _verified(files: dict[str, bytes], key: bytes, identifier: str) -> None:
    checks = verify_release(files, key=key, is_signed=is_signed, stored=None, wanted=files.keys())
    broken = [check.message for check in checks if check.kind is Kind.BROKEN]
    if broken:
        raise HarvestRefused(f"The release is not taken: {' '.join(broken[:3])}")
    demand_identifier(files[MANIFEST], identifier, artefacts().syntax)


def _sorted_release(quads: bytes, scope: tuple[str, ...], limits: Limits) -> Taken:
    return read_release(quads, scope, syntax=artefacts().syntax, limits=limits)


def _sorted_documents(
    kind: PeerKind, scope: tuple[str, ...], mapping: str, documents: tuple[Document, ...], limits: Limits
) -> Taken:
    syntax, profile = artefacts().syntax, artefacts().profile
    graphs = [parsed(each.body, _kind(each), syntax=syntax, limits=limits) for each in documents]
    if kind is PeerKind.SPARQL:
        graphs = [added(graphs)]
    if mapping:
        graphs = [mapped(graph, mapping) for graph in graphs]
    return merged(sorted_document(graph, scope, profile=profile, syntax=syntax, limits=limits) for graph in graphs)


def _sorted_stream(
    quads: bytes, documents: tuple[Document, ...], scope: tuple[str, ...], mapping: str, limits: Limits
) -> Taken:
    syntax, profile = artefacts().syntax, artefacts().profile
    parts = [read_release(quads, scope, syntax=syntax, limits=limits)] if quads else []
    for group in by_city(documents).values():
        whole = added(parsed(each.body, each.media_type, syntax=syntax, limits=limits) for each in group)
        graph = mapped(whole, mapping) if mapping else whole
        parts.append(sorted_document(graph, scope, profile=profile, syntax=syntax, limits=limits))
    return merged(parts)


def _kind(document: Document) -> str:
    """Say how to read a document: by its server's word, else by its name and content."""
    name = document.address.partition("?")[0].rstrip("/").rsplit("/", 1)[-1]
    return media_type_of(name if "." in name else None, document.media_type, document.body)
