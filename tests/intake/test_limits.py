"""Limits hold exactly: one less and the limit itself are admitted, one more is not."""

import time
from collections.abc import Callable

import pytest

from registry.errors import NotAdmitted, SubmissionError, SubmissionTooLarge
from registry.intake import Limits, Submission

Reader = Callable[..., Submission]

HEAD = """@prefix hrc: <https://w3id.org/hrcr/def#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@base <https://example.org/id/city/test> .
<> a hrc:City .
"""


def padded(size: int) -> bytes:
    return (HEAD + "#" * (size - len(HEAD))).encode()


def statements(count: int) -> bytes:
    return (HEAD + "".join(f'<> skos:prefLabel "{number}"@en .\n' for number in range(count - 1))).encode()


def literal(size: int) -> bytes:
    return f'{HEAD}<> skos:prefLabel "{"é" * (size // 2)}{"x" * (size % 2)}"@en .'.encode()


def link(size: int) -> bytes:
    return f"{HEAD}<> hrc:contactPage <https://example.org/{'a' * (size - 20)}> .".encode()


def prefixed_link(size: int) -> bytes:
    return f"@prefix long: <https://example.org/> .\n{HEAD}<> hrc:contactPage long:{'a' * (size - 20)} .".encode()


def blank_nodes(count: int) -> bytes:
    parts = " , ".join(f"[ a hrc:Meeting ; hrc:minutes <https://example.org/{number}> ]" for number in range(count - 1))
    return f"{HEAD}<> hrc:governedBy [ a hrc:GoverningBody ; hrc:meeting {parts} ] .".encode()


def digits(count: int) -> bytes:
    return f"{HEAD}<> hrc:departmentCount {'9' * count} .".encode()


BOUNDARIES: tuple[tuple[Callable[[int], bytes], int, Limits | None], ...] = (
    (padded, 5_000_000, None),
    (padded, 1_000, Limits(most_bytes=1_000)),
    (statements, 300, Limits(most_triples=300)),
    (literal, 65_536, None),
    (literal, 100, Limits(literal_bytes=100)),
    (link, 2_048, None),
    (prefixed_link, 2_048, None),
    (blank_nodes, 200, None),
    (blank_nodes, 12, Limits(blank_nodes=12)),
)


@pytest.mark.parametrize(("make", "limit", "limits"), BOUNDARIES)
def test_a_limit_is_exact(make: Callable[[int], bytes], limit: int, limits: Limits | None, read: Reader) -> None:
    assert read(make(limit - 1), limits=limits).city
    assert read(make(limit), limits=limits).city
    with pytest.raises(SubmissionTooLarge):
        read(make(limit + 1), limits=limits)


@pytest.mark.slow
def test_the_limit_of_fifty_thousand_statements_is_exact(read: Reader) -> None:
    assert len(read(statements(49_999)).graph) == 49_999
    assert len(read(statements(50_000)).graph) == 50_000
    with pytest.raises(SubmissionTooLarge, match="more than 50,000 statements"):
        read(statements(50_001))


def test_the_limit_of_digits_is_exact(read: Reader) -> None:
    assert read(digits(17)).city
    assert read(digits(18)).city
    with pytest.raises(NotAdmitted):
        read(digits(19))


def test_repeated_statements_count_as_often_as_they_are_written(read: Reader) -> None:
    with pytest.raises(SubmissionTooLarge):
        read((HEAD * 11).encode(), limits=Limits(most_triples=10))


def turtle_brackets(depth: int) -> bytes:
    return f"{HEAD}<> hrc:act {'[ hrc:act ' * depth}1{' ]' * depth} .".encode()


def turtle_lists(depth: int) -> bytes:
    return f"{HEAD}<> hrc:act {'(' * depth}{')' * depth} .".encode()


def trig_brackets(depth: int) -> bytes:
    return f"{HEAD}{{ <> hrc:act {'[ hrc:act ' * (depth - 1)}1{' ]' * (depth - 1)} }}".encode()


