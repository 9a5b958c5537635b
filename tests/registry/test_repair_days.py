"""Of two days in the wrong order, each that the city can state otherwise is asked for within its bounds."""

from datetime import date, timedelta

from rdflib import Literal

from registry.namespaces import HRC, XSD
from registry.registry import Registry
from registry.repair_days import ONE_DAY, Days
from registry.repair_edits import NOTHING, taking
from tests.registry.mended import AT, view


def test_days_in_order_need_nothing(registry: Registry) -> None:
    seen = view(registry, "committed")
    (plan,) = seen.objects(seen.city, HRC.currentPlan, NOTHING)
    days = Days(seen)
    assert days.order(plan, HRC.startDate, HRC.endDate, NOTHING, gap=ONE_DAY) == [NOTHING]


def test_either_day_may_move_and_the_bound_is_the_other(registry: Registry) -> None:
    seen = view(registry, "committed")
    (plan,) = seen.objects(seen.city, HRC.currentPlan, NOTHING)
    start, end = (seen.objects(plan, name, NOTHING)[0] for name in (HRC.startDate, HRC.endDate))
    days = Days(seen)
    later, earlier = days.order(plan, HRC.endDate, HRC.startDate, NOTHING)
    (moved,) = later.questions.values()
    assert (moved.predicate, moved.least) == (HRC.startDate, str(end))
    (moved,) = earlier.questions.values()
    assert (moved.predicate, moved.most) == (HRC.endDate, str(start))


def test_a_fixed_day_does_not_move(registry: Registry) -> None:
    seen = view(registry, "committed")
    (plan,) = seen.objects(seen.city, HRC.currentPlan, NOTHING)
    days = Days(seen)
    (only,) = days.order(plan, HRC.endDate, HRC.referenceDate, NOTHING)
    (question,) = only.questions.values()
    assert (question.predicate, question.most) == (HRC.endDate, AT.isoformat())


def test_a_gap_is_kept(registry: Registry) -> None:
    seen = view(registry, "committed")
    (plan,) = seen.objects(seen.city, HRC.currentPlan, NOTHING)
    days = Days(seen)
    start = date.fromisoformat(str(seen.objects(plan, HRC.startDate, NOTHING)[0]))
    far = days.order(plan, HRC.startDate, HRC.endDate, NOTHING, gap=timedelta(days=9999))
    assert (start + timedelta(days=9999)).isoformat() in {each.least for one in far for each in one.questions.values()}
    end = (plan, HRC.endDate, Literal(str(seen.objects(plan, HRC.endDate, NOTHING)[0]), datatype=XSD.date))
    assert days.order(plan, HRC.startDate, HRC.endDate, taking(NOTHING, end)) == [taking(NOTHING, end)]
