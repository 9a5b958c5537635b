"""What a SPARQL server answered, written anew: only where it is whole, and of the form and the columns that are due."""

import json
import re
from typing import IO, Final, cast

import pyoxigraph

from registry.adapters.query_worker import SOLUTIONS, TRIPLES, Bounded, Question
from registry.adapters.store_exchange import NoAnswerError, Received

ROWS: Final = ("application/sparql-results+json", "application/sparql-results+xml")
GRAPH: Final = ("application/n-triples", "text/turtle")
"""What a server is asked for, the best first; not CSV and TSV: half a table looks like a whole one."""

MOST_OF_A_TRUTH: Final = 65_536
"""How many bytes a truth value may have; one has some dozens."""

_MOST_OF_A_HEAD: Final = 16_384
_ASKED: Final = "__ASK_RETVAL"
_NAMES = re.compile(rb'\s*\{\s*"head"\s*:\s*\{(?:[^][{}]|\[[^][{}]*\])*?"vars"\s*:\s*(\[[^][]*\])')
_XML_END = re.compile(rb"</(?:[A-Za-z_][\w.-]*:)?sparql\s*>\s*\Z")


def give(received: Received, expected: object, question: Question, buffer: Bounded) -> None:
    """Write an answer anew if it is whole and of the form that is due; raises NoAnswerError."""
    if received.fields.get("x-sql-state"):
        raise NoAnswerError("time-limit-passed", "The server says that its answer is not the whole one")
    if "x-sparql-maxrows" in received.fields:
        raise NoAnswerError("store-answer-refused", "The server says that it gives no more rows")
    if isinstance(expected, pyoxigraph.QueryTriples):
        _give_graph(received, question, buffer)
    elif isinstance(expected, pyoxigraph.QuerySolutions):
        _give_rows(received, [variable.value for variable in expected.variables], question, buffer)
    else:
        _give_truth(received, question, buffer)


def _give_rows(received: Received, wanted: list[str], question: Question, buffer: Bounded) -> None:
    if received.media_type == ROWS[0]:
        received.put_back(_in_order(received.head(_MOST_OF_A_HEAD), wanted))
    try:
        found = pyoxigraph.parse_query_results(cast(IO[bytes], received), SOLUTIONS[received.media_type])
        if not isinstance(found, pyoxigraph.QuerySolutions):
            raise NoAnswerError("store-answer-refused", "The server gave a truth value where rows are due")
        columns = [variable.value for variable in found.variables]
        if sorted(columns) != sorted(wanted):
            raise NoAnswerError("store-answer-refused", "The server gave other columns than those that are due")
        found.serialize(buffer, SOLUTIONS[question["media_type"]])
    except (SyntaxError, ValueError, OSError) as fault:
        raise NoAnswerError("store-answer-refused", f"The answer is malformed: {fault}") from fault
    _end(received)
    if received.media_type == ROWS[1] and _XML_END.search(received.end) is None:
        raise NoAnswerError("store-answer-refused", "The document breaks off")


def _give_truth(received: Received, question: Question, buffer: Bounded) -> None:
    """Give a truth value on; the parser does not look at what stands behind one."""
    document = received.head(MOST_OF_A_TRUTH + 1)
    try:
        if len(document) > MOST_OF_A_TRUTH:
            raise NoAnswerError("store-answer-refused", "The document is longer than a truth value")
        if received.media_type == ROWS[0]:
            json.loads(document)
        elif _XML_END.search(document[-64:]) is None:
            raise NoAnswerError("store-answer-refused", "The document breaks off")
        found = _truth(pyoxigraph.parse_query_results(document, SOLUTIONS[received.media_type]))
    except (SyntaxError, ValueError, OSError, RecursionError) as fault:
        raise NoAnswerError("store-answer-refused", f"The answer is malformed: {fault}") from fault
    found.serialize(buffer, SOLUTIONS[question["media_type"]])


def _truth(found: pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean) -> pyoxigraph.QueryBoolean:
    """Give a truth value; Virtuoso 7 says it as a table of one column, with the row 1 or none."""
    if isinstance(found, pyoxigraph.QueryBoolean):
        return found
    if [variable.value for variable in found.variables] == [_ASKED]:
        rows = [str(getattr(row[0], "value", "")) for row in found]
        if rows in ([], ["1"]):
            document = b'{"head":{},"boolean":%b}' % (b"true" if rows else b"false")
            told = pyoxigraph.parse_query_results(document, pyoxigraph.QueryResultsFormat.JSON)
            return cast(pyoxigraph.QueryBoolean, told)
    raise NoAnswerError("store-answer-refused", "The server gave rows where a truth value is due")


def _give_graph(received: Received, question: Question, buffer: Bounded) -> None:
    try:
        quads = pyoxigraph.parse(cast(IO[bytes], received), TRIPLES[received.media_type])
        found = {pyoxigraph.Triple(quad.subject, quad.predicate, quad.object) for quad in quads}
    except (SyntaxError, ValueError, OSError) as fault:
        raise NoAnswerError("store-answer-refused", f"The answer is malformed: {fault}") from fault
    _end(received)
    triples = sorted(found, key=str)
    pyoxigraph.serialize(triples, buffer, TRIPLES[question["media_type"]], prefixes=question["prefixes"])


def _in_order(head: bytes, wanted: list[str]) -> bytes:
    """Name the columns in the order in which the embedded engine does: for ``SELECT *`` each server has its own."""
    found = _NAMES.match(head)
    if found is None:
        return head
    try:
        names = json.loads(found[1])
    except ValueError:
        return head
    if not all(isinstance(name, str) for name in names) or sorted(names) != sorted(wanted):
        return head
    return head[: found.start(1)] + json.dumps(wanted).encode() + head[found.end(1) :]


def _end(received: Received) -> None:
    """Read to the end, which shows that the answer is whole; only white space may be left."""
    while rest := received.read():
        if rest.strip():
            raise NoAnswerError("store-answer-refused", "Something stands behind the answer")
