"""The schema describes what drafts are written as, field by field."""

import json
from typing import Any

from registry.entry import CITY, Entry, Link, Record, Text
from registry.entry_plan import Kind
from registry.entry_schema import entry_schema
from registry.entry_versions import to_json
from registry.registry import Registry
from tests.entries import CITY_IRI


def test_every_part_and_field_is_described(registry: Registry) -> None:
    schema, plan = entry_schema(registry.entry_plan), registry.entry_plan
    assert set(schema["$defs"]) == set(plan.parts)
    for part in plan.parts.values():
        values = schema["$defs"][part.name]["properties"]["values"]
        assert list(values["properties"]) == [field.name for field in part.fields]
        assert values["required"] == [field.name for field in part.fields if field.is_required]
        for field in part.fields:
            found = values["properties"][field.name]
            assert (found["title"], found.get("maxItems") == 1) == (field.label, field.is_single)
    assert json.loads(json.dumps(schema)) == schema


def test_every_reference_leads_to_a_part(registry: Registry) -> None:
    schema = entry_schema(registry.entry_plan)

    def references(node: Any) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if "$ref" in node else []
            return own + [found for child in node.values() for found in references(child)]
        return [found for child in node for found in references(child)] if isinstance(node, list) else []

    found = references(schema)
    assert found
    assert {reference.removeprefix("#/$defs/") for reference in found} <= set(schema["$defs"])


def test_a_draft_has_the_form_that_is_described(registry: Registry) -> None:
    entry = Entry(
        CITY_IRI,
        {
            CITY: Record("City", {"prefLabel": (Text("Oderau", "de"),), "currentPlan": (Link("p"),)}),
            "p": Record("ActionPlan", {"startDate": (Text("2026-01-01"),)}),
        },
    )
    schema, written = entry_schema(registry.entry_plan), json.loads(to_json(entry))
    assert set(written) == set(schema["required"])
    for part in written["parts"].values():
        described = schema["$defs"][part["kind"]]["properties"]["values"]["properties"]
        for name, values in part["values"].items():
            items = described[name]["items"]
            wanted = [set(each["required"]) for each in items.get("anyOf", [items])]
            assert all(any(keys <= set(value) for keys in wanted) for value in values)


def test_days_have_a_pattern_and_choices_their_names(registry: Registry) -> None:
    described = entry_schema(registry.entry_plan)["$defs"]["City"]["properties"]["values"]["properties"]
    country = described["country"]["items"]["properties"]["text"]["anyOf"]
    assert {"const": "https://w3id.org/hrcr/vocab/countries/AT", "title": "Austria"} in country
    kinds = {field.name: field.kind for field in registry.entry_plan.city.fields}
    assert kinds["termStart"] is Kind.DATE
    assert described["termStart"]["items"]["properties"]["text"]["pattern"].startswith("^[1-9]")
