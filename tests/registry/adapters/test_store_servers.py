"""Two places, and a release always goes into the one that does not serve."""

import json
from pathlib import Path

import pytest

from registry.adapters.store_address import EMBEDDED, read_address
from registry.adapters.store_servers import DEFAULT_GRAPH, read_servers
from registry.errors import ReleaseError, SettingsError
from tests.graph_stores import graph_store
from tests.stores.contract import QUADS

ONE, TWO = "fuseki+http://127.0.0.1:3030/one", "fuseki+http://127.0.0.1:3030/two"


def test_a_kind_says_where_a_server_has_what() -> None:
    servers = read_servers(f"{ONE}/ virtuoso+https://store.example:8890")
    assert servers is not None
    one, two = servers.places
    assert (one.query, one.update, one.graphs) == tuple(
        f"http://127.0.0.1:3030/one/{each}" for each in ("query", "update", "data")
    )
    assert one.default_graph == DEFAULT_GRAPH
    plain = read_servers("oxigraph+http://a.example oxigraph+http://b.example")
    assert plain is not None
    assert plain.places[0].default_graph is None
    assert two.graphs == "https://store.example:8890/sparql-graph-crud"
    assert two.default_graph == DEFAULT_GRAPH


def test_a_file_says_it_of_any_server(tmp_path: Path) -> None:
    facts = {name: f"http://store.example/{name}" for name in ("query", "update", "graphs")}
    (tmp_path / "one.json").write_text(json.dumps(facts))
    servers = read_servers(f"{tmp_path / 'one.json'} {TWO}")
    assert servers is not None
    assert servers.places[0].update == "http://store.example/update"


def test_nothing_is_nothing() -> None:
    assert read_servers(" ") is None


@pytest.mark.parametrize(
    "text",
    [ONE, f"{ONE} {ONE}/", f"{ONE} {TWO} {TWO}", f"{ONE} http://x/", f"{ONE} fuseki+http://u:p@x/", f"{ONE} /nowhere"],
    ids=["one", "same", "three", "no kind", "password", "no file"],
)
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="HRCR_STORE_SERVERS"):
        read_servers(text)


def made(folder: Path, name: str) -> Path:
    (folder / name / EMBEDDED).mkdir(parents=True)
    return folder / name


def test_releases_go_to_and_fro_and_the_one_that_serves_is_never_written_to(tmp_path: Path) -> None:
    with graph_store() as one, graph_store() as two:
        servers = read_servers(f"{one.setting} {two.setting}")
        assert servers is not None
        first, second, third = (made(tmp_path, name) for name in ("1", "2", "3"))
        servers.bring(first, QUADS, None, [])
        assert read_address(first) == one.address
        servers.bring(second, QUADS, first, [first])
        assert read_address(second) == two.address
        assert read_address(first) == one.address
        two.asked.clear()
        servers.bring(third, b"", second, [first, second])
        assert read_address(third) == one.address
        assert read_address(first) is None
        assert read_address(second) == two.address
        assert not two.asked


def test_whoever_lay_there_is_asked_elsewhere_before_the_first_word_is_written(tmp_path: Path) -> None:
    with graph_store() as one, graph_store() as two:
        servers = read_servers(f"{one.setting} {two.setting}")
        assert servers is not None
        first, second = made(tmp_path, "1"), made(tmp_path, "2")
        servers.bring(first, QUADS, None, [])
        one.answering = lambda *_: None
        with pytest.raises(ReleaseError):
            servers.bring(second, b"", None, [first])
        assert read_address(first) is None
        assert read_address(second) is None


def test_a_place_that_is_spelled_otherwise_by_now_is_not_written_to_while_a_release_lies_there(tmp_path: Path) -> None:
    with graph_store() as one, graph_store() as two:
        servers = read_servers(f"{one.setting} {two.setting}")
        respelled = read_servers(f"{one.setting.replace('127.0.0.1', 'localhost')} {two.setting}")
        assert servers is not None
        assert respelled is not None
        first, second = made(tmp_path, "1"), made(tmp_path, "2")
        servers.bring(first, QUADS, None, [])
        assert (servers.have(first), respelled.have(first), servers.have(second)) == (True, False, False)
        respelled.bring(second, b"", first, [first])
        assert read_address(first) is None
        assert respelled.have(second)


def test_the_login_is_read_when_something_is_written(tmp_path: Path) -> None:
    with graph_store() as one, graph_store() as two:
        servers = read_servers(f"{one.setting} {two.setting}", tmp_path / "login")
        assert servers is not None
        with pytest.raises(SettingsError, match="cannot be read"):
            servers.bring(made(tmp_path, "1"), QUADS, None, [])
        (tmp_path / "login").write_text("nobody\n")
        with pytest.raises(SettingsError, match="user:password"):
            servers.bring(tmp_path / "1", QUADS, None, [])
        (tmp_path / "login").write_text("user:word\n")
        servers.bring(tmp_path / "1", QUADS, None, [])
        assert one.headers[-1]["Authorization"] == "Basic dXNlcjp3b3Jk"
