"""An entry in JSON is read with every fault of form at its place; what is typed wrongly is read all the same."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from registry.api_errors import EntryMalformed
from registry.entering import addressed
from registry.entry import ADDRESS_OF_CITY, CITY, Entry, Link, Place, Record, Text, write
from registry.entry_json import draft_schemas, pointer_of, read_entry, told
from registry.entry_plan import EntryPlan
from registry.entry_versions import to_json
from registry.namespaces import ROOT
from registry.settings import Settings
from registry.wiring import wire


@pytest.fixture(scope="module")
def plan() -> EntryPlan:
    return wire(Settings()).entry_plan


def entry(**values: Any) -> dict[str, Any]:
    """An entry of the city alone."""
    return {"city": "oderau", "parts": {"": {"kind": "City", "values": values}}}


def read(document: object, plan: EntryPlan) -> Entry:
    return read_entry(json.dumps(document).encode(), plan)


def test_what_was_written_is_read(plan: EntryPlan) -> None:
    said = Entry(
        "oderau",
        {
            CITY: Record("City", {"termStart": (Text("2023-10-01"),), "currentPlan": (Link("plan-1"),)}),
            "plan-1": Record("ActionPlan", {"title": (Text("Plan", "en"), Text("Plan", "de"))}),
        },
    )
    assert read_entry(to_json(said).encode(), plan) == said


def test_what_is_typed_wrongly_is_read_and_told_with_its_pointer(plan: EntryPlan) -> None:
    found = read(entry(termStart=[{"text": "next year"}]), plan)
    assert found.records[CITY].of("termStart") == (Text("next year"),)
    pointers = {each["pointer"] for each in told(write(addressed(found, ROOT), plan).faults)}
    assert "/parts//values/termStart/0" in pointers


@pytest.mark.parametrize(
    ("place", "pointer"),
    [
        (Place(CITY, ADDRESS_OF_CITY), "/city"),
        (Place("a/b~c"), "/parts/a~1b~0c"),
        (Place(CITY, "termStart"), "/parts//values/termStart"),
        (Place("plan-1", "title", 2), "/parts/plan-1/values/title/1"),
    ],
)
def test_a_place_is_a_pointer_into_the_entry(place: Place, pointer: str) -> None:
    assert pointer_of(place) == pointer


MALFORMED: dict[str, tuple[object, str]] = {
    "a list": ([], ""),
    "no city": ({"parts": entry()["parts"]}, "/city"),
    "a city that is a number": ({**entry(), "city": 7}, "/city"),
    "no parts": ({"city": "oderau"}, "/parts"),
    "no city among the parts": ({"city": "oderau", "parts": {}}, "/parts"),
    "an unknown member": ({**entry(), "level": "Leading"}, "/level"),
    "an unknown kind": ({"city": "a", "parts": {"": {"kind": "Town", "values": {}}}}, "/parts//kind"),
    "a second city": (
        {"city": "a", "parts": {**entry()["parts"], "b": {"kind": "City", "values": {}}}},
        "/parts/b/kind",
    ),
    "an unknown field": (entry(score=[{"text": "99"}]), "/parts//values/score"),
    "values that are no object": ({"city": "a", "parts": {"": {"kind": "City", "values": []}}}, "/parts//values"),
    "a value outside a list": (entry(termStart="2023-10-01"), "/parts//values/termStart"),
    "a value without text": (entry(termStart=[{"language": "en"}]), "/parts//values/termStart/0"),
    "a bare value": (entry(termStart=["2023-10-01"]), "/parts//values/termStart/0"),
    "a value of both kinds": (entry(termStart=[{"text": "a", "part": "b"}]), "/parts//values/termStart/0"),
    "a text that is a number": (entry(termStart=[{"text": 2023}]), "/parts//values/termStart/0/text"),
    "a language that is null": (
        entry(termStart=[{"text": "a", "language": None}]),
        "/parts//values/termStart/0/language",
    ),
    "a NUL": (entry(termStart=[{"text": "a\x00"}]), "/parts//values/termStart/0/text"),
    "half a character": (entry(termStart=[{"text": "\ud800"}]), "/parts//values/termStart/0/text"),
    "a key with half a character": ({"city": "a", "parts": {**entry()["parts"], "\ud800": {}}}, "/parts/\ud800"),
    "too many values": (entry(termStart=[{"text": "a"}] * 20_001), "/parts"),
}


@pytest.mark.parametrize("kind", MALFORMED)
def test_what_has_not_the_form_is_refused_at_its_place(plan: EntryPlan, kind: str) -> None:
    document, pointer = MALFORMED[kind]
    with pytest.raises(EntryMalformed, match=r"\.$") as refusal:
        read(document, plan)
    assert pointer in [found for found, _ in refusal.value.places]
    assert all(sentence.endswith(".") for _, sentence in refusal.value.places)


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b"[" * 100_000, b'{"city": }'])
def test_what_is_no_json_is_refused(plan: EntryPlan, raw: bytes) -> None:
    with pytest.raises(EntryMalformed, match="not JSON"):
        read_entry(raw, plan)


def test_the_draft_schema_admits_what_is_read_and_little_else(plan: EntryPlan) -> None:
    schemas = draft_schemas(plan, "#/$defs/")
    checker = Draft202012Validator({"$ref": "#/$defs/Entry", "$defs": schemas})
    checker.check_schema({"$defs": schemas})
    assert checker.is_valid(entry())
    assert checker.is_valid(entry(termStart=[{"text": "next year"}]))
    admitted = {kind for kind, (document, _) in MALFORMED.items() if checker.is_valid(document)}
    assert admitted == {"a NUL", "half a character", "too many values"}


def test_every_field_of_the_profile_is_in_the_draft_schema(plan: EntryPlan) -> None:
    schemas = draft_schemas(plan, "#/x/")
    for part in plan.parts.values():
        described = schemas[f"Entry-{part.name}"]["properties"]["values"]["properties"]
        assert set(described) == {field.name for field in part.fields}
