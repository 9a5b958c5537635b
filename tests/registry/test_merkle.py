"""The tree gives the roots and proofs of RFC 9162 2.1, and no changed proof is taken for one."""

from collections.abc import Sequence
from hashlib import sha256
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.merkle import EMPTY_ROOT, Tree, leaf_hash, node_hash, verify_consistency, verify_inclusion

ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""The eight entries of the test vectors of Certificate Transparency."""
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The roots of the first one to eight of them."""


def naive_root(entries: Sequence[bytes]) -> bytes:
    """The definition of RFC 9162 2.1.1, word by word."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = max(2**power for power in range(20) if 2**power < len(entries))
    return sha256(b"\x01" + naive_root(entries[:k]) + naive_root(entries[k:])).digest()


def naive_path(m: int, entries: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n]) of RFC 9162 2.1.3.1."""
    if len(entries) == 1:
        return []
    k = max(2**power for power in range(20) if 2**power < len(entries))
    if m < k:
        return [*naive_path(m, entries[:k]), naive_root(entries[k:])]
    return [*naive_path(m - k, entries[k:]), naive_root(entries[:k])]


def naive_subproof(m: int, entries: Sequence[bytes], *, known: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b) of RFC 9162 2.1.4.1."""
    if m == len(entries):
        return [] if known else [naive_root(entries)]
    k = max(2**power for power in range(20) if 2**power < len(entries))
    if m <= k:
        return [*naive_subproof(m, entries[:k], known=known), naive_root(entries[k:])]
    return [*naive_subproof(m - k, entries[k:], known=False), naive_root(entries[:k])]


def tree_of(entries: Sequence[bytes]) -> Tree:
    return Tree(map(leaf_hash, entries))


def test_the_known_vectors_are_met() -> None:
    tree = tree_of(ENTRIES)
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert tree.root(0) == EMPTY_ROOT
    assert [tree.root(size).hex() for size in range(1, 9)] == ROOTS


def test_every_root_and_proof_up_to_40_leaves_is_that_of_the_definition() -> None:
    entries = [bytes([number]) for number in range(40)]
    tree = tree_of(entries)
    for size in range(1, 41):
        assert tree.root(size) == naive_root(entries[:size])
        for place in range(size):
            assert list(tree.inclusion_proof(place, size)) == naive_path(place, entries[:size])
            assert list(tree.consistency_proof(place + 1, size)) == naive_subproof(
                place + 1, entries[:size], known=True
            )


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=80), st.data())
@settings(max_examples=200, deadline=None)
def test_every_proof_is_verified_and_none_with_a_flipped_bit(entries: list[bytes], data: st.DataObject) -> None:
    tree = tree_of(entries)
    size = data.draw(st.integers(1, len(entries)))
    index, first = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    leaf, root, old = leaf_hash(entries[index]), tree.root(size), tree.root(first)
    path, steps = tree.inclusion_proof(index, size), tree.consistency_proof(first, size)
    assert verify_inclusion(leaf, index, size, path, root)
    assert verify_consistency(first, size, steps, old, root)
    for changed in flipped(path, data):
        assert not verify_inclusion(leaf, index, size, changed, root)
    for changed in flipped(steps, data):
        assert not verify_consistency(first, size, changed, old, root)
    assert not verify_inclusion(node_hash(leaf, leaf), index, size, path, root)


def flipped(proof: tuple[bytes, ...], data: st.DataObject) -> list[tuple[bytes, ...]]:
    """The proof with each byte of it changed in turn, with a step more, with a step less, and cut off."""
    mask = data.draw(st.integers(1, 255))
    changed = []
    for place, step in enumerate(proof):
        for byte in range(32):
            other = step[:byte] + bytes([step[byte] ^ mask]) + step[byte + 1 :]
            changed.append((*proof[:place], other, *proof[place + 1 :]))
    more = [(*proof, bytes(32)), (bytes(32), *proof)]
    return [*changed, *more, *([proof[:-1], proof[1:], (*proof[:-1], proof[-1][:-1])] if proof else [])]


def test_a_proof_for_another_place_or_size_is_refused() -> None:
    tree = tree_of(ENTRIES)
    leaf, path = leaf_hash(ENTRIES[2]), tree.inclusion_proof(2)
    assert not verify_inclusion(leaf, 3, 8, path, tree.root())
    assert not verify_inclusion(leaf, 2, 9, path, tree.root())
    assert not verify_inclusion(leaf, 8, 8, path, tree.root())
    assert not verify_inclusion(leaf, -1, 8, path, tree.root())
    steps = tree.consistency_proof(3, 8)
    assert not verify_consistency(4, 8, steps, tree.root(3), tree.root())
    assert not verify_consistency(3, 9, steps, tree.root(3), tree.root())
    assert not verify_consistency(0, 8, steps, EMPTY_ROOT, tree.root())
    assert not verify_consistency(9, 8, steps, tree.root(), tree.root())
    assert not verify_consistency(6, 8, (), tree.root(6), tree.root())
    assert verify_consistency(8, 8, (), tree.root(), tree.root())


@given(st.integers(0, 70), st.integers(0, 70))
def test_leaves_taken_back_leave_no_trace(kept: int, gone: int) -> None:
    tree = tree_of([bytes([number]) for number in range(kept + gone)])
    tree.truncate(kept)
    assert (len(tree), tree.root()) == (kept, naive_root([bytes([number]) for number in range(kept)]))
    tree.append(leaf_hash(b"next"))
    assert tree.root() == naive_root([*[bytes([number]) for number in range(kept)], b"next"])


def test_what_is_not_in_the_tree_is_an_error() -> None:
    tree = tree_of(ENTRIES)
    for ask in (
        lambda: tree.root(9),
        lambda: tree.root(-1),
        lambda: tree.truncate(9),
        lambda: tree.inclusion_proof(8),
        lambda: tree.inclusion_proof(-1),
        lambda: tree.inclusion_proof(4, 4),
        lambda: tree.consistency_proof(0, 8),
        lambda: tree.consistency_proof(5, 4),
    ):
        with pytest.raises(IndexError, match="There is no"):
            ask()
    with pytest.raises(ValueError, match="has 32 bytes, not 3"):
        tree.append(b"abc")


@pytest.mark.slow
@pytest.mark.alone
def test_a_leaf_costs_little_in_a_tree_of_200_000() -> None:
    tree = Tree(leaf_hash(number.to_bytes(4, "big")) for number in range(200_000))
    began = perf_counter()
    for number in range(100):
        tree.append(leaf_hash(number.to_bytes(4, "big")))
        tree.root()
        tree.inclusion_proof(len(tree) - 1)
    assert perf_counter() - began < 0.5
