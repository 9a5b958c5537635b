"""Time takes procedural steps only, each with its rule, and nothing when it is asked again."""

from registry.cases import fold_case
from registry.tick import tick
from tests.registry.playing import CITY, OFFICER, Table, law


def test_time_moves_many_cases_at_once_in_the_order_of_their_names_and_nothing_the_second_time() -> None:
    tables = [Table("case/oderau-2").called(), Table("case/oderau-1").called(), Table("case/oderau-3").accredited()]
    now = max(table.now for table in tables)
    later = Table().wait(500).now
    cases = [table.case for table in tables]
    acts = tick(law(), cases, [tables[2].standing], later)
    assert [(act.case, act.kind) for act in acts] == [
        ("case/oderau-1", "call-closed"),
        ("case/oderau-2", "call-closed"),
        ("case/oderau-3", "case-closed"),
        ("standing/oderau", "report-missed"),
    ]
    assert all(act.office == "clock" and act.account is None and act.rule for act in acts)
    assert now < later
    for table in tables:
        table.now = later
        table.tick()
        assert table.tick() == ()


def test_a_step_that_follows_at_once_is_taken_at_once() -> None:
    table = Table().filed().wait(500)
    assert [act.kind for act in table.tick()] == ["review-closed"]
    assert [act.kind for act in table.wait(31).tick()] == ["reply-ended"]


def test_time_leaves_a_draft_alone_for_ever() -> None:
    table = Table()
    table.do("open", OFFICER, city=CITY)
    assert table.wait(5000).tick() == ()


def test_that_a_step_is_overdue_is_noted_once_in_each_stay() -> None:
    table = Table().submitted()
    assert [act.kind for act in table.wait(15).tick()] == ["overdue-noted"]
    assert table.wait(15).tick() == ()
    assert fold_case(law(), table.case.acts).is_noted
