"""SPARQL text cut into tokens (SPARQL 1.1, section 19): IRIs, strings, variables, names, words; nothing is judged."""

import re
from collections.abc import Iterator
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
