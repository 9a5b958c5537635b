"""Anybody can have the export of a closed case, and nothing of any other."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.adapters.ed25519_key import Ed25519Key, is_signed
from registry.case_export_verification import verify_case_export
from registry.ledger_wiring import LEDGER_KEY
from registry.verification import Kind
from tests.registry.playing import CITY, OFFICER, law, order


@pytest.fixture
def case(app: Flask) -> Iterator[str]:
    """A case that was opened, and is not closed yet."""
    work = app.extensions["casework"]()
    (receipt,) = work.open(order("open", city=CITY), OFFICER)
    name: str = receipt.event.envelope.case
    yield name.removeprefix("case/")
    if name not in work.closed():
        work.act(name, order("withdraw"), OFFICER)


def test_a_closed_case_can_be_had_and_checked(app: Flask, client: FlaskClient, case: str) -> None:
    assert client.get(f"/cases/{case}/export").status_code == 404
    app.extensions["casework"]().act(f"case/{case}", order("withdraw"), OFFICER)
    answer = client.get(f"/cases/{case}/export")
    assert (answer.status_code, answer.content_type) == (200, "application/jsonl")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{case}.jsonl"'
    key = Ed25519Key(app.extensions["settings"].home / LEDGER_KEY).public_key
    lines = answer.data.splitlines(keepends=True)
    checks = verify_case_export(lines, keys=[key], is_signed=is_signed, law=law())
    assert [check.message for check in checks if check.kind is Kind.BROKEN] == []
    assert any("kept the law" in check.message for check in checks if check.kind is Kind.HOLDS)


def test_an_open_case_is_refused_as_one_that_is_not_there(client: FlaskClient, case: str) -> None:
    found = client.get(f"/cases/{case}/export")
    guessed = client.get("/cases/nowhere-1/export")
    assert found.status_code == guessed.status_code == 404
    assert found.get_json()["type"].endswith("/unknown-case")
    assert found.text.replace(case, "nowhere-1") == guessed.text
    assert "a case can be read by everybody when it has ended" in found.text
