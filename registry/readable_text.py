"""What a reader sees of a web page, so that a page counts as changed when its text did and not when its dress did."""

import re
from hashlib import sha256
from html.parser import HTMLParser
from typing import Final

_UNSEEN: Final = frozenset({"script", "style", "noscript", "template", "svg"})
_SPACE: Final = re.compile(r"\s+")
HTML: Final = frozenset({"text/html", "application/xhtml+xml"})


class _Reader(HTMLParser):
    """Collects the text of a page outside of scripts and styles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen: str | None = None

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        """Enter what nobody sees, or part two texts."""
        if self._unseen is None and tag in _UNSEEN:
            self._unseen = tag
        self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """Leave what nobody sees."""
        if tag == self._unseen:
            self._unseen = None
        self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        """Take a text that is seen."""
        if self._unseen is None:
            self.parts.append(data)


def text_of_page(raw: bytes) -> str:
    """Give the text of an HTML page with every run of white space as one space; never fails."""
    reader = _Reader()
    reader.feed(raw.decode("utf-8", "replace"))
    reader.close()
    return _SPACE.sub(" ", "".join(reader.parts)).strip()


def fingerprint(raw: bytes, media_type: str) -> str:
    """Give the SHA-256 of what is compared from visit to visit: a page's text, any other file's bytes."""
    if media_type in HTML:
        return sha256(text_of_page(raw).encode()).hexdigest()
    return sha256(raw).hexdigest()
