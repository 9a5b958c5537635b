"""What a client of the reconciliation service asks, read from JSON: refused with a sentence where it has not its form.

Reconciliation Service API 0.2: 4.2 (queries), 6.2 (data extension).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from registry.namespaces import HRC, ROOT
from registry.reconciliation import Constraint, Question
from server.problems import Problem
from server.reconciliation_catalogue import properties, term_id, types

MOST_BYTES: Final = 256 * 1024
"""The largest request."""
MOST_QUERIES: Final = 50
"""Queries in one batch; OpenRefine sends ten at once."""
MOST_CANDIDATES: Final = 50
MOST_CHARACTERS: Final = 500
"""The longest text that is looked for."""
MOST_PROPERTIES: Final = 10
MOST_VALUES: Final = 20
"""Values that one property is compared with."""
MOST_IDS: Final = 200
"""Items whose values are given at once."""
USUAL_CANDIDATES: Final = 10

_STRICT: Final = ("any", "should", "all")


@dataclass(frozen=True, slots=True)
class Extension:
    """Whose values of which properties are wanted."""

    ids: tuple[str, ...]
    properties: tuple[str, ...]


def read_batch(text: str) -> dict[str, Question]:
    """Read a batch of queries by their keys; raises Problem (400) with what is not in its form, or too much."""
    document = _document(text, "queries")
    if len(document) > MOST_QUERIES:
        raise _wrong(f"“queries” has {len(document):,} queries; {MOST_QUERIES} may be sent at once.")
    return {key: read_query(query, f"queries.{key[:40]}") for key, query in document.items()}


def read_single(text: str) -> Question:
    """Read one query: as JSON, or as the bare name that is looked for; raises Problem (400)."""
    if text.lstrip().startswith("{"):
        return read_query(_document(text, "query"), "query")
    return Question(text=_text(text, "query"), most=USUAL_CANDIDATES)


def read_query(query: object, place: str) -> Question:
    """Read one query that stands at a place of the request; raises Problem (400)."""
    members = _members(query, place, ("query", "type", "limit", "properties", "type_strict"))
    constraints = tuple(_constraints(members.get("properties", []), f"{place}.properties"))
    text = _text(members.get("query", ""), f"{place}.query")
    if not text.strip() and not constraints:
        raise _wrong(f"“{place}” asks for nothing: “query” or “properties” is expected.")
    strict = members.get("type_strict", "any")
    if strict not in _STRICT:
        raise _wrong(f"“{place}.type_strict” must be one of {', '.join(_STRICT)}.")
    return Question(
        text=text.strip(),
        kinds=frozenset() if strict == "should" else read_types(members.get("type"), f"{place}.type"),
        constraints=constraints,
        most=_limit(members.get("limit", USUAL_CANDIDATES), f"{place}.limit"),
    )


def read_types(found: object, place: str) -> frozenset[str]:
    """Read one type, several, or none; raises Problem (400) for one that the service does not have."""
    named = [found] if isinstance(found, str) else [] if found is None else found
    if not isinstance(named, list) or not all(isinstance(one, str) for one in named):
        raise _wrong(f"“{place}” must be the identifier of a type, or a list of them.")
    known = [one.id for one in types()]
    kinds = {one.removeprefix(str(HRC)) for one in named if one}
    if not kinds <= set(known):
        wrong = ", ".join(sorted(kinds - set(known)))[:100]
        raise _wrong(f"“{place}” names {wrong}, which is no type here; the types are {', '.join(known)}.")
    return frozenset(kinds)


def read_extension(text: str) -> Extension:
    """Read whose values are wanted; raises Problem (400)."""
    members = _members(_document(text, "extend"), "extend", ("ids", "properties"))
    ids, wanted = members.get("ids"), members.get("properties")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise _wrong("“extend.ids” must be a list of identifiers.")
    if not isinstance(wanted, list) or not all(
        isinstance(one, dict) and isinstance(one.get("id"), str) for one in wanted
    ):
        raise _wrong("“extend.properties” must be a list of objects with “id”.")
    if len(ids) > MOST_IDS or len(wanted) > MOST_PROPERTIES:
        raise _wrong(f"“extend” may name {MOST_IDS} items and {MOST_PROPERTIES} properties at once.")
    names = [_property(one["id"], "extend.properties") for one in wanted]
    return Extension(tuple(dict.fromkeys(ids)), tuple(dict.fromkeys(names)))


def _constraints(found: object, place: str) -> Iterable[Constraint]:
    if not isinstance(found, list) or len(found) > MOST_PROPERTIES:
        raise _wrong(f"“{place}” must be a list of at most {MOST_PROPERTIES} properties.")
    for number, one in enumerate(found):
        here = f"{place}[{number}]"
        members = _members(one, here, ("pid", "v"))
        if not isinstance(members.get("pid"), str) or "v" not in members:
            raise _wrong(f"“{here}” must have “pid” and “v”.")
        values = members["v"] if isinstance(members["v"], list) else [members["v"]]
        if len(values) > MOST_VALUES:
            raise _wrong(f"“{here}.v” has {len(values):,} values; {MOST_VALUES} are compared.")
        wanted = tuple(filter(None, (_value(value, f"{here}.v") for value in values)))
        if wanted:
            yield Constraint(property=_property(members["pid"], here), wanted=wanted)


def _value(value: object, place: str) -> str:
    if isinstance(value, dict):
        value = value.get("id")
        if isinstance(value, str):
            return _text(value.removeprefix(ROOT), place)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | str):
        return _text(str(value), place).strip()
    raise _wrong(f"“{place}” must be a text, a number, a truth value, or an object with “id”.")


def _property(name: str, place: str) -> str:
    known = [one.id for one in properties()]
    if term_id(name) not in known:
        raise _wrong(f"“{place}” names {name[:60]}, which is no property here; the properties are {', '.join(known)}.")
    return term_id(name)


def _limit(found: object, place: str) -> int:
    if isinstance(found, bool) or not isinstance(found, int | float) or not found >= 1:
        raise _wrong(f"“{place}” must be a number from 1 on.")
    return int(min(found, MOST_CANDIDATES))


def _text(found: object, place: str) -> str:
    if not isinstance(found, str):
        raise _wrong(f"“{place}” must be a text.")
    if len(found) > MOST_CHARACTERS:
        raise _wrong(f"“{place}” has {len(found):,} characters; {MOST_CHARACTERS} are looked for at most.")
    return found


def _document(text: str, name: str) -> Mapping[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise _wrong(f"The parameter “{name}” is not JSON.") from fault
    return _members(document, name, None)


def _members(found: object, place: str, known: tuple[str, ...] | None) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise _wrong(f"“{place}” must be a JSON object.")
    unknown = [] if known is None else sorted(set(found) - set(known))
    if unknown:
        raise _wrong(f"“{place}” has the member “{unknown[0][:40]}”, which is not understood.")
    return found


def _wrong(sentence: str) -> Problem:
    return Problem("bad-request", sentence)
