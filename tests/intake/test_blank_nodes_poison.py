"""Blank nodes cannot poison canonicalisation: what passes is canonicalised in a moment, the rest is refused in one."""

import time
from collections.abc import Callable, Iterable

import pytest

from registry.errors import NotAdmitted, SubmissionError
from registry.intake import Submission

Reader = Callable[..., Submission]

HEAD = """@prefix dct: <http://purl.org/dc/terms/> .
@prefix hrc: <https://w3id.org/hrcr/def#> .
@base <https://example.org/id/city/test> .
<> a hrc:City .
"""


def declarations(edges: Iterable[tuple[int, int]]) -> bytes:
    pairs = list(edges)
    nodes = {node for pair in pairs for node in pair}
    lines = [f"_:b{node} a hrc:Declaration ." for node in sorted(nodes)]
    lines += [f"_:b{one} hrc:reaffirms _:b{other} ." for one, other in pairs]
    return (HEAD + "\n".join(lines)).encode()


def clique(size: int) -> bytes:
    return declarations((one, other) for one in range(size) for other in range(size) if one != other)


def ring(size: int) -> bytes:
    return declarations((one, (one + 1) % size) for one in range(size))


def grid(size: int) -> bytes:
    steps = [(0, 1), (1, 0)]
    return declarations(
        (row * size + column, (row + down) % size * size + (column + right) % size)
        for row in range(size)
        for column in range(size)
        for down, right in steps
    )


def halves(size: int) -> bytes:
    return declarations((one, size + other) for one in range(size) for other in range(size))


def separate_cliques(size: int, count: int) -> bytes:
    return declarations(
        (start + one, start + other)
        for start in range(0, size * count, size)
        for one in range(size)
        for other in range(size)
        if one != other
    )


POISON = {
    **{f"clique of {size}": clique(size) for size in range(6, 13)},
    **{f"ring of {size}": ring(size) for size in (6, 50, 100, 200, 400, 1_000)},
    **{f"torus of {size}": grid(size) for size in (3, 6, 14)},
    **{f"halves of {size}": halves(size) for size in (3, 6, 10)},
}


@pytest.mark.parametrize("raw", POISON.values(), ids=POISON)
def test_poison_is_refused_in_two_seconds(raw: bytes, read: Reader) -> None:
    start = time.process_time()
    with pytest.raises(SubmissionError, match="blank nodes"):
        read(raw)
    assert time.process_time() - start < 2


PASSING = {
    **{f"clique of {size}": (clique(size), size) for size in (2, 3, 4, 5)},
    "forty cliques of five": (separate_cliques(5, 40), 200),
    "a hundred pairs": (separate_cliques(2, 100), 200),
    "a chain with dates": (
        HEAD.encode()
        + b"\n".join(
            b'_:b%d a hrc:Declaration ; dct:issued "%d-01-01"^^<http://www.w3.org/2001/XMLSchema#date> ; '
            b"hrc:reaffirms _:b%d ." % (number, 1_800 + number, (number + 1) % 200)
            for number in range(200)
        ),
        200,
    ),
}


@pytest.mark.parametrize(("raw", "count"), PASSING.values(), ids=PASSING)
def test_what_passes_is_canonicalised_in_two_seconds(raw: bytes, count: int, read: Reader) -> None:
    start = time.process_time()
    graph = read(raw).graph
    assert time.process_time() - start < 2
    assert len(set(graph.subjects())) == count + 1


def test_isomorphic_files_give_the_same_graph(read: Reader) -> None:
    one = """
        _:a a hrc:Meeting ; dct:date 1 . _:b a hrc:Meeting ; dct:date 2 .
        <> hrc:governedBy [ a hrc:GoverningBody ; hrc:meeting _:a , _:b ] ."""
    other = """
        <> hrc:governedBy _:x . _:x hrc:meeting _:z , _:y . _:z dct:date 2 ; a hrc:Meeting .
        _:x a hrc:GoverningBody . _:y dct:date 1 ; a hrc:Meeting ."""
    assert set(read((HEAD + one).encode()).graph) == set(read((HEAD + other).encode()).graph)


def test_names_of_the_file_are_not_taken_for_blank_nodes(read: Reader) -> None:
    graph = read((HEAD + "<#n0> a hrc:Declaration . <#nn7> a hrc:Declaration . [] a hrc:Meeting .").encode()).graph
    assert {str(subject).rpartition("#")[2] for subject in graph.subjects() if "#" in str(subject)} == {
        "n0",
        "nn7",
        "nnn0",
    }


def test_a_legitimate_board_of_equal_seats_passes(read: Reader) -> None:
    seats = " , ".join("[ a hrc:Seat ; hrc:votes 1 ]" for _ in range(30))
    graph = read((HEAD + f"<> hrc:governedBy [ a hrc:GoverningBody ; hrc:seat {seats} ] .").encode()).graph
    assert len(graph) == 93


def test_two_boards_of_equal_seats_must_be_named(read: Reader) -> None:
    seats = " , ".join("[ a hrc:Seat ; hrc:votes 1 ]" for _ in range(12))
    board = f"[ a hrc:GoverningBody ; hrc:seat {seats} ]"
    with pytest.raises(NotAdmitted, match="name them as fragments of the city"):
        read((HEAD + f"<> hrc:governedBy {board} , {board} .").encode())


def test_the_suites_have_not_shrunk() -> None:
    assert (len(POISON), len(PASSING)) == (19, 7)
