"""The plan as a JSON Schema (draft 2020-12) of entries written as JSON; pure."""

from typing import Any, Final

from registry.entry_plan import EntryPlan, Field, Kind, PartPlan
from registry.namespaces import ROOT

IRI: Final = f"{ROOT}profile/entry.schema.json"
_PATTERNS: Final = {
    Kind.DATE: r"^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$",
    Kind.INTEGER: r"^[+-]?[0-9]{1,18}$",
    Kind.DECIMAL: r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$",
    Kind.BOOLEAN: "^(true|false|yes|no)$",
    Kind.ADDRESS: r"^https?://\S+$",
}


def entry_schema(plan: EntryPlan) -> dict[str, Any]:
    """Describe an entry in JSON: the city's address, and by key every part with its kind and its values by field.

    The city itself has the empty key. A value is a text, with its language where it has one, or the key of a part.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": IRI,
        "title": "A submission, as it is entered",
        "type": "object",
        "required": ["city", "parts"],
        "properties": {
            "city": {"type": "string", "title": "Address of the city"},
            "parts": {
                "type": "object",
                "properties": {"": {"$ref": f"#/$defs/{plan.city.name}"}},
                "required": [""],
                "additionalProperties": {"anyOf": [{"$ref": f"#/$defs/{name}"} for name in plan.parts]},
            },
        },
        "$defs": {part.name: _part(part) for part in plan.parts.values()},
    }


def _part(part: PartPlan) -> dict[str, Any]:
    return {
        "title": part.label,
        "description": part.help,
        "type": "object",
        "required": ["kind", "values"],
        "properties": {
            "kind": {"const": part.name},
            "values": {
                "type": "object",
                "properties": {each.name: _field(each) for each in part.fields},
                "required": [each.name for each in part.fields if each.is_required],
                "additionalProperties": False,
            },
        },
    }


def _field(each: Field) -> dict[str, Any]:
    items = ([_text(each)] if each.is_typed else []) + ([_link(each)] if each.parts else [])
    described: dict[str, Any] = {
        "title": each.label,
        "description": each.help,
        "type": "array",
        "items": items[0] if len(items) == 1 else {"anyOf": items},
    }
    if each.example:
        described["examples"] = [[{"text": each.example}]]
    return described | ({"maxItems": 1} if each.is_single else {}) | ({"minItems": 1} if each.is_required else {})


def _text(each: Field) -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string"}
    if each.options:
        text["anyOf"] = [{"const": option.value, "title": option.label} for option in each.options] + [
            {"pattern": "^https?://"}
        ]
    elif each.kind in _PATTERNS:
        text["pattern"] = _PATTERNS[each.kind]
    in_language = each.kind is Kind.LANGUAGE_TEXT
    return {
        "type": "object",
        "required": ["text", "language"] if in_language else ["text"],
        "properties": {"text": text, "language": {"type": "string", "description": "BCP 47, such as de"}},
    }


def _link(each: Field) -> dict[str, Any]:
    kinds = ", ".join(each.parts)
    described = {"type": "string", "description": f"The key of a part of this kind: {kinds}"}
    return {"type": "object", "required": ["part"], "properties": {"part": described}}
