"""A release of made-up cities holds them where the queries of the comparison look."""

from pathlib import Path

import pyoxigraph
import pytest

from tests.benchmarks.publishing import publish
from tests.benchmarks.questions import KINDS, Kind, variants

CITIES = 20


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> pyoxigraph.Store:
    release, _ = publish(tmp_path_factory.mktemp("home"), CITIES)
    return pyoxigraph.Store.read_only(str(Path(release.directory) / "store"))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_every_kind_of_query_finds_something_in_a_release_of_them(store: pyoxigraph.Store, kind: Kind) -> None:
    found = [store.query(f"{query}1000000") for query in variants(kind, CITIES, count=20)]
    assert any(len(list(rows)) > 0 for rows in found if isinstance(rows, pyoxigraph.QuerySolutions))
