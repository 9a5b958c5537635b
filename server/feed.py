"""The change feed: what each release changed, as a Linked Data Event Stream, as Atom, and as pages for people.

A page that is full is the same for ever, whatever is published later; only the last one grows.
"""

from hashlib import blake2b
from typing import Any, Final

from flask import Blueprint, Response, render_template, request, url_for

from registry.feed import INDEX, PAGE_SIZE, Entry, Extent, entries, page_path, read_extent
from registry.feed_tree import node, stream
from registry.namespaces import PREFIXES
from registry.ports import Syntax
from server.installed import installation
from server.library import Shelf, shelf
from server.links import local_address, root
from server.problems import Problem
from server.representations import OFFERS, negotiated
from server.response_headers import IMMUTABLE
from server.serialisation import DATASETS, HTML, send_document, serialise
from server.signposts import LICENCE, Signpost, header, of_forms
from server.versions import day_asked

_NT: Final = "application/n-triples"
_ATOM: Final = "application/atom+xml"
_MOST: Final = PAGE_SIZE * 1_000
"""Statements of one page about its members; each has a dozen."""
_PREFIXES: Final = {prefix: str(namespace) for prefix, namespace in PREFIXES.items()}

blueprint = Blueprint("feed", __name__)


@blueprint.get("/feed")
def view() -> Response:
    """Describe the stream and lead to its first page; to people, explain it and show the latest changes."""
    media_type, held = negotiated(), shelf()
    if media_type == HTML:
        extent, number = _extent(held), _last(held)
        members = tuple(reversed(_members(held, number)))
        source = render_template("feed.html", extent=extent, size=PAGE_SIZE, members=members, place=local_address)
        return _linked(Response(source, mimetype=HTML), media_type)
    _extent(held)
    words, here = installation().artefacts.described.words, _here()
    graph = stream(words, view=here, first=_address("feed.page", number=1))
    if media_type in DATASETS:
        return _linked(send_document(_syntax().dataset({None: graph}, media_type, _PREFIXES), media_type), media_type)
    return _linked(send_document(serialise(graph, media_type), media_type), media_type)


@blueprint.get("/feed/<int:number>")
def page(number: int) -> Response:
    """Give one page: its members, what each says where the form holds named graphs, and the way to the next page."""
    media_type, held = negotiated(), shelf()
    extent = _extent(held)
    if not 1 <= number <= extent.pages:
        raise Problem("not-found", f"The feed has {extent.pages} pages, counted from 1.")
    members = _members(held, number)
    if media_type == HTML:
        source = render_template("feed_page.html", number=number, extent=extent, members=members, place=local_address)
        return _linked(Response(source, mimetype=HTML), media_type)
    here, is_full = _here(), number < extent.pages
    following = _address("feed.page", number=number + 1) if is_full else None

    def written() -> bytes:
        said = node(here, members, following=following)
        return _syntax().transcribed(said + _raw(held, number), media_type, _PREFIXES)

    response = _linked(send_document(held.kept.get((here, media_type), written), media_type), media_type)
    return _for_ever(response) if is_full else response


@blueprint.get("/feed.atom")
def newest() -> Response:
    """Give the latest changes as Atom, the newest first, leading to the archive (RFC 4287, RFC 5005)."""
    held = shelf()
    return _atom(held, _last(held), before=_extent(held).pages - 1, is_archive=False)


@blueprint.get("/feed/<int:number>.atom")
def archive(number: int) -> Response:
    """Give a full page as an archive of Atom, which never changes (RFC 5005, section 4)."""
    held = shelf()
    full = _extent(held).pages - 1
    if not 1 <= number <= full:
        raise Problem("not-found", f"The feed has {full} full pages, counted from 1.")
    return _for_ever(_atom(held, number, before=number - 1, is_archive=True))


def _atom(held: Shelf, number: int, *, before: int, is_archive: bool) -> Response:
    source = render_template(
        "feed.xml",
        members=tuple(reversed(_members(held, number))),
        before=before,
        is_archive=is_archive,
        here=_here(),
        address=_address,
        place=local_address,
        root=root(),
    )
    return Response(source, content_type=f"{_ATOM}; charset=utf-8")


def _extent(held: Shelf) -> Extent:
    """Give how far the feed has come in a release; raise Problem (404) for one that is kept here without a feed."""
    place = held.release.directory / INDEX
    if not place.is_file():
        raise Problem(
            "not-found",
            f"Release {held.release.id} is kept here without a change feed: it was published before there was one. "
            "Releases that are published from now on have one, which tells of the earlier ones too.",
        )
    return read_extent(place.read_bytes())


def _last(held: Shelf) -> int:
    """Give the last page that has members; the first one when none has."""
    extent = _extent(held)
    return max(1, extent.pages - (extent.members % PAGE_SIZE == 0))


def _raw(held: Shelf, number: int) -> bytes:
    place = held.release.directory / page_path(number)
    return place.read_bytes() if place.is_file() else b""


def _members(held: Shelf, number: int) -> tuple[Entry, ...]:
    """Give what is said of the members of a page, without what they say."""
    described = held.kept.get(
        (page_path(number), _NT), lambda: _syntax().transcribed(_raw(held, number), _NT, _PREFIXES)
    )
    return entries(_syntax().parse(described, _NT, base="", most_triples=_MOST))


def _syntax() -> Syntax:
    return installation().artefacts.syntax


def _here() -> str:
    return _address(request.endpoint or "", **(request.view_args or {}))


def _address(endpoint: str, **values: Any) -> str:
    """Give an address as this installation was asked for: what is said of another, no client takes for this page."""
    return root() + url_for(endpoint, **values)


def _linked(response: Response, media_type: str) -> Response:
    day, here = day_asked(), root() + request.path
    response.headers["Link"] = header(
        [
            Signpost(here, "canonical"),
            Signpost(LICENCE, "license"),
            Signpost(url_for("linked_data.ontology", _external=True), "describedby"),
            Signpost(_address("feed.newest"), "alternate", _ATOM),
            *of_forms(here, media_type, OFFERS, f"at={day}" if day else ""),
        ]
    )
    return response


def _for_ever(response: Response) -> Response:
    """Have an answer kept for ever, under a tag of its bytes alone: no later release changes it."""
    response.headers["Cache-Control"] = IMMUTABLE
    digest = blake2b((response.content_type or "").encode() + b"\n", digest_size=16)
    digest.update(response.get_data())
    response.set_etag(digest.hexdigest())
    return response
