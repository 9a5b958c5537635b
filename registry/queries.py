"""What may be asked: a linear look at SPARQL text before any engine sees it.

The lexer knows IRIs, strings, comments, prefixed names and variables (SPARQL 1.1, section 19), so that a word inside
one of them is not mistaken for a keyword. It judges nothing else: whether a query is right is the engine's to say.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from enum import Enum, StrEnum, auto
from functools import lru_cache
from typing import Any, Final

from registry.errors import QueryError, QueryLimitPassed
from registry.query_tokens import TOKEN, Token


def _limit(most: int, words: str) -> Any:
    return field(default=most, metadata={"words": words})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a query may hold, each number with its words; past one the engine would stall or crash.

    The defaults come from measuring Oxigraph 0.5: joins of more than about a hundred patterns keep its optimiser busy
    for seconds, and nesting a few hundred deep ends the process.
    """

    characters: int = _limit(16_384, "characters")
    depth: int = _limit(100, "brackets nested in one another")
    patterns: int = _limit(64, "triple patterns, members of collections and steps of path sequences")
    path_steps: int = _limit(64, "operators in property paths")
    unions: int = _limit(64, "UNION")
    optionals: int = _limit(64, "OPTIONAL")
    sub_selects: int = _limit(64, "sub-selects")
    groups: int = _limit(128, "groups in braces")
    operators: int = _limit(512, "operators")
    signs: int = _limit(32, "signs in a row")
    terms: int = _limit(256, "terms in a row")
    rows: int = _limit(2_000, "rows of VALUES")

    def described(self) -> Iterator[tuple[str, int, str]]:
        """Give each limit as its name, its number and what it counts, for people and for the service description."""
        for entry in fields(self):
            yield entry.name, getattr(self, entry.name), entry.metadata["words"]


USUAL: Final = Limits()


@lru_cache(maxsize=8)
def _numbers(limits: Limits) -> dict[str, int]:
    return {name: most for name, most, _ in limits.described()}


MOST_CHARACTERS: Final = USUAL.characters


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


_CODE_POINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"})
_REFUSED = {
    "SERVICE": "SERVICE is refused here: this endpoint asks no other endpoint; ask each one and join the answers.",
    "LOAD": "LOAD is refused here: this endpoint only reads.",
}
_GLUED = re.compile("SERVICE|FILTER|SELECT|OPTIONAL|UNION|VALUES|CONSTRUCT", re.IGNORECASE)
_WORDS = frozenset({"SERVICE", "FILTER", "SELECT", "OPTIONAL", "UNION", "VALUES", "CONSTRUCT"})
_NAMING = frozenset({"GRAPH", "DESCRIBE", "FROM", "NAMED"})
_SIGNS = frozenset({"!", "-", "+", "^"})
_PATH_SIGNS = frozenset({"/", "|", "^"})
_ANGLED = frozenset({"iri", "open"})
_TERM_WORDS = frozenset({"a", "true", "false"})


def examine_query(text: str, limits: Limits = USUAL) -> QueryForm:
    """Give the form of a query that may be evaluated.

    Raises QueryError, with line and column, for SERVICE and LOAD, for an unclosed string and for a text that asks for
    nothing, and QueryLimitPassed, with the name of the limit, for one that passes a limit on length, depth or number.
    An update is named as such, and nothing else is said about it.
    """
    if len(text) > limits.characters:
        message = f"The query has {len(text):,} characters; {limits.characters:,} are allowed. Ask for less at once."
        raise QueryLimitPassed(message, limit="characters", most=limits.characters)
    form = _examine(text, limits)
    if "\\" in text and (decoded := _CODE_POINT.sub(_character, text)) != text:
        _examine(decoded, limits)
    return form


def read_query(text: str, limits: Limits) -> Iterator[Token]:
    """Cut a text as the engine's parser does, without white space and comments; raises QueryLimitPassed, QueryError."""
    census = _Census(text, limits)
    for token in _read(text, census):
        census.take(token)
        yield token


