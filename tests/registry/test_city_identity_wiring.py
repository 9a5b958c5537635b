"""A decision on two cities goes into the ledger and the next release; what cannot be decided is refused."""

from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from rdflib import Graph, URIRef

from registry.adapters.release_directories import ReleaseDirectories
from registry.city_identity import Decision, Evidence
from registry.city_identity_wiring import decide, recorded_decisions, review
from registry.errors import NotAdmitted
from registry.fold import fold
from registry.ledger_wiring import open_ledger
from registry.loading import artefacts
from registry.model import DraftedEvent
from registry.namespaces import ROOT, SKOS
from registry.recording import as_events
from registry.settings import Settings
from registry.wiring import wire

OURS, THEIRS = f"{ROOT}id/city/oderau", "https://peer.example/city/oderau"
CITY = """@prefix hrc: <https://w3id.org/hrcr/def#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<{}> a hrc:City ; skos:prefLabel "{}"@de ; hrc:country <https://w3id.org/hrcr/vocab/countries/DE> ;
    skos:exactMatch <https://sws.geonames.org/1/> ."""
DAY = date(2026, 6, 30)


def publish(settings: Settings) -> None:
    with closing(open_ledger(settings)) as ledger:
        content = fold(as_events(ledger.read(), ledger.payload), artefacts().syntax)
    ReleaseDirectories(settings.home).build(content, day=DAY, standard_version="1.0.0", software_version="0.1.0")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation that has published one invented city."""
    found = Settings(home=tmp_path / "home")
    payload = artefacts().syntax.canonical(Graph().parse(data=CITY.format(OURS, "Oderau"), format="turtle"))
    told = DraftedEvent(
        case="profile/oderau", kind="profile", office="registry-steward", reason="Told.", payload=payload
    )
    with closing(open_ledger(found, may_be_new=True)) as ledger:
        ledger.append([told])
    publish(found)
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """What somebody else says of the same city."""
    place = tmp_path / "theirs.ttl"
    place.write_text(CITY.format(THEIRS, "Stadt Oderau"), encoding="utf-8")
    return place


def decision(*, is_same: bool, **changed: str) -> Decision:
    told = {"ours": OURS, "theirs": THEIRS, "reason": "The same council."} | changed
    return Decision(ours=told["ours"], theirs=told["theirs"], is_same=is_same, reason=told["reason"])


def test_a_candidate_is_proposed_decided_and_decided_otherwise(settings: Settings, file: Path) -> None:
    (one,) = review(settings, [file])
    assert (one.evidence, one.rests_on, one.decision) == (Evidence.IDENTIFIER, "geonames:1", None)
    assert decide(settings, decision(is_same=True)) == 2
    assert review(settings, [file])[0].decision == decision(is_same=True)
    assert decide(settings, decision(is_same=False, reason="Two towns.")) == 3
    assert recorded_decisions(settings) == [decision(is_same=False, reason="Two towns.")]


def test_the_next_release_says_what_was_decided_last_and_the_ledger_holds(settings: Settings) -> None:
    same = (URIRef(OURS), SKOS.exactMatch, URIRef(THEIRS))
    assert same not in wire(settings).current().reader.graph(None)
    decide(settings, decision(is_same=True))
    publish(settings)
    assert same in wire(settings).current().reader.graph(None)
    decide(settings, decision(is_same=False))
    publish(settings)
    assert same not in wire(settings).current().reader.graph(None)


@pytest.mark.parametrize(
    "changed",
    [
        {"ours": f"{ROOT}id/city/nowhere"},
        {"theirs": OURS},
        {"theirs": "javascript:alert(1)"},
        {"theirs": "oderau"},
        {"reason": " "},
        {"reason": "x" * 1_001},
    ],
)
def test_what_cannot_be_decided_is_refused_and_recorded_nowhere(settings: Settings, changed: dict[str, str]) -> None:
    with pytest.raises(NotAdmitted):
        decide(settings, decision(is_same=True, **changed))
    assert recorded_decisions(settings) == []
