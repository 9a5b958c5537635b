"""`hrcr evidence check` as an operator runs it."""

from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from rdflib import Graph

from registry.adapters.release_directories import ReleaseDirectories
from registry.adapters.sql_link_visits import SqlLinkVisits
from registry.cli import main
from registry.fold import fold
from registry.ledger_wiring import open_ledger
from registry.loading import artefacts
from registry.model import DraftedEvent
from registry.namespaces import ROOT
from registry.recording import as_events
from registry.settings import Settings

pytestmark = pytest.mark.slow


def test_without_a_release_it_says_what_to_do(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["evidence", "check", "--home", str(tmp_path)])
    assert result.exit_code == 2
    assert "hrcr publish" in result.output


def test_it_tells_how_many_addresses_stand_how_and_is_refused_while_another_runs(tmp_path: Path) -> None:
    """The one address is private, so that nothing is asked."""
    settings = Settings(home=tmp_path)
    turtle = f"""@prefix hrc: <https://w3id.org/hrcr/def#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
    <{ROOT}id/city/oderau#minutes> a hrc:Evidence ; dcat:accessURL <http://127.0.0.1/minutes> ."""
    payload = artefacts().syntax.canonical(Graph().parse(data=turtle, format="turtle"))
    told = DraftedEvent(
        case="profile/oderau", kind="profile", office="registry-steward", reason="Told.", payload=payload
    )
    with closing(open_ledger(settings, may_be_new=True)) as ledger:
        ledger.append([told])
        content = fold(as_events(ledger.read(), ledger.payload), artefacts().syntax)
    ReleaseDirectories(tmp_path).build(
        content, day=date(2026, 6, 30), standard_version="1.0.0", software_version="0.1.0"
    )
    with closing(SqlLinkVisits(tmp_path / "link-visits.sqlite")) as visits, visits.alone():
        refused = CliRunner().invoke(main, ["evidence", "check", "--home", str(tmp_path)])
    assert (refused.exit_code, "Another check" in refused.output) == (2, True)
    result = CliRunner().invoke(main, ["evidence", "check", "--home", str(tmp_path)])
    assert result.output.splitlines() == ["1 of 1 addresses visited.", "       1  unreachable", "oderau: recorded"]
