"""Derived values come from a table that is data, by whole calendar months and days."""

from datetime import date

import pytest
from rdflib import Graph

from registry.derivation import derive, read_derived_values

PREFIXES = """@prefix hrc: <https://w3id.org/hrcr/def#> . @prefix ex: <https://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
AT = date(2026, 6, 30)


def graph(turtle: str) -> Graph:
    return Graph().parse(data=PREFIXES + turtle, format="turtle")


def derived(table: str, data: str) -> Graph:
    return derive(read_derived_values(graph(table)), graph(data), at=AT)


def offset(
    *, months: int = 0, days: int = 0, on: str = "", order: int = 1, source: str = "ex:a", target: str = "ex:b"
) -> str:
    klass = f"hrc:onClass {on} ; " if on else ""
    return (
        f"ex:row{order} a hrc:Offset ; hrc:order {order} ; {klass}hrc:fromProperty {source} ; "
        f"hrc:months {months} ; hrc:days {days} ; hrc:toProperty {target} .\n"
    )


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-06-30", -12, "2025-06-30"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2025-12-31", -12, "2024-12-31"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-08-31", -6, "2026-02-28"),
        ("2023-02-28", 12, "2024-02-28"),
    ],
)
def test_months_keep_the_day_or_end_with_the_month(start: str, months: int, end: str) -> None:
    found = derived(offset(months=months), f'ex:x ex:a "{start}"^^xsd:date .')
    assert set(found) == set(graph(f'ex:x ex:b "{end}"^^xsd:date .'))


def test_days_are_calendar_days() -> None:
    found = derived(offset(days=90), 'ex:x ex:a "2026-01-01"^^xsd:date .')
    assert set(found) == set(graph('ex:x ex:b "2026-04-01"^^xsd:date .'))


def test_a_stated_value_is_never_replaced() -> None:
    assert not derived(offset(months=1), 'ex:x ex:a "2026-01-01"^^xsd:date ; ex:b "2030-01-01"^^xsd:date .')


def test_a_row_for_a_class_leaves_other_things_alone() -> None:
    data = 'ex:x a ex:Plan ; ex:a "2026-01-01"^^xsd:date . ex:y ex:a "2026-01-01"^^xsd:date .'
    found = derived(offset(months=1, on="ex:Plan"), data)
    assert set(found) == set(graph('ex:x ex:b "2026-02-01"^^xsd:date .'))


def test_a_row_may_build_on_an_earlier_one() -> None:
    table = offset(months=1, order=1) + offset(months=1, order=2, source="ex:b", target="ex:c")
    found = derived(table, 'ex:x ex:a "2026-01-01"^^xsd:date .')
    assert set(found) == set(graph('ex:x ex:b "2026-02-01"^^xsd:date ; ex:c "2026-03-01"^^xsd:date .'))


def test_two_dates_or_another_datatype_give_nothing() -> None:
    data = 'ex:x ex:a "2026-01-01"^^xsd:date, "2026-01-02"^^xsd:date . ex:y ex:a "2026" .'
    assert not derived(offset(months=1), data)


def test_days_between_and_elapsed_share_are_whole_numbers() -> None:
    table = """ex:d a hrc:DaysBetween ; hrc:order 1 ; hrc:fromProperty ex:a ; hrc:untilProperty ex:b ;
        hrc:toProperty ex:days .
    ex:e a hrc:ElapsedShare ; hrc:order 2 ; hrc:fromProperty ex:a ; hrc:untilProperty ex:b ;
        hrc:toProperty ex:share ."""
    data = 'ex:x ex:a "2026-01-01"^^xsd:date ; ex:b "2026-12-31"^^xsd:date .'
    assert set(derived(table, data)) == set(graph("ex:x ex:days 364 ; ex:share 49 ."))


def test_elapsed_share_stays_between_nought_and_a_hundred() -> None:
    table = """ex:e a hrc:ElapsedShare ; hrc:order 2 ; hrc:fromProperty ex:a ; hrc:untilProperty ex:b ;
        hrc:toProperty ex:share ."""
    data = """ex:past ex:a "2020-01-01"^^xsd:date ; ex:b "2021-01-01"^^xsd:date .
    ex:future ex:a "2030-01-01"^^xsd:date ; ex:b "2031-01-01"^^xsd:date .
    ex:never ex:a "2026-01-01"^^xsd:date ; ex:b "2026-01-01"^^xsd:date ."""
    assert set(derived(table, data)) == set(graph("ex:past ex:share 100 . ex:future ex:share 0 ."))


def test_the_graph_given_is_left_as_it_was() -> None:
    data = graph('ex:x ex:a "2026-01-01"^^xsd:date .')
    derive(read_derived_values(graph(offset(months=1))), data, at=AT)
    assert len(data) == 1
