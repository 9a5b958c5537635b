"""Releases: the list of those kept, the page and the manifest of each, and its files."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask import Blueprint, current_app, redirect, render_template, send_file, url_for
from rdflib import Graph
from werkzeug.wrappers import Response as AnyResponse

from registry.artefacts import Artefacts
from registry.catalogue import catalogue, citation, release_iri
from registry.dumps import MANIFEST, SIGNATURE, SUMS
from registry.model import Release
from registry.namespaces import DCAT, DCT, ROOT
from server.library import Library, shelf
from server.problems import Problem
from server.representations import present

_UNLISTED: Final = (SUMS, SIGNATURE)
_PLAIN: Final = "text/plain; charset=utf-8"

blueprint = Blueprint("releases", __name__)


@dataclass(frozen=True, slots=True)
class PublicFile:
    """One file of a release as the page lists it: bytes and SHA-256 in hexadecimal."""

    path: str
    title: str
    size: int
    sha256: str


@blueprint.get("/releases")
def index() -> AnyResponse:
    """List the kept releases, the newest first."""
    kept, artefacts = _library().kept(), _artefacts()
    return present(
        ROOT + "releases",
        lambda: catalogue(Graph(), kept, artefacts.described.words),
        lambda: render_template("releases.html", releases=list(reversed(kept))),
    )


@blueprint.get("/release/<release>")
def identifier(release: str) -> AnyResponse:
    """Send whoever asks for a release to the document about it (303, Cool URIs 4.2)."""
    shelf()
    return redirect(url_for("releases.document", release=release), 303)


@blueprint.get("/releases/<release>")
def document(release: str) -> AnyResponse:
    """Describe one release: what it holds, its files, how to cite and how to check it."""
    held = shelf().release
    return present(str(release_iri(release)), lambda: manifest_of(held), lambda: _page(held))


@blueprint.get("/releases/<release>/<path:path>")
def file(release: str, path: str) -> AnyResponse:
    """Give one public file of a release as it was published."""
    held = shelf().release
    stated = dict(_sums(held))
    if path not in stated and path not in _UNLISTED:
        raise Problem("not-found", f"Release {release} has no file of this name; its page lists them.")
    place = held.directory / path
    if not place.is_file():
        raise Problem("not-found", f"Release {release} has no file of this name; its page lists them.")
    kind = _media_types(held).get(path, _PLAIN)
    answer = send_file(place.absolute(), mimetype=kind, etag=False, conditional=False, max_age=None)
    del answer.headers["Cache-Control"]
    if path in stated:
        answer.set_etag(stated[path])
    return answer


def manifest_of(release: Release) -> Graph:
    """Give the manifest of a release as a graph; empty for one that was published without."""
    place = release.directory / MANIFEST
    return Graph(bind_namespaces="none").parse(place, format="turtle") if place.is_file() else Graph()


def _page(release: Release) -> str:
    words = _artefacts().described.words
    listed = _files(release)
    return render_template(
        "release.html",
        release=release,
        files=list(listed),
        citation=citation(release, words),
        iri=release_iri(release.id),
        is_signed=(release.directory / SIGNATURE).is_file(),
        names=shelf().names,
    )


def _files(release: Release) -> Iterator[PublicFile]:
    manifest, stated = manifest_of(release), dict(_sums(release))
    titles = {
        str(manifest.value(node, DCAT.downloadURL)): str(manifest.value(node, DCT.title)).rpartition(":")[0]
        for node in manifest.objects(release_iri(release.id), DCAT.distribution)
    }
    for path, digest in stated.items():
        title = titles.get(f"{ROOT}releases/{release.id}/{path}", "The release for machines: DCAT, VoID, PROV")
        yield PublicFile(path, title, (release.directory / path).stat().st_size, digest)


def _sums(release: Release) -> Iterator[tuple[str, str]]:
    place: Path = release.directory / SUMS
    for line in place.read_text(encoding="utf-8").splitlines() if place.is_file() else ():
        digest, _, path = line.partition("  ")
        yield path, digest


def _media_types(release: Release) -> dict[str, str]:
    manifest, start = manifest_of(release), f"{ROOT}releases/{release.id}/"
    types = {MANIFEST: "text/turtle"}
    for node in manifest.objects(release_iri(release.id), DCAT.distribution):
        path = str(manifest.value(node, DCAT.downloadURL)).removeprefix(start)
        types[path] = str(manifest.value(node, DCAT.mediaType)).partition("media-types/")[2]
    return {path: f"{kind}; charset=utf-8" if kind.startswith("text/") else kind for path, kind in types.items()}


def _library() -> Library:
    found: Library = current_app.extensions["library"]
    return found


def _artefacts() -> Artefacts:
    return _library().registry.artefacts
