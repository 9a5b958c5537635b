"""Every form of a report says the same, in words people understand."""

import json
from datetime import date

import pytest
from rdflib import Graph

from registry.model import Report
from registry.namespaces import EARL, RDF
from registry.registry import Registry
from registry.reminders import Reminder
from registry.rendering import FORMS, criterion_text, reminder_text, render, standard_text

pytestmark = pytest.mark.slow


def test_the_text_names_levels_outcomes_and_next_steps(registry: Registry, silent: Report) -> None:
    text = render(silent, registry.standard, "text", name="nothing.ttl")
    for words in (
        "nothing.ttl",
        "below Declared",
        "Declared\n---",
        "missing",
        "Next steps",
        "1. ",
        "Clears:",
        "SHA-256",
    ):
        assert words in text
    assert max(map(len, text.splitlines())) <= 125


def test_json_has_one_entry_a_requirement(registry: Registry, silent: Report) -> None:
    told = json.loads(render(silent, registry.standard, "json", name="x"))
    assert len(told["requirements"]) == len(registry.standard.requirements)
    assert (told["level"], told["machineLevel"]) == (None, None)
    assert len(told["nextSteps"]) == 3


def test_turtle_parses_and_holds_the_assertions(registry: Registry, silent: Report) -> None:
    graph = Graph().parse(data=render(silent, registry.standard, "turtle", name="x"), format="turtle")
    assert len(set(graph.subjects(RDF.type, EARL.Assertion))) == len(registry.standard.requirements)


def test_html_is_escaped(registry: Registry, silent: Report) -> None:
    text = render(silent, registry.standard, "html", name="<script>alert(1)</script>")
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_what_a_desk_profile_does_not_show_is_never_called_missing(registry: Registry, desk: Report) -> None:
    text = render(desk, registry.standard, "text", name="york")
    words = {
        line.split("  ")[0] for line in text.splitlines() if line[:1].isalpha() and "[" in line and ": " not in line
    }
    assert {"not shown", "untested"} <= words <= {"not shown", "untested", "demonstrated"}


@pytest.mark.parametrize("form", FORMS)
def test_of_a_desk_profile_nobody_reads_a_level_or_the_word_failed(registry: Registry, desk: Report, form: str) -> None:
    text = render(desk, registry.standard, form, name="york")
    assert "failed" not in text
    assert "machine level" not in text.lower()


def test_a_criterion_is_told_whole(registry: Registry) -> None:
    text = criterion_text(registry.standard.criterion("05"), registry.standard)
    for words in ("MCS-05", "Declared (must)", "What to do:", "What proves it:", "Thresholds", "Own choice"):
        assert words in text


def test_the_list_names_every_criterion(registry: Registry) -> None:
    text = standard_text(registry.standard)
    assert all(criterion.slug in text for criterion in registry.standard.criteria)


def test_a_letter_names_each_case_and_standing_that_waits_and_nothing_else() -> None:
    found = [
        Reminder(case="oderau-1", steps=("Reply", "Withdraw"), last_day=date(2027, 3, 1), is_overdue=True),
        Reminder(case="standing/oderau", steps=("File it",), last_day=date(2027, 4, 1), is_overdue=False),
    ]
    subject, text = reminder_text(found, desk="https://registry.example/desk")
    assert subject == "Human Rights Cities Registry: 2 matters wait for you"
    assert [line for line in text.splitlines() if line][:5] == [
        "Case oderau-1: Reply, or Withdraw",
        "Last day: 2027-03-01 (it has passed)",
        "Standing of oderau: File it",
        "Last day: 2027-04-01",
        "Your desk: https://registry.example/desk",
    ]
    alone = [reminder_text([one], desk="x")[0].partition(": ")[2] for one in found]
    assert alone == ["case oderau-1, last day 2027-03-01", "standing of oderau, last day 2027-04-01"]
