"""SERVICE clauses of a query: found where they stand, put to the peer, and replaced by what it answered.

SPARQL 1.1 Federated Query evaluates SERVICE bottom-up: the group is evaluated at the endpoint by itself, and its
solutions are joined where the clause stands. So a clause may be asked ahead, and VALUES with its solutions put in its
place. Where that would not be the same, inside EXISTS and GRAPH, the clause is refused.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rdflib import Literal, URIRef
from rdflib.term import Node

from registry.errors import QueryError
from registry.federation_errors import PeerAnswerRefused
from registry.model import Solutions
from registry.queries import Limits, QueryForm, line_and_column, read_query
from registry.query_tokens import Token

MOST_CLAUSES: Final = 4
"""SERVICE clauses in one query."""

_SERVICE: Final = "SERVICE"
_PROLOGUE: Final = frozenset({"BASE", "PREFIX"})
_AROUND: Final = {
    "EXISTS": "SERVICE inside EXISTS is refused: it would have to be asked again for every row; join it outside.",
    "GRAPH": "SERVICE inside GRAPH is refused: the graph is not one of the peer's; write the clause beside GRAPH.",
    "CONSTRUCT": "SERVICE is no part of a template; write it in WHERE.",
}
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^<>\"{}|\\^`\x00-\x20]*")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_TO_ESCAPE: Final = re.compile(r'[\\"\n\r\t]')
_ON_A_LINE: Final = re.compile(r"[^\n\r]")
_LIKE_SERVICE: Final = "OPTIONAL"
"""What stands before a group as SERVICE does, binds its variables, and asks nobody (SPARQL 1.1, 19.8, rule 56)."""
NOTHING_KNOWN: Final = Solutions((), ((),))
"""One solution that binds nothing: what SERVICE SILENT gives when the endpoint fails (Federated Query, 3.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One SERVICE clause: the endpoint it names, the query to put to it, and where it stands in the text.

    ``variables`` are those of its group, which begins at ``group``; ``place`` is line and column.
    """

    endpoint: str
    is_silent: bool
    query: str
    variables: frozenset[str]
    start: int
    group: int
    end: int
    place: tuple[int, int]

    def fault(self, sentence: str) -> QueryError:
        """Give the refusal of this clause."""
        return QueryError(sentence, line=self.place[0], column=self.place[1])


def find_clauses(text: str, limits: Limits) -> tuple[Clause, ...]:
    """Find the SERVICE clauses of a query, in order; none where the word stands in strings and comments only.

    Raises QueryError, with line and column, for a variable or a short name as endpoint, for a clause in a clause,
    inside EXISTS or GRAPH, and for more clauses than may be; QueryLimitPassed as the guard does.
    """
    found = list(read_query(text, limits))
    prologue = _prologue(found)
    clauses: list[Clause] = []
    around: list[str] = []
    at = 0
    while at < len(found):
        token = found[at]
        if token.kind == "word" and token.text.upper() == _SERVICE:
            closing = _closing(text, found, at)
            clauses.append(_clause(text, found, at, closing, around, prologue))
            at = closing
        elif token.kind == "open":
            around.append(_opened(found, at))
        elif token.kind == "close" and around:
            around.pop()
        at += 1
    if len(clauses) > MOST_CLAUSES:
        raise clauses[MOST_CLAUSES].fault(
            f"The query has more than {MOST_CLAUSES} SERVICE clauses; ask several queries."
        )
    return tuple(clauses)


def check_answer(clause: Clause, answer: Solutions, most_rows: int) -> None:
    """Hold an answer to what can be put in the place of its clause; raise PeerAnswerRefused."""
    if len(answer.rows) > most_rows:
        raise PeerAnswerRefused(
            f"{clause.endpoint} gave more than {most_rows:,} rows; ask it for less, or use LIMIT within the clause."
        )
    strange = [name for name in answer.variables if name not in clause.variables]
    if strange:
        raise PeerAnswerRefused(
            f"{clause.endpoint} gave a variable that it was not asked for; its answer is not taken."
        )
    for row in answer.rows:
        for term in row:
            if term is not None and not isinstance(term, URIRef | Literal):
                raise PeerAnswerRefused(
                    f"{clause.endpoint} gave a blank node, which means nothing here; leave its variable out, or ask "
                    "for what it has."
                )
            if term is not None and not _is_sound(term):
                raise PeerAnswerRefused(
                    f"{clause.endpoint} gave a term that is not well-formed; its answer is not taken."
                )


def with_answers(text: str, clauses: Sequence[Clause], answers: Sequence[Solutions]) -> str:
    """Give the query with VALUES in the place of each clause; lines keep their numbers."""
    pieces, end = [], 0
    for clause, answer in zip(clauses, answers, strict=True):
        lines = "\n" * text.count("\n", clause.start, clause.end)
        pieces += [text[end : clause.start], " ", _values(answer), lines, " "]
        end = clause.end
    return "".join([*pieces, text[end:]])


def without_peers(text: str, clauses: Sequence[Clause]) -> str:
    """Give the query with each group asked of nobody, so that guard and engine read it whole before a peer is asked.

    Every sign that is left stands where it stood, so that a fault is told with its place.
    """
    pieces, end = [], 0
    for clause in clauses:
        named = text.index(f"<{clause.endpoint}>", clause.start)
        blank = _ON_A_LINE.sub(" ", text[clause.start : clause.group])
        at = named - clause.start
        pieces += [text[end : clause.start], blank[:at], _LIKE_SERVICE, blank[at + len(_LIKE_SERVICE) :]]
        end = clause.group
    return "".join([*pieces, text[end:]])


def with_room_for_groups(limits: Limits, clauses: Sequence[Clause]) -> Limits:
    """Give limits that ``without_peers`` does not count against."""
    return replace(limits, optionals=limits.optionals + len(clauses))


def with_room(limits: Limits, text: str, answers: Sequence[Solutions]) -> Limits:
    """Give limits that the answers do not count against: only what somebody wrote does."""
    terms = [term for answer in answers for row in answer.rows for term in row]
    typed = sum(isinstance(term, Literal) and term.datatype is not None for term in terms)
    return replace(
        limits,
        characters=max(limits.characters, len(text)),
        rows=limits.rows + sum(len(answer.rows) for answer in answers),
        operators=limits.operators + typed,
        groups=limits.groups + len(answers),
    )


def _prologue(found: Sequence[Token]) -> str:
    """Give the declarations of a query, one a line, without comments."""
    lines: list[str] = []
    for number, token in enumerate(found):
        if token.kind == "word" and token.text.upper() in QueryForm.__members__:
            break
        word = token.text.upper()
        if token.kind == "word" and word in _PROLOGUE:
            lines.append(" ".join([word, *(each.text for each in _declared(found[number + 1 :]))]))
    return "\n".join(lines)


def _declared(rest: Sequence[Token]) -> Iterator[Token]:
    """Give the tokens of one declaration: up to its IRI."""
    for token in rest[:2]:
        yield token
        if token.kind == "iri":
            return


def _opened(found: Sequence[Token], at: int) -> str:
    """Name what a bracket opens, by the word before it."""
    if found[at].text != "{":
        return found[at].text
    for before in reversed(found[max(0, at - 2) : at]):
        if before.kind == "word":
            return before.text.upper()
        if before.kind not in ("variable", "iri", "name"):
            break
    return "{"


def _closing(text: str, found: Sequence[Token], at: int) -> int:
    """Give where the group of the clause that begins at a token ends."""
    depth = 0
    for number in range(at + 1, len(found)):
        kind = found[number].kind
        if kind == "word" and found[number].text.upper() == _SERVICE:
            raise _fault(text, found[number], "SERVICE inside SERVICE is refused: a peer asks nobody on our behalf.")
        depth += (kind == "open") - (kind == "close")
        if kind == "close" and depth <= 0:
            return number
    raise _fault(text, found[at], "The SERVICE clause that begins here has no end; a group in braces is expected.")


def _clause(text: str, found: Sequence[Token], at: int, closing: int, around: Sequence[str], prologue: str) -> Clause:
    for word in around:
        if word in _AROUND:
            raise _fault(text, found[at], _AROUND[word])
    is_silent = found[at + 1].kind == "word" and found[at + 1].text.upper() == "SILENT"
    named, opening = found[at + 1 + is_silent], found[min(at + 2 + is_silent, closing)]
    if named.kind != "iri":
        raise _fault(
            text,
            named,
            "SERVICE names its endpoint by an IRI in full here, such as SERVICE <https://…>, not otherwise.",
        )
    if opening.text != "{" or found[closing].text != "}":
        raise _fault(text, opening, "After the endpoint of SERVICE a group in braces is expected.")
    group = text[opening.start : found[closing].start + 1]
    return Clause(
        endpoint=named.text[1:-1],
        is_silent=is_silent,
        query=f"{prologue}\nSELECT * WHERE {group}".lstrip(),
        variables=frozenset(token.text[1:] for token in found[at:closing] if token.kind == "variable"),
        start=found[at].start,
        group=opening.start,
        end=found[closing].start + 1,
        place=line_and_column(text, found[at]),
    )


def _fault(text: str, token: Token, sentence: str) -> QueryError:
    line, column = line_and_column(text, token)
    return QueryError(sentence, line=line, column=column)


def _values(answer: Solutions) -> str:
    """Write solutions as VALUES (SPARQL 1.1, 10.2)."""
    names = " ".join(f"?{name}" for name in answer.variables)
    rows = " ".join(f"({' '.join(map(_written, row))})" for row in answer.rows)
    return f"VALUES ({names}) {{ {rows} }}"


def _written(term: Node | None) -> str:
    if term is None:
        return "UNDEF"
    if isinstance(term, URIRef):
        return f"<{term}>"
    text = _TO_ESCAPE.sub(lambda match: _ESCAPES[match[0]], str(term))
    quoted = '"' + text.replace("\\\\u", "\\\\\\u0075").replace("\\\\U", "\\\\\\u0055") + '"'
    if isinstance(term, Literal) and term.language:
        return f"{quoted}@{term.language}"
    datatype = term.datatype if isinstance(term, Literal) else None
    return quoted if datatype is None else f"{quoted}^^<{datatype}>"


def _is_sound(term: URIRef | Literal) -> bool:
    """Say whether a term is written as its kind is; what is not could end the place where it is put."""
    if isinstance(term, URIRef):
        return _IRI.fullmatch(term) is not None
    if term.language:
        return _LANGUAGE.fullmatch(term.language) is not None
    return term.datatype is None or _IRI.fullmatch(term.datatype) is not None