def trig_braces(depth: int) -> bytes:
    return (HEAD + "{" * depth + "}" * depth).encode()


def json_objects(depth: int) -> bytes:
    return b'{"https://w3id.org/hrcr/def#act":' * depth + b"1" + b"}" * depth


def json_arrays(depth: int) -> bytes:
    return b'{"https://w3id.org/hrcr/def#act":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


def json_contexts(depth: int) -> bytes:
    return b'{"@context":' + b'{"a":' * (depth - 1) + b"1" + b"}" * (depth - 1) + b"}"


def n_triples_terms(depth: int) -> bytes:
    return b"<x:a> <x:b> " + b"<<( <x:a> <x:b> " * depth + b"<x:c>" + b" )>>" * depth + b" ."


SYNTAXES: dict[Callable[[int], bytes], str] = {
    turtle_brackets: "city.ttl",
    turtle_lists: "city.ttl",
    trig_brackets: "city.trig",
    trig_braces: "city.trig",
    json_objects: "city.jsonld",
    json_arrays: "city.jsonld",
    json_contexts: "city.jsonld",
    n_triples_terms: "city.nt",
    lambda depth: n_triples_terms(depth): "city.nq",
}
LADDER = (10, 64, 65, 100, 1_000, 4_000, 20_000, 200_000)


@pytest.mark.parametrize("depth", LADDER)
@pytest.mark.parametrize(("make", "name"), SYNTAXES.items())
def test_nesting_is_refused_before_a_parser_sees_it(
    make: Callable[[int], bytes], name: str, depth: int, read: Reader
) -> None:
    raw = make(depth)
    start = time.process_time()
    with pytest.raises(SubmissionError) as caught:
        read(raw, name)
    assert time.process_time() - start < 2
    is_nesting = isinstance(caught.value, SubmissionTooLarge)
    assert is_nesting == (depth > 64 and not name.endswith((".nt", ".nq")))


def test_brackets_in_texts_comments_and_addresses_do_not_count(read: Reader) -> None:
    text = (
        '# ((((((((((\n<> skos:prefLabel "(((((("@en , \'[[[[[[\'@de , """{{{{{{"("{{{"""@fr , \'\'\'[[\'[[[\'\'\'@es .'
    )
    assert len(read((HEAD + text).encode(), limits=Limits(depth=1)).graph) == 5
    address = "<> hrc:contactPage <https://example.org/((((((> ."
    assert len(read((HEAD + address).encode(), limits=Limits(depth=1)).graph) == 2
    raw = b'{"@id":"https://example.org/id/city/test","@type":"https://w3id.org/hrcr/def#City","x:y":"\\"[[[[{{{{"}'
    with pytest.raises(NotAdmitted, match="x:y"):
        read(raw, "city.jsonld", limits=Limits(depth=1))


def test_the_suites_have_not_shrunk() -> None:
    assert (len(BOUNDARIES), len(SYNTAXES), len(LADDER)) == (9, 9, 8)


PUMPS = (
    b'"' * 400_000,
    b'"""' + b'"' * 300_000,
    b"'" * 400_001,
    b'"\\' * 200_000,
    b'"""' * 100_001,
    b"<" + b"a" * 400_000,
    b"< " * 200_000,
    b"<a" * 200_000,
    b"\\" * 400_001,
    b"#" * 400_000,
    b"<rdf " + b"a=b " * 100_000,
    b" " * 400_000 + b"<",
    b"{" + b'"\\"' * 100_000,
    b"[" + b'"' * 400_000,
)


@pytest.mark.parametrize("raw", PUMPS, ids=range(len(PUMPS)))
@pytest.mark.parametrize("name", ["city.ttl", "city.jsonld"])
def test_no_pattern_of_the_guard_can_be_pumped(raw: bytes, name: str, read: Reader) -> None:
    start = time.process_time()
    with pytest.raises(SubmissionError):
        read(raw, name)
    assert time.process_time() - start < 2
