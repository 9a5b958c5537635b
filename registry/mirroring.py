"""Following the releases of another instance: which it lists, which are new, what a release says of itself; pure."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from registry.catalogue import CATALOGUE, release_iri
from registry.dumps import read_sums
from registry.mirror_errors import MirrorRefused
from registry.model import Release
from registry.namespaces import DCAT, DCT, PROV, STANDARD, VOID
from registry.ports import BESIDE, CARRIED

MOST_FILES: Final = 1_000
"""Files that one release may have."""

_IDENTIFIER: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})-([1-9][0-9]{0,5})")
_PATH: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_APART: Final = frozenset({"store", "store.json", CARRIED.strip("/"), BESIDE.strip("/")})
"""What lies beside the files of a release and stands in no list of hashes: where its store is, its feed, witnesses."""
_VERSION: Final = re.compile(r"[0-9A-Za-z.+-]{1,40}")
_NOWHERE: Final = Path()
"""Where a release lies that is not kept yet."""


def order(identifier: str) -> tuple[str, int]:
    """Give what releases are sorted by: their day and their number on it; raise MirrorRefused for another name."""
    found = _IDENTIFIER.fullmatch(identifier)
    try:
        return date.fromisoformat(found[1] if found else "").isoformat(), int(found[2] if found else "")
    except ValueError as fault:
        raise MirrorRefused(f"“{identifier[:80]}” names no release: that is a day and a number.") from fault


def listed(catalogue: Graph) -> tuple[str, ...]:
    """Give the identifiers of the releases that a catalogue (DCAT) lists, the oldest first; raise MirrorRefused."""
    named = {catalogue.value(each, DCT.identifier) for each in catalogue.objects(CATALOGUE, DCAT.dataset)}
    return tuple(sorted((str(each) for each in named if each is not None), key=order))


def to_take(identifiers: Iterable[str], held: str | None) -> tuple[str, ...]:
    """Give the releases to take, in order: each newer one, or where none is held the newest alone.

    Raises MirrorRefused when all that is listed is older than what is held.
    """
    found = sorted(identifiers, key=order)
    if held is None:
        return tuple(found[-1:])
    if found and order(found[-1]) < order(held):
        raise MirrorRefused(
            f"The newest release listed is {found[-1]}, older than {held}, which is held; what is held stays. If the "
            "other instance was set back on purpose, mirror it into a new home."
        )
    return tuple(each for each in found if order(each) > order(held))


def sums_of(identifier: str, raw: bytes) -> Mapping[str, str]:
    """Read the SHA-256 of each file of a release by path; raise MirrorRefused for what is no such list."""
    found, is_list = read_sums(raw)
    strange = [path for path in found if not _PATH.fullmatch(path) or PurePosixPath(path).parts[0] in _APART]
    if not is_list or len(found) > MOST_FILES or strange:
        raise MirrorRefused(f"Release {identifier} has a SHA256SUMS that is no list of its files; nothing was taken.")
    return found


def sizes_of(manifest: Graph) -> Mapping[str, int]:
    """Give how many bytes each file of a release has, by its address, as its manifest says."""
    pairs = manifest.subject_objects(DCAT.downloadURL)
    return {str(place): _number(manifest.value(node, DCAT.byteSize)) for node, place in pairs}


def described(identifier: str, manifest: Graph, quads: bytes) -> Release:
    """Give a release as its own signed manifest describes it, with its quads counted.

    Raises MirrorRefused when the manifest is that of another release, so that no old one comes under a new name.
    """
    iri = release_iri(identifier)
    day, standard, software = order(identifier)[0], _standard(manifest, iri), _software(manifest, iri)
    is_itself = (iri, DCT.identifier, Literal(identifier)) in manifest and str(manifest.value(iri, DCT.issued)) == day
    if not is_itself or not standard or not software:
        raise MirrorRefused(
            f"What is given as release {identifier} does not say of itself that it is that release; nothing was taken."
        )
    return Release(identifier, date.fromisoformat(day), standard, software, quads.count(b"\n"), _NOWHERE)


def triples_in(manifest: Graph, identifier: str) -> int:
    """Give how many triples the default graph of a release has, as its manifest says (VoID); 0 where it does not."""
    return _number(manifest.value(release_iri(identifier), VOID.triples))


def facts_of(release: Release) -> bytes:
    """Give what `hrcr verify` reads as release.json, made here from what is signed, which that file is not."""
    facts = {"id": release.id, "day": release.day.isoformat(), "quads": release.quads}
    return json.dumps({**facts, "standard": release.standard_version, "software": release.software_version}).encode()


def _number(value: Node | None) -> int:
    return int(str(value)) if value is not None and str(value).isdecimal() else 0


def _standard(manifest: Graph, iri: URIRef) -> str:
    used = manifest.objects(URIRef(f"{iri}#publication"), PROV.used)
    found = [str(each).removeprefix(str(STANDARD)) for each in used if str(each).startswith(str(STANDARD))]
    return next((each for each in found if _VERSION.fullmatch(each)), "")


def _software(manifest: Graph, iri: URIRef) -> str:
    title = str(manifest.value(URIRef(f"{iri}#software"), DCT.title))
    found = title.removeprefix("hrcr ")
    return found if title.startswith("hrcr ") and _VERSION.fullmatch(found) else ""
