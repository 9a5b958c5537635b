"""What may be asked: a linear look at SPARQL text before any engine sees it.

The lexer knows IRIs, strings, comments, prefixed names and variables (SPARQL 1.1, section 19), so that a word inside
one of them is not mistaken for a keyword. It judges nothing else: whether a query is right is the engine's to say.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from registry.errors import QueryError

MOST_CHARACTERS: Final = 16_384
MOST_DEPTH: Final = 100
MOST_GROUPS: Final = 128
MOST_STATEMENTS: Final = 128
MOST_OPERATORS: Final = 512
MOST_SIGNS_IN_A_ROW: Final = 32
MOST_TERMS_IN_A_ROW: Final = 256
MOST_ROWS: Final = 2_000


class QueryForm(StrEnum):
    """What a text asks for (SPARQL 1.1, section 16), or that it is an update."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"
    UPDATE = "UPDATE"

    @property
    def gives_triples(self) -> bool:
        """Say whether the answer is a graph."""
        return self in (QueryForm.CONSTRUCT, QueryForm.DESCRIBE)


class Token(NamedTuple):
    """One lexical unit and where it starts in the text."""

    kind: str
    text: str
    start: int


_TOKEN = re.compile(
    r"""
      (?P<space>     [\s\ufeff]+ | \#[^\n\r]* )
    | (?P<iri>       <[^<>"{}|^`\x00-\x20]*> )
    | (?P<string>    \"\"\"(?:[^"\\]|\\.|"(?!""))*+\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*+'''
                   | "(?:[^"\\\n\r]|\\.)*+" | '(?:[^'\\\n\r]|\\.)*+' )
    | (?P<quote>     ["'] )
    | (?P<variable>  [?$]\w+ )
    | (?P<language>  @[A-Za-z]+(?:-[A-Za-z0-9]+)* )
    | (?P<number>    (?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)? )
    | (?P<name>      (?:_|[^\W\d_][\w.-]{0,63})?:(?:[\w:-]|%[0-9A-Fa-f]{2}|\\[^\w\s]|\.(?=[\w:.%\\-]))*+ )
    | (?P<word>      \w+ )
    | (?P<open>      << | [{(\[] )
    | (?P<close>     >> | [})\]] )
    | (?P<separator> [.;,] )
    | (?P<operator>  \^\^ | && | \|\| | [!=<>]= | [!=<>+*/|^?-] )
    | (?P<other>     . )
    """,
    re.VERBOSE | re.DOTALL,
)
_CODE_POINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"})
_REFUSED = {
    "SERVICE": "SERVICE is refused here: this endpoint asks no other endpoint; ask each one and join the answers.",
    "LOAD": "LOAD is refused here: this endpoint only reads.",
}
_SIGNS = frozenset({"!", "-", "+", "^"})
_TERM_WORDS = frozenset({"a", "true", "false"})


def examine_query(text: str) -> QueryForm:
    """Give the form of a query that may be evaluated.

    Raises QueryError, with line and column, for SERVICE and LOAD, for an unclosed string, for a text that asks for
    nothing, and for one that passes a limit on length, depth or number. An update is named as such, and nothing else is
    said about it.
    """
    if len(text) > MOST_CHARACTERS:
        raise QueryError(f"The query has {len(text):,} characters, and {MOST_CHARACTERS:,} are the most allowed.")
    form = _examine(text)
    decoded = _CODE_POINT.sub(_character, text)
    if decoded != text:
        _examine(decoded)
    return form


def tokens(text: str) -> Iterator[Token]:
    """Cut a text into tokens, white space and comments left out."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        if kind != "space":
            yield Token(kind=kind, text=match[0], start=match.start())


def _examine(text: str) -> QueryForm:
    form: QueryForm | None = None
    census = _Census(text)
    for token in tokens(text):
        census.take(token)
        if token.kind != "word":
            continue
        word = token.text.upper()
        if form is None and word in _UPDATES:
            return QueryForm.UPDATE
        if word in _REFUSED:
            raise _fault(text, token, _REFUSED[word])
        if form is None and word in QueryForm.__members__:
            form = QueryForm(word)
    if form is None:
        raise QueryError("The text asks for nothing: SELECT, ASK, CONSTRUCT or DESCRIBE is expected.", line=1, column=1)
    return form


class _Census:
    """Counts what makes engines slow or ill, and refuses past each limit."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._open: list[str] = []
        self._values_begin = False
        self._values_depth: int | None = None
        self._groups = self._statements = self._operators = self._signs = self._terms = self._rows = 0

    def take(self, token: Token) -> None:
        """Count one token; raises QueryError where a limit is passed."""
        match token.kind:
            case "open":
                self._enter(token)
            case "close":
                self._leave()
            case "separator":
                self._terms = 0
                if "(" not in self._open[-1:]:
                    self._statements += 1
                    self._bound(token, self._statements, MOST_STATEMENTS, "triple patterns are written")
            case "operator":
                self._terms = 0
                self._operators += 1
                self._bound(token, self._operators, MOST_OPERATORS, "operators are used")
            case "quote":
                raise _fault(self._text, token, "The string that starts here is not closed.")
            case "word" if token.text.lower() not in _TERM_WORDS:
                self._terms = 0
                self._values_begin = token.text.upper() == "VALUES"
            case _:
                self._term(token)
        self._signs = self._signs + 1 if token.text in _SIGNS else 0
        self._bound(token, self._signs, MOST_SIGNS_IN_A_ROW, "signs stand in a row")

    def _enter(self, token: Token) -> None:
        self._open.append(token.text)
        self._bound(token, len(self._open), MOST_DEPTH, "brackets are nested")
        if token.text != "{":
            self._term(token)
            return
        self._terms = 0
        self._groups += 1
        self._bound(token, self._groups, MOST_GROUPS, "groups in braces are used")
        if self._values_begin:
            self._values_begin, self._values_depth = False, len(self._open)

    def _leave(self) -> None:
        if self._open and self._open.pop() == "{":
            self._terms = 0
        if self._values_depth is not None and len(self._open) < self._values_depth:
            self._values_depth = None

    def _term(self, token: Token) -> None:
        if self._values_depth is not None:
            self._rows += len(self._open) == self._values_depth or token.text == "("
            self._bound(token, self._rows, MOST_ROWS, "rows of VALUES are written")
            return
        self._terms += 1
        self._bound(token, self._terms, MOST_TERMS_IN_A_ROW, "terms stand in a row")

    def _bound(self, token: Token, count: int, most: int, what: str) -> None:
        if count > most:
            raise _fault(self._text, token, f"More than {most} {what}; ask several smaller queries.")


def _character(match: re.Match[str]) -> str:
    number = int(match[1] or match[2], 16)
    return chr(number) if number <= 0x10FFFF else match[0]


def _fault(text: str, token: Token, message: str) -> QueryError:
    before = text[: token.start]
    return QueryError(message, line=before.count("\n") + 1, column=token.start - (before.rfind("\n") + 1) + 1)
