"""Programs that speak to the API: with the token of an officer, in JSON."""

import json
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registry.people import Role, Scope
from tests.people import Place
from tests.server.people import client_of, somebody

ENTRY = "application/json"
API = "/api/v1"


def entry(city: str = "oderau", **values: str) -> dict[str, Any]:
    """An entry of a city alone."""
    said = {name: [{"text": text}] for name, text in values.items()}
    return {"city": city, "parts": {"": {"kind": "City", "values": said}}}


@dataclass
class Program:
    """A client with a token."""

    client: FlaskClient
    token: str
    account: str

    def send(self, method: str, path: str, body: object = None, **headers: str) -> TestResponse:
        """Send a request; what is not bytes is sent as JSON."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        fields = {"Authorization": f"Bearer {self.token}", "Accept": "*/*", **fields}
        if body is not None and not isinstance(body, bytes):
            fields.setdefault("Content-Type", ENTRY)
            body = json.dumps(body).encode()
        return self.client.open(API + path, method=method, data=body, headers=fields)

    def begin(self, body: object = None, **headers: str) -> TestResponse:
        """Begin a draft."""
        return self.send("POST", "/drafts", entry() if body is None else body, **headers)


def program(app: Flask, here: Place, city: str, *scopes: Scope) -> Program:
    """Give a program of a new officer of a city."""
    officer = somebody(here, Role.OFFICER, city=city)
    token = here.registrar.issue(officer, "program", list(scopes or (Scope.SUBMIT, Scope.READ)), days=30).text
    return Program(client_of(app), token, officer.id)
