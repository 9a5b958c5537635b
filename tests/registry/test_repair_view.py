"""A dossier is seen as it would be after a repair."""

from datetime import date

from rdflib import Literal, URIRef

from registry.mending import Repair
from registry.namespaces import DCT, HRC, SH
from registry.registry import Registry
from registry.repair_edits import NOTHING, asking, putting, taking
from registry.repair_view import Day
from tests.registry.mended import AT, view


def test_a_path_is_followed_through_what_is_put_in_and_not_through_what_is_taken_out(registry: Registry) -> None:
    seen, shapes = view(registry, "committed"), registry.artefacts.judging_shapes
    (path,) = {
        shapes.value(shape, SH.path) for shape in shapes.subjects(SH.name, Literal("Number of commitments", lang="en"))
    }
    assert path is not None
    found = seen.values(seen.assessment, path, NOTHING)
    assert len(found) >= 5
    (plan,) = seen.objects(seen.city, HRC.currentPlan, NOTHING)
    fewer = taking(NOTHING, (plan, HRC.commitment, found[0]))
    more = putting(fewer, (plan, HRC.commitment, URIRef(f"{seen.city}#another")))
    assert len(seen.values(seen.assessment, path, fewer)) == len(found) - 1
    assert len(seen.values(seen.assessment, path, more)) == len(found)


def test_days_follow_from_what_is_stated_asked_or_fixed(registry: Registry) -> None:
    seen = view(registry, "committed")
    (plan,) = seen.objects(seen.city, HRC.currentPlan, NOTHING)
    (end,) = seen.objects(plan, HRC.endDate, NOTHING)
    (due,) = seen.days(plan, HRC.dueLimit, NOTHING)
    stated = date.fromisoformat(str(end))
    assert due.value(AT) == stated.replace(year=stated.year + 1)
    (fixed,) = seen.days(plan, HRC.cutoff12m, NOTHING)
    assert (fixed.value(AT), fixed.source) == (AT.replace(year=AT.year - 1), None)
    field = seen.field(plan, HRC.endDate, NOTHING)
    assert field is not None
    repair, name = asking(taking(NOTHING, (plan, HRC.endDate, end)), plan, field)
    (asked,) = seen.days(plan, HRC.dueLimit, repair)
    assert (asked.first, asked.value(AT)) == (name, None)


def test_the_first_day_from_which_a_day_follows_is_found_at_ends_of_months(registry: Registry) -> None:
    year = next(row.compute for row in registry.artefacts.derived_values if row.to_property == HRC.endPlus12m)
    day = Day(date(2024, 2, 29), None, (year,))
    assert day.value(AT) == date(2025, 2, 28)
    assert day.latest_first(date(2025, 2, 28), AT) == date(2024, 2, 29)
    assert day.earliest_first(date(2025, 2, 28), AT) <= date(2024, 2, 29)


def test_only_the_city_s_own_things_have_fields(registry: Registry) -> None:
    seen = view(registry, "committed")
    assert seen.field(seen.city, HRC.currentPlan, NOTHING) is not None
    assert seen.field(seen.assessment, HRC.assesses, NOTHING) is None
    assert seen.sources(seen.city, HRC.referenceDate, NOTHING) == []
    (plan,) = seen.objects(seen.city, HRC.currentPlan, NOTHING)
    assert seen.sources(plan, HRC.latest, NOTHING)[0] == DCT.issued
    assert seen.described(("ActionPlan",), Repair())
