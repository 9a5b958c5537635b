"""Which language a reader asks for, and which one a text is in (RFC 9110, 12.5.4; BCP 47, basic filtering)."""

import re
from collections.abc import Sequence
from typing import Final

from flask import Flask, Response, g, has_request_context, request

PAGE: Final = "en"
"""The language of the pages themselves; labels are chosen by what the reader asks for and fall back to it."""

_RANGE = re.compile(r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$")
_MOST_RANGES: Final = 10
_MOST_CHARACTERS: Final = 1_000


def install(app: Flask) -> None:
    """Let templates name the language of a text, and every page say which languages it is in."""
    app.jinja_env.filters["is_unasked"] = is_unasked
    app.jinja_env.globals["unmet_language"] = unmet
    app.after_request(tell)


def parse(header: str) -> tuple[str, ...]:
    """Read an Accept-Language header: language tags, lower-case, the most wanted first; what is malformed says nothing.

    The wildcard says nothing either: the page's own language is what a reader without a wish gets.
    """
    matches = [_RANGE.match(part) for part in header[:_MOST_CHARACTERS].split(",")[:_MOST_RANGES]]
    found = [(float(match[2] or 1), match[1].lower()) for match in matches if match]
    ranked = sorted((entry for entry in found if entry[0] > 0), key=lambda entry: -entry[0])
    return tuple(dict.fromkeys(tag for _, tag in ranked))


def wanted() -> tuple[str, ...]:
    """Give the languages that this request asks for; the page's own when it asks for none, or outside a request."""
    if not has_request_context():
        return (PAGE,)
    if "wanted_languages" not in g:
        g.wanted_languages = parse(request.headers.get("Accept-Language", "")) or (PAGE,)
    return tuple(g.wanted_languages)


def rank(language: str | None, wished: Sequence[str]) -> tuple[int, str]:
    """Order languages of texts: as wished, then the page's own, then texts that say none, then by tag."""
    tag = (language or "").lower()
    for place, wish in enumerate(wished):
        if tag and (_covers(wish, tag) or _covers(tag, wish)):
            return place, tag
    after = len(wished)
    return (after if tag == PAGE else after + 1 if not tag else after + 2), tag


def is_unasked(language: str | None) -> bool:
    """Say whether a text is in a language that the reader did not ask for and the page is not in."""
    tag = (language or "").lower()
    return bool(tag) and not _covers(PAGE, tag) and rank(tag, wanted())[0] >= len(wanted())


def unmet() -> str | None:
    """Give the language most asked for, when the page is in none that is asked for; else None."""
    asked = wanted()
    return None if any(_covers(PAGE, tag) for tag in asked) else asked[0]


def note(language: str | None) -> None:
    """Remember that this page shows a text in a language that was asked for."""
    if language and has_request_context():
        g.setdefault("shown_languages", set()).add(language.lower())


def tell(response: Response) -> Response:
    """Say in which languages a page is, and that it would be another for who asks for others."""
    if response.mimetype == "text/html":
        response.vary.add("Accept-Language")
        shown = g.get("shown_languages", set())
        asked = {tag for tag in shown if rank(tag, wanted())[0] < len(wanted())}
        response.headers["Content-Language"] = ", ".join([PAGE, *sorted(asked - {PAGE})])
    return response


def _covers(wish: str, tag: str) -> bool:
    return tag == wish or tag.startswith(f"{wish}-")