def _examine(text: str, limits: Limits) -> QueryForm:
    form: QueryForm | None = None
    for token in read_query(text, limits):
        if token[0] != "word":
            continue
        word = token[1].upper()
        if form is None and word in _UPDATES:
            return QueryForm.UPDATE
        if word in _REFUSED:
            line, column = line_and_column(text, token)
            raise QueryError(_REFUSED[word], line=line, column=column)
        if form is None and word in QueryForm.__members__:
            form = QueryForm(word)
    if form is None:
        raise QueryError("The text asks for nothing: SELECT, ASK, CONSTRUCT or DESCRIBE is expected.", line=1, column=1)
    return form


def _read(text: str, census: "_Census") -> Iterator[Token]:
    """Cut a text as the engine's parser does: after an operand of an expression, “<” compares and opens no IRI.

    Else ``1<2#>'`` would hide what follows: an IRI and an open string here, a comparison and a comment there.
    """
    start, next_token = 0, TOKEN.match
    while (match := next_token(text, start)) is not None:
        kind = match.lastgroup or "other"
        begin, start = match.span(kind)
        found = text[begin:start]
        if kind in _ANGLED and found[0] == "<" and census.expects_operator:
            kind, found, start = "operator", "<", begin + 1
        yield Token(kind, found, begin)


class _Place(Enum):
    """Where in a query the reading is; a bracket opens a place, and what a term means depends on it."""

    ASIDE = auto()
    """Prologue, projection and solution modifiers."""
    PATTERNS = auto()
    EXPRESSION = auto()
    COLLECTION = auto()
    """Members of a collection, or a path in parentheses."""
    TEMPLATE = auto()
    ROWS = auto()


