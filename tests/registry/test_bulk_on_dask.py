"""On a Dask cluster of two real workers verdicts and impact are those of local processes, byte for byte."""

from dataclasses import replace
from pathlib import Path

import pytest

from registry.bulk_wiring import assess_all, try_standard
from registry.settings import Settings
from tests.registry.clusters import cluster
from tests.registry.drafts_of_standard import asks_more
from tests.registry.test_bulk_wiring import CHOICES, files, kept

__all__ = ["cluster", "files"]

pytestmark = [pytest.mark.bulk, pytest.mark.filterwarnings("default")]  # what the cluster warns of is not ours


def test_verdicts_are_the_same_bytes_as_from_this_machine(cluster: str, files: Path, tmp_path: Path) -> None:
    choices = replace(CHOICES, files=files, only=("file/*",))
    here, there = Settings(home=tmp_path / "here"), Settings(home=tmp_path / "there")
    local = assess_all(here, choices)
    remote = assess_all(there, replace(choices, dask=cluster))
    assert kept(here.home) == kept(there.home)
    assert len(kept(there.home)) == 6
    assert (remote.judged, remote.faults) == (local.judged, local.faults)


def test_the_impact_of_a_draft_is_the_same(cluster: str, files: Path, tmp_path: Path) -> None:
    choices = replace(CHOICES, files=files, only=("file/*",))
    draft = asks_more(tmp_path / "draft")
    local, _ = try_standard(Settings(home=tmp_path), draft, choices)
    remote, _ = try_standard(Settings(home=tmp_path), draft, replace(choices, dask=cluster))
    assert remote == local
    assert local.changes
