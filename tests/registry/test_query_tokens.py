"""SPARQL text is cut into tokens that leave nothing out but white space and comments."""

from hypothesis import given
from hypothesis import strategies as st

from registry.query_tokens import named, tokens


@given(st.text(alphabet="<>\"'#\\{}()?:.aSERVICE u0053\n\r/!", max_size=300))
def test_tokens_cover_every_character_that_is_no_space_or_comment(text: str) -> None:
    end = 0
    for token in tokens(text):
        between = text[end : token.start]
        assert not between.strip() or "#" in between or "\ufeff" in between
        end = token.start + len(token.text)


def test_words_within_strings_iris_and_comments_are_no_words() -> None:
    text = "SELECT ?s { <http://x/FROM> ?p 'FROM' # FROM\n }"
    assert [token.text for token in tokens(text) if token.kind == "word"] == ["SELECT"]


def test_iris_are_named_with_their_prefixes_and_whether_a_bracket_follows() -> None:
    prologue = "BASE <http://b/> PREFIX a: <http://a/> PREFIX : <http://e/> PREFIX t: <x:1> PREFIX t: <x:2> "
    text = "SELECT (a:f # (\n (1) AS ?x) (<g>() AS ?y) { ?s :p ?o ; <q> ( 1 ) ; t:u 'a:no(' , none:x }"
    assert list(named(prologue + text))[-6:] == [
        ("http://a/f", True),
        ("g", True),
        ("http://e/p", False),
        ("q", True),
        ("?u", False),
        ("none:x", False),
    ]