class _Census:
    """Counts what makes engines slow or ill, and refuses past each limit."""

    def __init__(self, text: str, limits: Limits) -> None:
        self._text = text
        self._limits = limits
        self._left = _numbers(limits).copy()
        self._open: list[_Place] = []
        self._place = _Place.ASIDE
        self._word = ""
        self._is_fresh = True
        self._has_operand = False
        self._is_glued = False

    @property
    def expects_operator(self) -> bool:
        """Say whether the reading stands after an operand of an expression."""
        return self._has_operand and self._place is _Place.EXPRESSION

    def take(self, token: Token) -> None:
        """Count one token; raises QueryLimitPassed where a limit is passed."""
        kind, text, _ = token
        if self._is_glued and text in ("(", "{"):
            raise self._glued(token)
        self._is_glued = kind == "name" and self._word not in _NAMING and _holds_word(text)
        self._has_operand = _TAKE[kind](self, token)
        if kind != "operator" or text not in _SIGNS:
            self._left["signs"] = self._limits.signs

    def _separate(self, _token: Token) -> bool:
        self._left["terms"] = self._limits.terms
        self._word, self._is_fresh = "", True
        return False

    def _unclosed(self, token: Token) -> bool:
        line, column = line_and_column(self._text, token)
        raise QueryError("The string that starts here is not closed.", line=line, column=column)

    def _enter(self, token: Token) -> bool:
        outer, word = self._place, self._word
        if token.text == "{":
            self._count(token, "groups")
            self._left["terms"] = self._limits.terms
            self._place = {"VALUES": _Place.ROWS, "CONSTRUCT": _Place.TEMPLATE}.get(word, _Place.PATTERNS)
        else:
            self._term(token)
            if token.text == "(" and outer not in (_Place.ROWS, _Place.TEMPLATE):
                is_expression = bool(word) or outer in (_Place.ASIDE, _Place.EXPRESSION)
                self._place = _Place.EXPRESSION if is_expression else _Place.COLLECTION
            elif token.text == "<<" and outer is _Place.EXPRESSION:
                self._place = _Place.TEMPLATE
        self._open.append(outer)
        if len(self._open) > self._limits.depth:
            raise self._passed(token, "depth")
        self._word = word if word == "VALUES" and token.text == "(" else ""
        self._is_fresh = True
        return False

    def _leave(self, token: Token) -> bool:
        left, self._place = self._place, self._open.pop() if self._open else _Place.ASIDE
        self._word = self._word if self._word == "VALUES" else ""
        self._is_fresh = token.text == "}" or (left is _Place.EXPRESSION and self._place is _Place.PATTERNS)
        if token.text == "}":
            self._left["terms"] = self._limits.terms
        return True

    def _operator(self, token: Token) -> bool:
        self._left["terms"] = self._limits.terms
        self._count(token, "operators")
        if token.text in _SIGNS:
            self._count(token, "signs")
        if token.text in _PATH_SIGNS and self._place in (_Place.PATTERNS, _Place.COLLECTION):
            self._count(token, "path_steps")
            if token.text == "/":
                self._count(token, "patterns")
        return False

    def _keyword(self, token: Token) -> bool:
        if token.text.lower() in _TERM_WORDS:
            return self._term(token)
        self._left["terms"] = self._limits.terms
        self._word = token.text.upper()
        if self._word not in _WORDS and _holds_word(self._word):
            raise self._glued(token)
        match self._word:
            case "UNION":
                self._count(token, "unions")
            case "OPTIONAL":
                self._count(token, "optionals")
            case "SELECT" if self._open:
                self._count(token, "sub_selects")
                self._place = _Place.ASIDE
        return False

    def _term(self, token: Token) -> bool:
        if self._place is _Place.ROWS:
            if token.text == "(" or self._open[-1] is not _Place.ROWS:
                self._count(token, "rows")
            return True
        self._count(token, "terms")
        if self._word:  # it belongs to the word: GRAPH ?g, AS ?x, FILTER ex:f(?x)
            if token.kind not in ("iri", "name") and self._word != "VALUES":
                self._word = ""
        elif self._place is _Place.PATTERNS and self._is_fresh:
            self._is_fresh = False
            self._count(token, "patterns")
        elif self._place is _Place.COLLECTION and self._has_operand:
            self._count(token, "patterns")
        return True

    def _count(self, token: Token, limit: str) -> None:
        self._left[limit] -= 1
        if self._left[limit] < 0:
            raise self._passed(token, limit)

    def _glued(self, token: Token) -> QueryError:
        """Refuse what the engine, which asks for no space between words, may read otherwise than it is read here."""
        line, column = line_and_column(self._text, token)
        message = "A word of SPARQL stands here without a space beside it, or is a prefix; write it apart."
        return QueryError(message, line=line, column=column)

    def _passed(self, token: Token, limit: str) -> QueryLimitPassed:
        most, words = next((most, words) for name, most, words in self._limits.described() if name == limit)
        line, column = line_and_column(self._text, token)
        message = f"The query has more {words} than the {most:,} allowed; ask several smaller queries."
        return QueryLimitPassed(message, limit=limit, most=most, line=line, column=column)


_TAKE: Final = {
    "open": _Census._enter,
    "close": _Census._leave,
    "separator": _Census._separate,
    "operator": _Census._operator,
    "quote": _Census._unclosed,
    "word": _Census._keyword,
    **dict.fromkeys(("iri", "string", "variable", "language", "number", "name", "other"), _Census._term),
}
"""What each kind of token does to the census; it says whether an operand of an expression may end with the token."""


def _character(match: re.Match[str]) -> str:
    number = int(match[1] or match[2], 16)
    return chr(number) if number <= 0x10FFFF else match[0]


def _holds_word(text: str) -> bool:
    return _GLUED.search(text.partition(":")[0]) is not None


def line_and_column(text: str, token: Token) -> tuple[int, int]:
    """Give where a token stands, counted from 1."""
    before = text[: token.start]
    return before.count("\n") + 1, token.start - (before.rfind("\n") + 1) + 1
