"""What is written into the text of a query before it is sent to a SPARQL server: bound terms, and the dataset.

SPARQL 1.1 Protocol binds no terms, so each takes the place of its variable (SEP-0007, as the embedded engine does it).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from rdflib import BNode
from rdflib.term import Node

from registry.adapters.oxigraph_terms import from_rdflib
from registry.errors import StoreError
from registry.query_tokens import Token, tokens

_ENDS: Final = frozenset({"WHERE", "FROM", "LIMIT", "OFFSET", "HAVING", "ORDER", "VALUES"})
"""Words that end a list of variables."""
_FORMS: Final = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})


def with_bound_terms(text: str, bindings: Mapping[str, Node]) -> str:
    """Give a trusted query in which each bound variable is its term, and still a column where it was one.

    Raises StoreError where that cannot be said: for a blank node, and for a variable that the query binds itself.
    """
    if not bindings:
        return text
    terms = {name: _written(name, node) for name, node in bindings.items()}
    pieces, last, scope = [], 0, _Scope()
    for token in tokens(text):
        scope.take(token)
        if token.kind == "variable" and token.text[1:] in terms:
            if scope.is_assigned:
                raise StoreError(f"The query binds {token.text} itself; no term can take its place.")
            pieces.append(text[last : token.start])
            pieces.append(_standing(token.text[1:], terms[token.text[1:]], scope))
            last = token.start + len(token.text)
    return "".join(pieces) + text[last:]


def with_dataset(text: str, default_graph: str | None, named_graphs: Sequence[str]) -> str:
    """Give a query that says what its default graph is and which named graphs there are, unless it says so itself.

    Where no default graph is given, the server's own dataset is meant and nothing is written. Named graphs are left out
    as far as the query cannot reach them.
    """
    if default_graph is None:
        return text
    found = list(tokens(text))
    words = [token.text.upper() if token.kind == "word" else "" for token in found]
    if "FROM" in words:
        return text
    place = _place_of_dataset(text, found, words)
    clauses = [f"FROM <{default_graph}>", *(f"FROM NAMED <{name}>" for name in _reached(found, words, named_graphs))]
    return f"{text[:place]} {' '.join(clauses)} {text[place:]}"


class _Scope:
    """Where in a query the reading is: how deep in braces, and in a projection, in an order, or neither."""

    def __init__(self) -> None:
        self.depth = 0
        self.is_assigned = False
        """Whether the query itself gives a value to a variable that stands here."""
        self._list = ""
        self._brackets = 0
        self._before = ""
        self._is_values = False

    @property
    def listed(self) -> str:
        """Say whose list a variable stands in, outside brackets: that of SELECT, of BY, or none."""
        return self._list if self._brackets == 0 else ""

    def take(self, token: Token) -> None:
        """Take the next token."""
        word = token.text.upper() if token.kind == "word" else ""
        if word in ("SELECT", "BY"):
            self._list, self._brackets = word, 0
        elif token.text in "{}" or word in _ENDS:
            self._list = ""
            self.depth += {"{": 1, "}": -1}.get(token.text, 0)
        elif self._list and token.kind in ("open", "close"):
            self._brackets += 1 if token.kind == "open" else -1
        self.is_assigned = self._before == "AS" or self._is_values
        self._before = word
        self._is_values = token.text != "{" and (self._is_values or word == "VALUES")


def _standing(name: str, term: str, scope: _Scope) -> str:
    """Give what stands for a bound variable: a column of the whole query has its name still, one within has none."""
    if scope.listed == "BY":
        return f"({term})"
    if scope.listed == "SELECT":
        return f"({term} AS ?{name})" if scope.depth == 0 else ""
    return term


def _written(name: str, node: Node) -> str:
    if isinstance(node, BNode):
        raise StoreError(f"The term for ?{name} is a blank node, which a query cannot name.")
    return str(from_rdflib(node))


def _place_of_dataset(text: str, found: Sequence[Token], words: Sequence[str]) -> int:
    """Give where dataset clauses belong: before WHERE, or before the brace of the pattern, or at the end (DESCRIBE)."""
    form = next((index for index, word in enumerate(words) if word in _FORMS), 0)
    start = form + 1
    if words[form] == "CONSTRUCT" and start < len(found) and found[start].text == "{":
        start = _behind_braces(found, start)
    for index in range(start, len(found)):
        if words[index] == "WHERE" or found[index].text == "{":
            return found[index].start
        if words[form] == "DESCRIBE" and words[index] in ("ORDER", "LIMIT", "OFFSET", "VALUES"):
            return found[index].start
    return len(text.rstrip()) if not found else found[-1].start + len(found[-1].text)


def _behind_braces(found: Sequence[Token], start: int) -> int:
    depth = 0
    for index in range(start, len(found)):
        depth += {"{": 1, "}": -1}.get(found[index].text, 0)
        if depth == 0:
            return index + 1
    return len(found)


def _reached(found: Sequence[Token], words: Sequence[str], named_graphs: Iterable[str]) -> Iterator[str]:
    """Give the named graphs that GRAPH may reach: those that it names, or all where it says a variable or a name."""
    after = [found[index + 1] for index, word in enumerate(words[:-1]) if word == "GRAPH"]
    named = {token.text[1:-1] for token in after if token.kind == "iri"}
    is_open = any(token.kind != "iri" for token in after)
    for name in named_graphs:
        if is_open or name in named:
            yield name
