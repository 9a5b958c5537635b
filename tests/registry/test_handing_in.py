"""What a city hands in is judged, kept, and becomes a case; what was given back goes on in the same case."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from rdflib import Graph

from registry.adapters.sql_documents import SqlDocuments
from registry.case_errors import IllegalTransition, NotPermitted
from registry.case_wiring import handing_in
from registry.cases import Actor
from registry.errors import ProfileFault
from registry.handing_in import REPORT, SUBMISSION, HandingIn
from registry.namespaces import EARL, RDF
from registry.settings import Settings
from tests.registry.playing import STEWARD, STRANGER, order, person
from tests.registry.test_casework import Desk

pytestmark = pytest.mark.slow

FILE = Path(__file__).parents[2] / "data" / "examples" / "declared.ttl"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.ledger.close()


@pytest.fixture
def documents(tmp_path: Path) -> Iterator[SqlDocuments]:
    found = SqlDocuments(f"sqlite:///{tmp_path}/documents.sqlite")
    yield found
    found.close()


@pytest.fixture
def hand_in(desk: Desk, documents: SqlDocuments, tmp_path: Path) -> HandingIn:
    return handing_in(Settings(home=tmp_path), desk.work, documents)


@pytest.fixture
def officer() -> Actor:
    city = next(str(city) for city in Graph().parse(FILE).subjects(RDF.type, None) if "#" not in str(city))
    return person("officer", "officer", city=city)


def kinds(desk: Desk) -> list[str]:
    return [act.kind for case in desk.work.cases() for act in case.acts]


def test_a_submission_becomes_a_case_with_its_report(
    desk: Desk, documents: SqlDocuments, hand_in: HandingIn, officer: Actor
) -> None:
    raw = FILE.read_bytes()
    receipts = hand_in(raw, officer)
    assert [receipt.event.envelope.kind for receipt in receipts] == ["case-opened", "submission-received"]
    (case,) = desk.work.cases()
    assert (case.state, case.city) == ("submitted", officer.city)
    hashes = case.acts[-1].hashes
    assert (hashes[SUBMISSION], documents.read(hashes[SUBMISSION])) == (sha256(raw).hexdigest(), raw)
    said = Graph().parse(data=documents.read(hashes[REPORT]), format="nt")
    assert len(set(said.subjects(EARL.outcome, EARL.passed))) >= 5


def test_what_was_given_back_goes_on_in_the_same_case(desk: Desk, hand_in: HandingIn, officer: Actor) -> None:
    hand_in(FILE.read_bytes(), officer)
    (case,) = desk.work.cases()
    desk.work.act(case.name, order("return-to-city", hashes={}), STEWARD)
    hand_in(FILE.read_bytes() + b"\n# mended\n", officer)
    assert kinds(desk).count("case-opened") == 1
    assert kinds(desk).count("submission-received") == 2
    with pytest.raises(IllegalTransition, match="has a case that is not closed"):
        hand_in(FILE.read_bytes(), officer)


def test_what_cannot_be_judged_or_is_of_another_city_leaves_no_trace(
    desk: Desk, hand_in: HandingIn, officer: Actor
) -> None:
    with pytest.raises(NotPermitted, match="this account acts for"):
        hand_in(FILE.read_bytes(), STRANGER)
    with pytest.raises(ProfileFault):
        hand_in(f"<{officer.city}> a <https://w3id.org/hrcr/def#City> .".encode(), officer)
    assert kinds(desk) == []
