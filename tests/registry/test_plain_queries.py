"""What is sent to another engine can be cut into words in one way, and says what was asked."""

import pyoxigraph
import pytest

from registry.errors import QueryError
from registry.plain_queries import plain
from registry.queries import USUAL, line_and_column, read_query
from registry.query_tokens import Token, tokens
from tests.registry.test_queries import VALID


@pytest.mark.parametrize(
    ("query", "sent"),
    [
        ("SELECT * { ?a ?b ?c }", "SELECT * { ?a ?b ?c }"),
        ("SELECT * # all\n{ ?a ?b -1 }#end", "SELECT * \n{ ?a ?b -1 }"),
        ("SELECT * { FILTER(1<2#>'\n) }", "SELECT * { FILTER(1< 2\n) }"),
        ("SELECT * { FILTER(1<=?a&&?b>2) }", "SELECT * { FILTER(1<= ?a&&?b>2) }"),
        ("SELECT * { ?a <a:b#c> '#no comment' }", "SELECT * { ?a <a:b#c> '#no comment' }"),
        ("\ufeffASK {}", " ASK {}"),
        ('ASK { ?a ?b "x"@en, "1"^^<a:a> }', 'ASK { ?a ?b "x"@en, "1"^^<a:a> }'),
    ],
)
def test_comments_go_and_comparisons_stand_apart(query: str, sent: str) -> None:
    assert plain(query) == sent


def test_an_open_string_is_refused() -> None:
    with pytest.raises(QueryError):
        plain("SELECT * { ?a ?b 'x }")


def test_valid_queries_stay_what_they_are() -> None:
    """Once plain, a lexer that knows no context cuts as the look does, and the engine still takes the text."""
    changed = 0
    for query in VALID:
        sent = plain(query)
        assert [token.text for token in read_query(sent, USUAL)] == [token.text for token in tokens(sent)]
        assert plain(sent).split() == sent.split()
        assert [_line(query, token) for token in read_query(query, USUAL)] == [
            _line(sent, token) for token in read_query(sent, USUAL)
        ]
        changed += sent.strip() != query.strip()
        pyoxigraph.Store().query(sent)
    assert changed > 10


def _line(text: str, token: Token) -> tuple[str, int]:
    return token.text, line_and_column(text, token)[0]
