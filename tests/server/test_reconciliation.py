"""The reconciliation service as a client sees it: every answer has the form that the specification gives it."""

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

TYPE: Final = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
}
NAMED: Final = {**TYPE, "properties": {**TYPE["properties"], "description": {"type": "string"}}}
PLACE: Final = {
    "type": "object",
    "required": ["service_url", "service_path"],
    "properties": {"service_url": {"pattern": "^https?://[^/]+$"}, "service_path": {"pattern": "^/"}},
}
TEMPLATE: Final = {"type": "string", "pattern": r"^https?://.*\{\{id\}\}"}
MANIFEST: Final = {
    "type": "object",
    "required": ["versions", "name", "identifierSpace", "schemaSpace", "view"],
    "properties": {
        "versions": {"const": ["0.2"]},
        "name": {"type": "string"},
        "identifierSpace": {"type": "string", "pattern": "^https?://"},
        "schemaSpace": {"type": "string", "pattern": "^https?://"},
        "documentation": {"type": "string", "pattern": "^https?://"},
        "serviceVersion": {"type": "string"},
        "defaultTypes": {"type": "array", "items": TYPE, "uniqueItems": True},
        "view": {"type": "object", "required": ["url"], "properties": {"url": TEMPLATE}},
        "preview": {
            "type": "object",
            "required": ["url", "width", "height"],
            "properties": {"url": TEMPLATE, "width": {"type": "integer"}, "height": {"type": "integer"}},
        },
        "suggest": {
            "properties": dict.fromkeys(("entity", "type", "property"), PLACE),
            "additionalProperties": False,
        },
        "extend": {"properties": {"propose_properties": PLACE, "property_settings": {"type": "array"}}},
    },
    "additionalProperties": False,
}
RESULT: Final = {
    "type": "object",
    "required": ["result"],
    "additionalProperties": False,
    "properties": {
        "result": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "name", "score", "match", "type", "features"],
                "additionalProperties": False,
                "properties": {
                    **NAMED["properties"],
                    "score": {"type": "number", "minimum": 0, "maximum": 100},
                    "match": {"type": "boolean"},
                    "type": {"type": "array", "items": TYPE},
                    "features": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["id", "value"],
                            "properties": {"id": {"type": "string"}, "value": {"type": ["boolean", "number"]}},
                        },
                    },
                },
            },
        }
    },
}
BATCH: Final = {"type": "object", "additionalProperties": RESULT}
CELL: Final = {
    "oneOf": [
        {**NAMED, "additionalProperties": False},
        {
            "type": "object",
            "required": ["str"],
            "properties": {"str": {"type": "string"}},
            "additionalProperties": False,
        },
        {
            "type": "object",
            "required": ["date"],
            "properties": {"date": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}},
            "additionalProperties": False,
        },
    ]
}
EXTENSION: Final = {
    "type": "object",
    "required": ["rows", "meta"],
    "properties": {
        "meta": {"type": "array", "items": TYPE},
        "rows": {
            "type": "object",
            "additionalProperties": {"type": "object", "additionalProperties": {"type": "array", "items": CELL}},
        },
    },
}
SUGGESTED: Final = {
    "type": "object",
    "required": ["result"],
    "properties": {
        "result": {
            "type": "array",
            "items": {**NAMED, "properties": {**NAMED["properties"], "notable": {"type": "array", "items": TYPE}}},
        }
    },
}
ASKED: Final = {
    "q0": {"query": "Ellernmoor", "type": "City", "limit": 3},
    "q1": {"query": "Universal Declaration", "type": "RightsInstrument"},
    "q2": {"query": "Grazz", "properties": [{"pid": "country", "v": "Austria"}]},
    "q3": {"query": "nothing like it at all 12345"},
}


def told(answer: Any, schema: Mapping[str, Any]) -> Any:
    """Give the JSON of an answer, which has the form."""
    assert (answer.status_code, answer.mimetype) == (200, "application/json"), answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    document = answer.get_json()
    Draft202012Validator(schema).validate(document)
    return document


