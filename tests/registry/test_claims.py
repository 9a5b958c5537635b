"""The claims of a submission in plain words: every part once, under the criteria that its answers serve."""

from pathlib import Path

import pytest

from registry.claims import Claim, by_criterion, claims_of, countries_of
from registry.entry import Text, empty_entry
from registry.registry import Examination, Registry

FILE = Path(__file__).parents[2] / "data" / "examples" / "committed.ttl"
CITY = "https://example.org/id/city/karthold"


@pytest.fixture(scope="module")
def claims(registry: Registry) -> tuple[Claim, ...]:
    entry = registry.open_entry(Examination(raw=FILE.read_bytes(), name="committed.ttl"))
    return claims_of(entry, registry.entry_plan)


def test_each_part_of_the_submission_is_one_claim_with_its_own_iri(claims: tuple[Claim, ...]) -> None:
    iris = [claim.iri for claim in claims]
    assert iris[0] == CITY
    assert f"{CITY}#declaration" in iris
    assert len(iris) == len(set(iris))
    assert len(iris) > 30


def test_the_countries_of_a_city_are_those_it_names(registry: Registry) -> None:
    entry = registry.open_entry(Examination(raw=FILE.read_bytes(), name="committed.ttl"))
    assert countries_of(entry) == {"XA"}
    assert countries_of(empty_entry(registry.entry_plan)) == frozenset()


def test_answers_are_in_plain_words(claims: tuple[Claim, ...]) -> None:
    declaration = next(claim for claim in claims if claim.iri == f"{CITY}#declaration")
    assert (declaration.kind, declaration.title) == ("Declaration", "Karthold commits itself to human rights")
    said = {answer.question: answer.values for answer in declaration.answers}
    values = [value for values in said.values() for value in values]
    assert Text("Universal Declaration of Human Rights") in values
    assert Text("Karthold commits itself to human rights", "en") in values
    assert Text("Municipal Council of Karthold") in values
    assert not [value for value in values if value.text.startswith("https://w3id.org/hrcr/vocab/")]


def test_every_claim_with_answers_that_serve_stands_under_its_criteria(
    claims: tuple[Claim, ...], registry: Registry
) -> None:
    arranged = by_criterion(claims, registry.standard)
    assert [found.iri for found in arranged] == [str(criterion.iri) for criterion in registry.standard.criteria]
    shown = {claim.iri for found in arranged for claim in found.claims}
    serving = {claim.iri for claim in claims if any(answer.serves for answer in claim.answers)}
    assert shown == serving
    assert len(serving) > 20
