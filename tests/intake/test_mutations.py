"""Valid files, broken in hundreds of ways, and noise: the reader says yes or says why not, and never falls over."""

import json
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import Graph, URIRef

from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.errors import SubmissionError
from registry.intake import Submission
from registry.namespaces import RDF
from registry.profile import Profile

Reader = Callable[..., Submission]

GOOD = (Path(__file__).parent / "good.ttl").read_bytes()
MARKS = (b'"', b"'", b"<", b">", b"[", b"]", b"(", b")", b"{", b"}", b".", b";", b",", b"#", b"\\", b"@", b"^^", b"_:")
NOISE = (
    *MARKS,
    b"\0",
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xe2\x80\xae",
    b"\\u0000",
    b"\\uD800",
    b"<<",
    b"{|",
    b'"""',
)


def flip(raw: bytearray, chance: random.Random) -> None:
    raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)


def cut(raw: bytearray, chance: random.Random) -> None:
    del raw[chance.randrange(len(raw)) :]


def drop(raw: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(raw))
    del raw[start : start + chance.randrange(1, 40)]


def repeat(raw: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(raw))
    raw[start:start] = raw[start : start + chance.randrange(1, 80)] * chance.randrange(1, 5)


def insert(raw: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(raw))
    raw[start:start] = chance.choice(NOISE) * chance.choice((1, 1, 1, 100))


def swap(raw: bytearray, chance: random.Random) -> None:
    words = bytes(raw).split(b" ")
    one, other = chance.randrange(len(words)), chance.randrange(len(words))
    words[one], words[other] = words[other], words[one]
    raw[:] = b" ".join(words)


MUTATIONS = (flip, cut, drop, repeat, insert, swap)


def mutants(raw: bytes, count: int) -> list[bytes]:
    chance = random.Random(count)  # noqa: S311  # mutants want repetition, not secrecy
    found = []
    for number in range(count):
        mutant = bytearray(raw)
        for _ in range(chance.choice((1, 1, 2, 5))):
            MUTATIONS[number % len(MUTATIONS)](mutant or bytearray(b" "), chance)
        found.append(bytes(mutant))
    return found


def is_own(graph: Graph, city: URIRef, profile: Profile) -> bool:
    """Say whether every statement is about the one city and in the words of the profile."""
    return all(
        isinstance(subject, URIRef)
        and (subject == city or subject.startswith(f"{city}#"))
        and (predicate == RDF.type or predicate in profile.terms())
        and (predicate != RDF.type or term in profile.classes)
        for subject, predicate, term in graph
    )


def answers(raws: list[bytes], name: str, read: Reader, profile: Profile) -> tuple[int, int]:
    """Read every file; count those admitted and those refused."""
    admitted = refused = 0
    for raw in raws:
        start = time.process_time()
        try:
            submission = read(raw, name)
            assert is_own(submission.graph, submission.city, profile), raw
            admitted += 1
        except SubmissionError as fault:
            refused += str(fault).isprintable()
        assert time.process_time() - start < 2, raw
    return admitted, refused


def json_ld_of(graph: Graph) -> bytes:
    nodes = [
        {"@id": str(subject), str(predicate): [{"@id": str(term)} if isinstance(term, URIRef) else str(term)]}
        for subject, predicate, term in graph
        if predicate != RDF.type
    ]
    types = [{"@id": str(subject), "@type": str(kind)} for subject, kind in graph.subject_objects(RDF.type)]
    return json.dumps(types + nodes, ensure_ascii=False).encode()


def test_the_file_to_be_broken_is_admitted(read: Reader) -> None:
    assert len(read(GOOD).graph) == 69


def test_mutants_of_a_turtle_file(read: Reader, profile: Profile) -> None:
    admitted, refused = answers(mutants(GOOD, 240), "city.ttl", read, profile)
    assert admitted + refused == 240
    assert refused >= 120


def test_mutants_of_canonical_n_triples(read: Reader, profile: Profile, syntax: OxigraphSyntax) -> None:
    raw = syntax.canonical(read(GOOD).graph)
    admitted, refused = answers(mutants(raw, 120), "city.nt", read, profile)
    assert admitted + refused == 120
    assert refused >= 40


def test_mutants_of_a_json_ld_file(read: Reader, profile: Profile) -> None:
    raw = json_ld_of(read(GOOD).graph)
    assert answers([raw], "city.jsonld", read, profile) == (1, 0)
    admitted, refused = answers(mutants(raw, 120), "city.jsonld", read, profile)
    assert admitted + refused == 120
    assert refused >= 40


@pytest.mark.slow
def test_two_thousand_more_mutants(read: Reader, profile: Profile) -> None:
    admitted, refused = answers(mutants(GOOD, 2_000), "city.ttl", read, profile)
    assert admitted + refused == 2_000


FUZZ = settings(
    derandomize=True,
    deadline=None,
    max_examples=250,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
NAMES = st.sampled_from(("c.ttl", "c.nt", "c.nq", "c.trig", "c.jsonld", "c"))
TOKENS = st.sampled_from(
    (
        "<https://example.org/id/city/test>",
        "<https://example.org/id/city/test#a>",
        "<#a>",
        "_:b",
        "[]",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        "a",
        "hrc:City",
        "hrc:act",
        "hrc:Declaration",
        "hrc:departmentCount",
        "owl:sameAs",
        '"x"@en',
        '"""x',
        '"x',
        "7",
        "1e9",
        "true",
        '"2026-06-30"^^xsd:date',
        "@prefix hrc: <https://w3id.org/hrcr/def#> .",
        "@base <https://example.org/id/city/test> .",
        "GRAPH",
        "<<",
        "{|",
        "#",
        ".",
        ";",
        ",",
    )
)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                (
                    "@id",
                    "@type",
                    "@context",
                    "@graph",
                    "@value",
                    "@list",
                    "@reverse",
                    "@vocab",
                    "@base",
                    "id",
                    "x:y",
                    "",
                )
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@pytest.mark.slow
@FUZZ
@given(raw=st.binary(max_size=400), name=NAMES)
def test_noise_is_answered(raw: bytes, name: str, read: Reader, profile: Profile) -> None:
    assert sum(answers([raw], name, read, profile)) == 1


@FUZZ
@given(words=st.lists(TOKENS, max_size=40), name=NAMES)
def test_a_heap_of_tokens_is_answered(words: list[str], name: str, read: Reader, profile: Profile) -> None:
    assert sum(answers([" ".join(words).encode()], name, read, profile)) == 1


@pytest.mark.slow
@FUZZ
@given(value=JSON_VALUES)
def test_a_heap_of_json_is_answered(value: object, read: Reader, profile: Profile) -> None:
    assert sum(answers([json.dumps(value).encode()], "city.jsonld", read, profile)) == 1
