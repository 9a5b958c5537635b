"""Where a release lies is said in one file, and that it lies there no more is said before anything is overwritten."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from registry.adapters.store_address import EMBEDDED, STORE_FILE, StoreAddress, free, read_address, write_address
from registry.errors import ReleaseError
from registry.store_errors import ReleaseNotInStore

PLACE = "http://127.0.0.1:3030/one"
ADDRESS = StoreAddress(query=f"{PLACE}/query", update=f"{PLACE}/update", graphs=f"{PLACE}/data", default_graph="urn:x")


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write_address(tmp_path, ADDRESS)
    assert read_address(tmp_path) == ADDRESS
    assert [path.name for path in tmp_path.iterdir()] == [STORE_FILE]


def test_without_a_file_the_store_is_embedded(tmp_path: Path) -> None:
    assert read_address(tmp_path) is None


def test_the_file_needs_no_more_than_the_addresses(tmp_path: Path) -> None:
    facts = {"query": ADDRESS.query, "update": ADDRESS.update, "graphs": ADDRESS.graphs}
    (tmp_path / STORE_FILE).write_text(json.dumps(facts))
    found = read_address(tmp_path)
    assert found is not None
    assert found.default_graph is None


def test_a_place_that_was_given_away_is_told(tmp_path: Path) -> None:
    write_address(tmp_path, ADDRESS)
    write_address(tmp_path, ADDRESS, is_held=False)
    with pytest.raises(ReleaseNotInStore, match="no longer in a store"):
        read_address(tmp_path)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"query": 1, "update": "http://x/", "graphs": "http://x/"}', '{"query": "file:///etc/passwd"}'],
    ids=["empty", "list", "nothing", "number", "file"],
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / STORE_FILE).write_text(text)
    with pytest.raises(ReleaseError, match=STORE_FILE):
        read_address(tmp_path)


def test_a_release_with_a_store_of_its_own_is_asked_there_when_its_place_is_given_away(tmp_path: Path) -> None:
    write_address(tmp_path, ADDRESS)
    (tmp_path / EMBEDDED).mkdir()
    free(tmp_path)
    assert read_address(tmp_path) is None
    free(tmp_path)


def test_a_release_without_one_is_told_as_gone(tmp_path: Path) -> None:
    write_address(tmp_path, ADDRESS)
    free(tmp_path)
    with pytest.raises(ReleaseNotInStore):
        read_address(tmp_path)


def test_named_graphs_are_kept(tmp_path: Path) -> None:
    address = replace(ADDRESS, named_graphs=("urn:a", "urn:b"))
    write_address(tmp_path, address)
    assert read_address(tmp_path) == address
