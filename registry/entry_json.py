"""An entry as programs send it: read from JSON with every fault of form at its place (RFC 6901); pure."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from registry.api_errors import EntryMalformed
from registry.entry import ADDRESS_OF_CITY, CITY, Entry, Fault, Link, Place, Record, Text, Value
from registry.entry_plan import EntryPlan, PartPlan
from registry.entry_schema import entry_schema

MOST_VALUES: Final = 20_000
"""The largest entry that is read."""

_LOOSE: Final = frozenset({"pattern", "minItems", "maxItems"})

Faults = list[tuple[str, str]]


def read_entry(raw: bytes, plan: EntryPlan) -> Entry:
    """Read an entry; raise EntryMalformed, with each place, when it has not the form of the draft schema.

    What is typed into the fields may be wrong or missing: that is for ``write`` and the judges to say.
    """
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError) as fault:
        raise EntryMalformed(f"The body is not JSON: {fault}.", places=(("", "Send JSON in UTF-8."),)) from fault
    faults: Faults = []
    entry = _entry(document, plan, faults)
    if faults:
        first = f"{faults[0][0] or 'The whole'}: {faults[0][1]}"
        raise EntryMalformed(f"The entry has not its form at {len(faults)} places. {first}", places=tuple(faults))
    return entry


def pointer_of(place: Place) -> str:
    """Give a place of an entry as a JSON Pointer into it."""
    if place.field == ADDRESS_OF_CITY:
        return "/city"
    steps = ["parts", place.key]
    if place.field:
        steps += ["values", place.field]
    if place.number:
        steps.append(str(place.number - 1))
    return "".join(f"/{_escaped(step)}" for step in steps)


def told(faults: tuple[Fault, ...]) -> list[dict[str, str]]:
    """Give faults as programs read them: where, and what."""
    return [{"pointer": pointer_of(fault.place), "detail": fault.sentence} for fault in faults]


def draft_schemas(plan: EntryPlan, refer: str) -> dict[str, Any]:
    """Describe an entry that may still be incomplete: a JSON Schema by name, ``Entry`` the whole.

    ``refer`` is what references begin with. Wherever ``entry_schema`` wants a form, any text is let in.
    """
    whole = entry_schema(plan)
    schemas = {f"Entry-{name}": _loosened(part, refer) for name, part in whole["$defs"].items()}
    kept = {name: _loosened(value, refer) for name, value in whole.items() if not name.startswith("$")}
    others = [{"$ref": f"{refer}Entry-{part.name}"} for part in plan.parts.values() if not part.is_city]
    kept["properties"]["parts"]["additionalProperties"] = {"anyOf": others}
    return {"Entry": {**kept, "additionalProperties": False}, **schemas}


def _loosened(value: Any, refer: str) -> Any:
    if isinstance(value, list):
        return [_loosened(each, refer) for each in value]
    if not isinstance(value, dict):
        return value
    loose = {name: _loosened(each, refer) for name, each in value.items() if name not in _LOOSE}
    if "$ref" in loose:
        loose["$ref"] = f"{refer}Entry-{loose['$ref'].rsplit('/', 1)[1]}"
    if loose.get("type") == "string" and "anyOf" in loose:
        loose["examples"] = [option["const"] for option in loose.pop("anyOf") if "const" in option][:50]
    if "text" in loose.get("required", ()):
        loose["required"] = ["text"]
    if loose.get("type") == "object" and loose.get("required") in (["text"], ["part"]):
        loose["additionalProperties"] = False
    elif loose.get("additionalProperties") is False:
        loose.pop("required", None)
    return loose


def _entry(document: Any, plan: EntryPlan, faults: Faults) -> Entry:
    if not isinstance(document, dict):
        faults.append(("", "Send an object with the members city and parts."))
        return Entry("", {})
    strange = document.keys() - {"city", "parts"}
    faults.extend((f"/{_escaped(name)}", "An entry has no such member; it has city and parts.") for name in strange)
    city, parts = document.get("city"), document.get("parts")
    _demand_text(city, "/city", faults)
    if not isinstance(parts, dict) or CITY not in parts:
        faults.append(("/parts", "Give every part by its key, the city itself under the empty key."))
        return Entry("", {})
    if _count(parts) > MOST_VALUES:
        faults.append(("/parts", f"There are more than {MOST_VALUES:,} values; say less."))
        return Entry("", {})
    records = {}
    for key, part in parts.items():
        _demand_text(key, f"/parts/{_escaped(key)}", faults)
        records[key] = _record(key, part, plan, faults)
    return Entry(str(city), records)


def _record(key: str, part: Any, plan: EntryPlan, faults: Faults) -> Record:
    here = f"/parts/{_escaped(key)}"
    found = plan.parts.get(part["kind"]) if isinstance(part, dict) and isinstance(part.get("kind"), str) else None
    if found is None or found.is_city != (key == CITY):
        kinds = (
            plan.city.name if key == CITY else ", ".join(each.name for each in plan.parts.values() if not each.is_city)
        )
        faults.append((f"{here}/kind", f"The kind of this part must be one of these: {kinds}."))
        return Record("")
    values = part.get("values")
    if not isinstance(values, dict):
        faults.append((f"{here}/values", "Give the values by the name of their field."))
        return Record(found.name)
    return Record(found.name, {name: given for name, given in _fields(here, found, values, faults) if given})


def _fields(
    here: str, part: PartPlan, values: Mapping[str, Any], faults: Faults
) -> Iterator[tuple[str, tuple[Value, ...]]]:
    for name, given in values.items():
        place = f"{here}/values/{_escaped(name)}"
        if part.field(name) is None:
            faults.append((place, f"There is no such field in {part.label}."))
        elif not isinstance(given, list):
            faults.append((place, "Give the values of a field as a list."))
        else:
            found = [_value(each, f"{place}/{number}", faults) for number, each in enumerate(given)]
            yield name, tuple(value for value in found if value is not None)


def _value(given: Any, place: str, faults: Faults) -> Value | None:
    members = set(given) if isinstance(given, dict) else set()
    if members == {"part"} and _demand_text(given["part"], f"{place}/part", faults):
        return Link(given["part"])
    if "text" in members and members <= {"text", "language"}:
        language = given.get("language", "")
        is_text = _demand_text(given["text"], f"{place}/text", faults)
        return (
            Text(given["text"], language) if _demand_text(language, f"{place}/language", faults) and is_text else None
        )
    if members != {"part"}:
        faults.append((place, "A value is an object with text and perhaps language, or with the key of a part."))
    return None


def _demand_text(given: Any, place: str, faults: Faults) -> bool:
    is_text = isinstance(given, str) and "\x00" not in given and not any("\ud800" <= sign <= "\udfff" for sign in given)
    if not is_text:
        faults.append((place, "This must be a text, without NUL or half a character."))
    return is_text


def _count(parts: Mapping[str, Any]) -> int:
    values = [part.get("values") for part in parts.values() if isinstance(part, dict)]
    lists = [given for found in values if isinstance(found, dict) for given in found.values()]
    return len(parts) + sum(len(given) if isinstance(given, list) else 1 for given in lists)


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
