"""SPARQL text cut into tokens (SPARQL 1.1, section 19): IRIs, strings, variables, names, words; nothing is judged."""

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple


class Token(NamedTuple):
    """One lexical unit and where it starts in the text."""

    kind: str
    text: str
    start: int


TOKEN: Final = re.compile(
    r"""
    (?:[\s\ufeff]+|\#[^\n\r]*)*+  # what stands before it: white space and comments
    (?:
      (?P<iri>       <[^<>"{}|^`\x00-\x20]*> )
    | (?P<string>    \"\"\"(?:[^"\\]|\\.|"(?!""))*+\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*+'''
                   | "(?:[^"\\\n\r]|\\.)*+" | '(?:[^'\\\n\r]|\\.)*+' )
    | (?P<quote>     ["'] )
    | (?P<variable>  [?$]\w+ )
    | (?P<language>  @[A-Za-z]+(?:-[A-Za-z0-9]+)* )
    | (?P<number>    (?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)? )
    | (?P<name>      (?:_|[^\W\d_][\w.-]{0,63})?:
                     (?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\[^\w\s])(?:[\w:-]|%[0-9A-Fa-f]{2}|\\[^\w\s]|\.(?=[\w:.%\\-]))*+)? )
    | (?P<word>      \w+ )
    | (?P<open>      << | [{(\[] )
    | (?P<close>     >> | [})\]] )
    | (?P<separator> [.;,] )
    | (?P<operator>  \^\^ | && | \|\| | [!=<>]= | [!=<>+*/|^?-] )
    | (?P<other>     . )
    )
    """,
    re.VERBOSE | re.DOTALL,
)


def tokens(text: str) -> Iterator[Token]:
    """Cut a text into tokens, white space and comments left out."""
    for match in TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        yield Token(kind=kind, text=match[kind], start=match.start(kind))


_MANY: Final = "?"
"""What a prefix stands for that was declared twice: engines differ in which one counts."""


def named(text: str) -> Iterator[tuple[str, bool]]:
    """Give each IRI of a query with its prefix resolved, and whether a bracket opens right behind it.

    That is how a function is called by its IRI (SPARQL 1.1, 17.6); a list right behind a property looks the same. What
    cannot be resolved is given as it stands.
    """
    found = list(tokens(text))
    prefixes: dict[str, str] = {}
    for word, name, iri in zip(found, found[1:], found[2:], strict=False):
        if word.kind == "word" and word.text.upper() == "PREFIX" and iri.kind == "iri":
            told = iri.text[1:-1]
            prefixes[name.text] = told if prefixes.get(name.text, told) == told else _MANY
    for token, following in zip(found, [*found[1:], None], strict=True):
        if token.kind in ("iri", "name"):
            yield _iri(token, prefixes), following is not None and following.text == "("


def _iri(token: Token, prefixes: Mapping[str, str]) -> str:
    if token.kind == "iri":
        return token.text[1:-1]
    prefix, _, local = token.text.partition(":")
    return prefixes.get(f"{prefix}:", f"{prefix}:") + local
