"""Releases: the list of those kept, the page and the manifest of each, and its files."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, redirect, render_template, send_file, url_for
from rdflib import Graph
from werkzeug.wrappers import Response as AnyResponse

from registry.artefacts import Artefacts
from registry.catalogue import catalogue, citation, release_iri
from registry.dumps import SIGNATURE, SUMS, read_sums
from registry.model import Release
from registry.namespaces import DCAT, DCT, ROOT
from registry.verification import COSIGNED, FACTS, PUBLICATION
from server.installed import installation, library
from server.library import Shelf, shelf
from server.problems import Problem
from server.representations import present
from server.response_headers import fresh

_BESIDE: Final = (COSIGNED, PUBLICATION)
"""What may change after a release was published: who cosigned it."""
_UNLISTED: Final = (SUMS, SIGNATURE, FACTS, *_BESIDE)

blueprint = Blueprint("releases", __name__)


@dataclass(frozen=True, slots=True)
class PublicFile:
    """One file of a release: where it lies, what it is, its size in bytes and its SHA-256 in hexadecimal."""

    path: str
    title: str
    media_type: str
    size: int
    sha256: str


@blueprint.get("/releases")
def index() -> AnyResponse:
    """List the kept releases, the newest first."""
    kept, artefacts = library().kept(), _artefacts()
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
    held = shelf()
    return present(str(release_iri(release)), lambda: held.manifest, lambda: _page(held))


@blueprint.get("/releases/<release>/<path:path>")
def file(release: str, path: str) -> AnyResponse:
    """Give one public file of a release as it was published."""
    held = shelf()
    listed, place = _files(held).get(path), held.release.directory / path
    if (listed is None and path not in _UNLISTED) or not place.is_file():
        raise Problem("not-found", f"Release {release} has no file of this name; its page lists them.")
    kind = listed.media_type if listed else "text/plain"
    content_type = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    answer = send_file(place.absolute(), mimetype=content_type, etag=False, conditional=False, max_age=None)
    del answer.headers["Cache-Control"]
    if path in _BESIDE:
        return fresh(answer)
    if listed is not None:
        answer.set_etag(listed.sha256)
    return answer


def _page(held: Shelf) -> str:
    release = held.release
    return render_template(
        "release.html",
        release=release,
        files=list(_files(held).values()),
        citation=citation(release, _artefacts().described.words),
        iri=release_iri(release.id),
        is_signed=(release.directory / SIGNATURE).is_file(),
        names=held.names,
    )


def _files(held: Shelf) -> dict[str, PublicFile]:
    """Give the files that the sums list, by path, with what the manifest says of each; of itself it says nothing."""
    release, told = held.release, held.manifest
    nodes = {str(told.value(node, DCAT.downloadURL)): node for node in told.subjects(DCAT.downloadURL)}
    found = {}
    for path, digest in _sums(release).items():
        node = nodes.get(f"{ROOT}releases/{release.id}/{path}")
        kind = str(told.value(node, DCAT.mediaType)).partition("media-types/")[2] if node else "text/turtle"
        title = str(told.value(node, DCT.title)).rpartition(":")[0] if node else ""
        found[path] = PublicFile(path, title, kind, (release.directory / path).stat().st_size, digest)
    return found


def _sums(release: Release) -> Mapping[str, str]:
    place = release.directory / SUMS
    return read_sums(place.read_bytes())[0] if place.is_file() else {}


def _artefacts() -> Artefacts:
    return installation().artefacts
