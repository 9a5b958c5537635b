"""A value is read as what it can only have meant; what can mean two things is given as both, nonsense as none."""

import pytest
from rdflib import Literal, URIRef
from rdflib.term import Node

from registry.entry_plan import Field
from registry.namespaces import RDF, XSD
from registry.registry import Registry
from registry.value_readings import alike, local, readings

LANGUAGES = "http://publications.europa.eu/resource/authority/language/"
BODY_KINDS = "https://w3id.org/hrcr/vocab/body-kinds/"


def field(registry: Registry, part: str, name: str) -> Field:
    found = registry.entry_plan.parts[part].field(name)
    assert found is not None
    return found


def day(text: str) -> Literal:
    return Literal(text, datatype=XSD.date)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1.10.2023", ["2023-10-01"]),
        ("31. 12. 2023", ["2023-12-31"]),
        ("2023/10/01", ["2023-10-01"]),
        ("2023-10-01T00:00:00", ["2023-10-01"]),
        ("2023-10-01Z", ["2023-10-01"]),
        ("1 October 2023", ["2023-10-01"]),
        ("October 1, 2023", ["2023-10-01"]),
        ("31/12/2023", ["2023-12-31"]),
        ("1/10/2023", ["2023-10-01", "2023-01-10"]),
        ("October 2023", []),
        ("Monday October 2023", []),
        ("2023", []),
        ("31.2.2023", []),
        ("soon", []),
        ("1.10.23", []),
        ("9" * 5000, []),
    ],
)
def test_a_day_is_read_from_other_forms_and_both_where_there_are_two(
    registry: Registry, text: str, wanted: list[str]
) -> None:
    given = Literal(text, datatype=XSD.date, normalize=False)
    assert readings(given, field(registry, "City", "termStart")) == tuple(map(day, wanted))
    assert readings(Literal(text), field(registry, "City", "termStart")) == tuple(map(day, wanted))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("12", "12"),
        ("12.0", "12"),
        ("1 250", "1250"),
        ("1,250", None),
        ("1.250", None),
        ("3.000", None),
        ("nine", None),
        ("", None),
    ],
)
def test_a_whole_number_is_read_where_it_is_one(registry: Registry, text: str, wanted: str | None) -> None:
    found = readings(Literal(text), field(registry, "City", "departmentCount"))
    assert found == ((Literal(wanted, datatype=XSD.integer),) if wanted else ())


def test_a_decimal_comma_is_a_point_unless_it_may_part_thousands(registry: Registry) -> None:
    amount = field(registry, "BudgetLine", "amount")
    assert list(map(str, readings(Literal("12,5"), amount))) == ["12.5"]
    assert list(map(str, readings(Literal("0,125"), amount))) == ["0.125"]
    assert list(map(str, readings(Literal("1 250,500"), amount))) == ["1250.5"]
    assert readings(Literal("12,500"), amount) == readings(Literal("12.500"), amount) == ()


@pytest.mark.parametrize(
    ("term", "wanted"),
    [
        (Literal("elected council"), "elected-council"),
        (Literal("Elected Council"), "elected-council"),
        (URIRef("http://w3id.org/hrcr/vocab/body-kinds/elected-council"), "elected-council"),
        (URIRef(f"{BODY_KINDS}elected-council/"), "elected-council"),
        (URIRef(f"{BODY_KINDS}elected-councl"), "elected-council"),
        (URIRef(f"{BODY_KINDS}guild"), None),
    ],
)
def test_a_value_of_a_list_is_known_by_name_address_or_slip(registry: Registry, term: Node, wanted: str | None) -> None:
    found = readings(term, field(registry, "CompetentBody", "bodyKind"))
    assert found == ((URIRef(BODY_KINDS + wanted),) if wanted else ())


def test_a_value_as_it_should_be_has_no_other_reading(registry: Registry) -> None:
    assert readings(day("2023-10-01"), field(registry, "City", "termStart")) == ()
    assert readings(URIRef(f"{LANGUAGES}ENG"), field(registry, "City", "officialLanguage")) == ()


def test_texts_lose_what_nobody_sees_and_a_language_where_none_is_wanted(registry: Registry) -> None:
    name, identifier = field(registry, "City", "prefLabel"), field(registry, "Declaration", "actIdentifier")
    assert readings(Literal("Graz\u200b", lang="de"), name) == (Literal("Graz", lang="de"),)
    assert readings(Literal("Graz"), name) == ()
    assert readings(Literal("TC 2026/38", lang="en"), identifier) == (Literal("TC 2026/38"),)


def test_an_address_in_quotes_is_an_address_and_another_text_is_not(registry: Registry) -> None:
    page = field(registry, "City", "contactPage")
    for term in (Literal("https://city.example/"), Literal("https://city.example/", datatype=XSD.anyURI)):
        assert readings(term, page) == (URIRef("https://city.example/"),)
    assert readings(Literal("city.example"), page) == ()
    assert readings(Literal("https://city.example/a b"), page) == ()


def test_what_a_truth_value_is_written_as(registry: Registry) -> None:
    wanted = next(
        each
        for part in registry.entry_plan.parts.values()
        for each in part.fields
        if each.datatypes == frozenset({XSD.boolean})
    )
    assert readings(Literal("Yes"), wanted) == (Literal("true", datatype=XSD.boolean),)
    assert readings(Literal("perhaps"), wanted) == ()


def test_names_are_alike_by_capitals_first_and_then_by_a_slip() -> None:
    assert alike("startdate", ["startDate", "startDates"]) == ["startDate"]
    assert alike("startDaet", ["startDate", "mandate"]) == ["startDate"]
    assert alike("plan", ["act", "body"]) == []
    assert (local(RDF.type), local("https://example.org/a/")) == ("type", "a")