def test_the_manifest_names_places_that_are_there(client: FlaskClient) -> None:
    manifest = told(client.get("/reconcile"), MANIFEST)
    view = manifest["view"]["url"].replace("{{id}}", quote("id/city/aldermoor", safe=""))
    preview = manifest["preview"]["url"].replace("{{id}}", quote("id/city/aldermoor", safe=""))
    assert client.get(view).headers["Location"].endswith("/doc/city/aldermoor")
    assert client.get(preview).status_code == 200
    for place in manifest["suggest"].values():
        told(client.get(place["service_path"], query_string={"prefix": "c"}), SUGGESTED)
    assert client.get(manifest["extend"]["propose_properties"]["service_path"]).status_code == 200
    assert manifest["identifierSpace"] + "id/city/aldermoor" == "https://w3id.org/hrcr/id/city/aldermoor"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_batch_is_answered_by_its_keys(client: FlaskClient, method: str) -> None:
    sent = {"queries": json.dumps(ASKED)}
    answer = client.get("/reconcile", query_string=sent) if method == "GET" else client.post("/reconcile", data=sent)
    found = told(answer, BATCH)
    assert list(found) == list(ASKED)
    first = found["q0"]["result"][0]
    assert (first["id"], first["match"], first["score"]) == ("id/city/aldermoor", True, 100.0)
    assert [each["type"][0]["id"] for each in found["q1"]["result"]] == ["RightsInstrument"] * len(
        found["q1"]["result"]
    )
    near = found["q2"]["result"][0]
    assert (near["id"], near["match"]) == ("id/city/graz", False)
    assert {"id": "property_country", "value": 1.0} in near["features"]
    assert found["q3"]["result"] == []


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("query", ["Aldermoor", '{"query": "Aldermoor"}'])
def test_one_query_is_answered_alone(client: FlaskClient, method: str, query: str) -> None:
    sent = {"query": query}
    answer = client.get("/reconcile", query_string=sent) if method == "GET" else client.post("/reconcile", data=sent)
    assert told(answer, RESULT)["result"][0]["match"] is True


def test_values_are_given_by_item_and_property(client: FlaskClient) -> None:
    wanted = {
        "ids": ["id/city/graz", "vocab/instruments/universal-declaration-of-human-rights", "id/city/nowhere"],
        "properties": [{"id": "country"}, {"id": "geonames"}, {"id": "issued"}],
    }
    found = told(client.post("/reconcile", data={"extend": json.dumps(wanted)}), EXTENSION)
    assert [one["id"] for one in found["meta"]] == ["country", "geonames", "issued"]
    rows = found["rows"]
    assert rows["id/city/graz"]["country"] == [{"id": "vocab/countries/AT", "name": "Austria"}]
    assert rows["id/city/graz"]["geonames"] == [{"str": "https://sws.geonames.org/2778067/"}]
    assert rows[wanted["ids"][1]]["issued"] == [{"date": "1948-12-10T00:00:00Z"}]
    assert rows["id/city/nowhere"] == {"country": [], "geonames": [], "issued": []}


def test_suggestions_are_of_the_type_asked_for(client: FlaskClient) -> None:
    cities = told(client.get("/reconcile/suggest/entity?prefix=el&type=City"), SUGGESTED)["result"]
    assert [(one["id"], one["name"], one["description"]) for one in cities] == [
        ("id/city/aldermoor", "Aldermoor", "Germany")
    ]
    assert told(client.get("/reconcile/suggest/entity?prefix=right&cursor=9000"), SUGGESTED)["result"] == []
    kinds = told(client.get("/reconcile/suggest/type?prefix=right"), SUGGESTED)["result"]
    assert {one["id"] for one in kinds} == {"RightsInstrument", "Right"}
    wikidata = told(client.get("/reconcile/suggest/property?prefix=wiki"), SUGGESTED)["result"]
    assert [one["id"] for one in wikidata] == ["wikidata"]


def test_properties_are_proposed_by_type(client: FlaskClient) -> None:
    found = client.get("/reconcile/properties?type=Right&limit=5").get_json()
    assert found == {"limit": 1, "properties": [{"id": "rightsGroup", "name": "Group of rights"}], "type": "Right"}


def test_a_preview_may_stand_in_a_frame_and_runs_nothing(client: FlaskClient) -> None:
    page = client.get("/reconcile/preview?id=id/city/aldermoor")
    assert "Ellernmoor" in page.text
    assert "frame-ancestors *" in page.headers["Content-Security-Policy"]
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert client.get("/doc/city/aldermoor").headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/reconcile?queries=[]", 400),
        ("/reconcile?queries={}&extend={}", 400),
        ("/reconcile/suggest/entity?prefix=", 400),
        ("/reconcile/suggest/entity?prefix=a&type=Dog", 400),
        ("/reconcile/suggest/entity?prefix=a&cursor=-1", 400),
        ("/reconcile/suggest/mayor?prefix=a", 404),
        ("/reconcile/preview?id=nothing", 404),
        ("/reconcile/properties?type=Dog", 400),
    ],
)
def test_what_cannot_be_answered_is_refused_as_a_problem(client: FlaskClient, address: str, status: int) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.get_json()["detail"].endswith(".")


def test_a_post_without_a_question_and_a_large_one_are_refused(client: FlaskClient) -> None:
    assert client.post("/reconcile", data={}).status_code == 400
    assert client.post("/reconcile", data={"queries": "x" * 300_000}).status_code == 413
