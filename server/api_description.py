"""The description of the API (OpenAPI 3.1): of its routes, its words in ``api.toml``, the problems, the profile."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from werkzeug.routing import Map

from registry import __version__
from registry.entry_json import draft_schemas
from registry.entry_plan import EntryPlan
from registry.namespaces import ROOT
from server.named_files import RDF_TYPES
from server.problems import KINDS
from server.problems import MEDIA_TYPE as PROBLEM

VERSION: Final = "1.0.0"
SCHEMAS: Final = "#/components/schemas/"

_WORDS: Final = Path(__file__).parent / "api.toml"
_EVERYWHERE: Final = ("body-too-large", "too-many-requests", "internal-error", "port-error")
_OF_TOKENS: Final = ("not-signed-in", "access-denied")
_FREE_FORM: Final = {"type": "string", "contentMediaType": "application/octet-stream"}


def describe(routes: Map, plan: EntryPlan, base: str) -> dict[str, Any]:
    """Give the document for the routes of an application and the data-entry profile in force."""
    words = _words()
    return {
        "openapi": "3.1.0",
        "info": {
            **words["info"],
            "version": VERSION,
            "x-software": __version__,
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "externalDocs": {"description": "What a complete submission holds", "url": f"{base}profile"},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": _paths(routes, words),
        "components": {
            "schemas": {**words["schemas"], **draft_schemas(plan, SCHEMAS)},
            "parameters": {
                name: {"name": name, "required": False, **described} for name, described in words["parameters"].items()
            },
            "headers": words["headers"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def operations() -> list[dict[str, Any]]:
    """Give the operations as they are worded, in order."""
    found: list[dict[str, Any]] = _words()["operations"]
    return found


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(_WORDS.read_text(encoding="utf-8"))


def _paths(routes: Map, words: Mapping[str, Any]) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for operation in words["operations"]:
        rule = next(iter(routes.iter_rules(operation["endpoint"])))
        path = re.sub(r"<(?:[a-z]+:)?(\w+)>", r"{\1}", rule.rule)
        paths.setdefault(path, {})[operation["method"].lower()] = _operation(operation, sorted(rule.arguments))
    return paths


def _operation(operation: Mapping[str, Any], arguments: list[str]) -> dict[str, Any]:
    named = [{"$ref": f"#/components/parameters/{name}"} for name in operation.get("parameters", ())]
    in_path = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in arguments]
    described: dict[str, Any] = {
        "operationId": operation["endpoint"].rsplit(".", 1)[1],
        "summary": operation["summary"],
        "description": operation.get("description", f"{operation['summary']}."),
        "parameters": in_path + named,
        "responses": dict(_answers(operation)),
    }
    if operation.get("is_public"):
        described["security"] = []
    if operation.get("takes") == "file":
        content: dict[str, Any] = {"application/octet-stream": {"schema": _FREE_FORM}}
        described["requestBody"] = {"required": True, "content": content}
    elif "takes" in operation:
        content = {media_type: {"schema": _FREE_FORM} for media_type in RDF_TYPES}
        entry = {"application/json": {"schema": {"$ref": f"{SCHEMAS}Entry"}}}
        described["requestBody"] = {"required": operation["takes"] == "required", "content": {**entry, **content}}
    return described


def _answers(operation: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in operation.get("headers", ())}
    for status, schema in operation["answers"].items():
        answer: dict[str, Any] = {"description": "Done." if not schema else f"{operation['summary']}: {schema}."}
        if schema:
            forms = {form: {"schema": _FREE_FORM} for form in operation.get("forms", ())}
            answer["content"] = {"application/json": {"schema": {"$ref": f"{SCHEMAS}{schema}"}}, **forms}
        if operation.get("gives_file"):
            answer = {"description": f"{operation['summary']}: the file.", "content": {"*/*": {"schema": _FREE_FORM}}}
        yield status, answer | ({"headers": headers} if headers else {})
    codes = {*operation.get("problems", ()), *_EVERYWHERE, *(() if operation.get("is_public") else _OF_TOKENS)}
    kinds = sorted((KINDS[code] for code in codes), key=lambda kind: (kind.status, kind.code))
    for status, found in groupby(kinds, key=lambda kind: kind.status):
        same = list(found)
        yield (
            str(status),
            {
                "description": "; ".join(kind.title for kind in same) + ".",
                "content": {PROBLEM: {"schema": {"$ref": f"{SCHEMAS}Problem"}}},
                "x-problems": [f"{ROOT}problem/{kind.code}" for kind in same],
            },
        )
