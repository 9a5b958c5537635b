"""Which item a name means: what is certain, what is only likely, and what a score rests on."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.reconciliation import (
    IDENTIFIER_EQUAL,
    NAME_CONTAINED,
    NAME_EQUAL,
    NAME_SIMILARITY,
    PROPERTY,
    Candidate,
    Catalogue,
    Constraint,
    Entity,
    Question,
    Value,
    folded,
    plain,
)

ROOT = "https://example.org/"


def city(slug: str, *names: str, country: str = "Nordland", wikidata: str = "") -> Entity:
    values = {"country": (Value(id=f"vocab/countries/{country}", names=(country,), kind="item"),)}
    if wikidata:
        values["wikidata"] = (Value(names=(f"http://www.wikidata.org/entity/{wikidata}",)),)
    identifier = f"id/city/{slug}"
    return Entity(id=identifier, iri=ROOT + identifier, kind="City", name=names[0], names=names, values=values)


def with_note(one: Entity, note: str) -> Entity:
    return replace(one, values={**one.values, "note": (Value(names=(note,)),)})


SOUTH = with_note(city("neuburg-south", "Neuburg", country="Sudland", wikidata="Q900003"), "über  allem")
CATALOGUE = Catalogue(
    [
        city("aldermoor", "Aldermoor", "Ellernmoor", "オルダームア", wikidata="Q900001"),
        city("neuburg-north", "Neuburg", wikidata="Q900002"),
        city("neuburg-south", "Neuburg", country="Sudland"),
        city("muehldorf", "Mühldorf", "Muhldorf am Fluss"),
        Entity(
            id="vocab/rights/water",
            iri=ROOT + "vocab/rights/water",
            kind="Right",
            name="Right to water",
            names=("Right to water",),
        ),
    ]
)


def ask(text: str = "", *constraints: tuple[str, str], kinds: tuple[str, ...] = (), most: int = 10) -> list[Candidate]:
    wanted = tuple(Constraint(property=name, wanted=(value,)) for name, value in constraints)
    return CATALOGUE.candidates(Question(text=text, kinds=frozenset(kinds), constraints=wanted, most=most))


@pytest.mark.parametrize("name", ["Aldermoor", "aldermoor", " ALDERMOOR  ", "Ellernmoor", "オルダームア"])
def test_a_name_that_one_item_has_is_certain_in_every_language(name: str) -> None:
    first = ask(name)[0]
    assert (first.entity.id, first.score, first.is_certain) == ("id/city/aldermoor", 100.0, True)
    assert first.features[NAME_EQUAL] is True


def test_a_name_that_two_items_have_is_certain_for_neither() -> None:
    found = ask("Neuburg")
    assert [(each.entity.id, each.score, each.is_certain) for each in found[:2]] == [
        ("id/city/neuburg-north", 100.0, False),
        ("id/city/neuburg-south", 100.0, False),
    ]


def test_a_property_tells_namesakes_apart_but_makes_none_certain() -> None:
    first, second = ask("Neuburg", ("country", "Sudland"))[:2]
    assert (first.entity.id, first.score, first.is_certain) == ("id/city/neuburg-south", 100.0, False)
    assert second.score < 90
    assert (first.features[PROPERTY + "country"], second.features[PROPERTY + "country"]) == (1.0, 0.0)


@pytest.mark.parametrize("name", ["Muhldorf", "Mühldorff", "Aldermor", "Moor Alder"])
def test_a_name_that_is_only_alike_is_never_certain_and_never_whole(name: str) -> None:
    found = ask(name)
    assert all(not each.is_certain and each.score <= 99 for each in found)


def test_accents_make_a_name_likely() -> None:
    first = ask("Muhldorf")[0]
    assert (first.entity.id, first.features[NAME_SIMILARITY], first.features[NAME_EQUAL]) == (
        "id/city/muehldorf",
        100,
        False,
    )


def test_a_name_within_another_counts_less_than_a_name_alike_in_whole() -> None:
    first = ask("City of Aldermoor")[0]
    assert first.features[NAME_CONTAINED] == 100
    assert first.score == 90.0


@pytest.mark.parametrize(
    "text", ["Q900001", "https://www.wikidata.org/wiki/Q900001", "id/city/aldermoor", ROOT + "id/city/aldermoor"]
)
def test_an_identifier_is_certain(text: str) -> None:
    (first,) = ask(text, most=1)
    assert (first.entity.id, first.score, first.is_certain) == ("id/city/aldermoor", 100.0, True)
    assert first.features[IDENTIFIER_EQUAL] is True


def test_an_identifier_in_a_property_is_certain_with_a_name_that_is_not_equal() -> None:
    first = ask("Aldermoor (town)", ("wikidata", "Q900001"))[0]
    assert (first.entity.id, first.score, first.is_certain) == ("id/city/aldermoor", 100.0, True)


def test_a_name_and_an_identifier_that_disagree_are_certain_of_nothing() -> None:
    found = ask("Mühldorf", ("wikidata", "Q900001"))
    assert {each.entity.id for each in found} >= {"id/city/aldermoor", "id/city/muehldorf"}
    assert not any(each.is_certain for each in found)


def test_a_property_that_contradicts_a_name_takes_the_certainty_away() -> None:
    first = ask("Aldermoor", ("country", "Sudland"))[0]
    assert (first.entity.id, first.is_certain) == ("id/city/aldermoor", False)


def test_properties_alone_find_what_has_them() -> None:
    found = ask("", ("country", "Sudland"))
    assert [each.entity.id for each in found if each.score == 100] == ["id/city/neuburg-south"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("country", " SUDLAND"),
        ("country", "Südland"),
        ("country", "vocab/countries/Sudland"),
        ("wikidata", "https://www.wikidata.org/wiki/Q900003"),
        ("wikidata", "http://www.wikidata.org/entity/q900003"),
        ("note", "Über allem"),
    ],
)
def test_a_value_is_the_same_however_it_is_written(name: str, value: str) -> None:
    found = Catalogue([SOUTH, city("aldermoor", "Aldermoor", wikidata="Q900001")]).candidates(
        Question(constraints=(Constraint(property=name, wanted=("nothing", value)),))
    )
    assert [(each.entity, each.features[PROPERTY + name]) for each in found] == [(SOUTH, 1.0)]


@pytest.mark.parametrize(("name", "value"), [("country", "Sudlande"), ("note", "uber allem"), ("standing", "Sudland")])
def test_a_value_that_is_only_alike_is_another(name: str, value: str) -> None:
    assert not Catalogue([SOUTH]).candidates(Question(constraints=(Constraint(property=name, wanted=(value,)),)))


def test_what_is_looked_for_is_read_once_and_not_once_for_each_item(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Catalogue(city(f"town-{number}", f"Town {number}", country=f"Land {number % 9}") for number in range(500))
    read: list[str] = []

    def noted(text: str) -> str:
        read.append(text)
        return plain(text)

    monkeypatch.setattr("registry.reconciliation.plain", noted)
    wanted = tuple(Constraint(property=name, wanted=("Land 1", "Land 2")) for name in ("country", "wikidata"))
    assert known.candidates(Question(constraints=wanted))
    assert set(read) - {""} == {"Land 1", "Land 2"}
    assert len(read) < 20


def test_only_what_is_of_the_kinds_asked_for_is_found() -> None:
    assert ask("Right to water", kinds=("City",)) == []
    assert ask("Right to water", kinds=("Right",))[0].is_certain


def test_no_more_are_given_than_were_asked_for_and_the_likeliest_first() -> None:
    found = ask("Neuburg", most=1)
    assert [each.entity.id for each in found] == ["id/city/neuburg-north"]


def test_what_somebody_types_is_completed_from_every_name() -> None:
    assert [each.id for each in CATALOGUE.beginning("neu")] == ["id/city/neuburg-north", "id/city/neuburg-south"]
    assert [each.id for each in CATALOGUE.beginning("ELL")] == ["id/city/aldermoor"]
    assert [each.id for each in CATALOGUE.beginning("water")] == ["vocab/rights/water"]
    assert [each.id for each in CATALOGUE.beginning("water", {"City"})] == []


def test_an_item_is_found_by_either_of_its_identifiers_and_no_name() -> None:
    assert CATALOGUE.find("id/city/aldermoor") is not None
    assert CATALOGUE.find("id/city/aldermoor") is CATALOGUE.find(ROOT + "id/city/aldermoor")
    assert CATALOGUE.find("Aldermoor") is None


@given(st.text(max_size=60))
def test_whatever_is_asked_scores_lie_between_nothing_and_whole(text: str) -> None:
    for each in CATALOGUE.candidates(Question(text=text)):
        assert 0 < each.score <= 100
        assert each.is_certain <= (each.score == 100)


@given(st.text(max_size=60))
def test_folding_twice_folds_no_further(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert plain(plain(text)) == plain(text)
