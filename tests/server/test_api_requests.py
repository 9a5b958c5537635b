"""A request with a key is worked on once; each account has its share of a minute."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from registry.errors import PortError
from server.api_requests import LONGEST_KEY, budget_of
from tests.people import Place
from tests.server.people import people_of
from tests.server.programs import Program, entry, program


@pytest.fixture(scope="module")
def here(app: Flask) -> Place:
    return people_of(app)


@pytest.fixture
def oderau(app: Flask, here: Place) -> Program:
    return program(app, here, "oderau")


def count(of: Program) -> int:
    listed = of.send("GET", "/drafts").json
    assert listed is not None
    return len(listed["drafts"])


def test_the_same_request_sent_again_is_done_once_and_answered_alike(app: Flask, here: Place) -> None:
    yarrow = program(app, here, "yarrow")
    first = yarrow.begin(Idempotency_Key='"a key"')
    again = yarrow.begin(Idempotency_Key="a key")
    assert (first.status_code, first.data) == (again.status_code, again.data)
    assert [first.headers[name] for name in ("Location", "ETag")] == [
        again.headers[name] for name in ("Location", "ETag")
    ]
    assert count(yarrow) == 1
    assert yarrow.begin(entry(termStart="2023-10-01"), Idempotency_Key="a key").status_code == 422
    assert yarrow.begin().status_code == 201
    assert count(yarrow) == 2


def test_two_at_once_with_one_key_make_one_draft(app: Flask, here: Place) -> None:
    kirnach = program(app, here, "kirnach")
    barrier = Barrier(4)

    def come(_number: int) -> int:
        barrier.wait()
        return Program(app.test_client(), kirnach.token, kirnach.account).begin(Idempotency_Key="once").status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = set(pool.map(come, range(4)))
    assert statuses <= {201, 409}
    assert 201 in statuses
    assert count(kirnach) == 1


def test_a_request_that_was_refused_can_be_mended_and_sent_with_its_key(oderau: Program) -> None:
    assert oderau.begin({"city": 7}, Idempotency_Key="mended").status_code == 422
    assert oderau.begin(Idempotency_Key="mended").status_code == 201


class Forgetful:
    """Keeps no answers: its database went away after the request was begun."""

    def begin(self, _owner: str, _key: str, _fingerprint: str) -> None:
        return None

    def keep(self, *_: object) -> None:
        raise PortError("The database went away.")

    abandon = keep


def test_what_was_done_is_told_and_a_refusal_stands_when_the_answer_cannot_be_kept(
    app: Flask, here: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(app.extensions, "kept_answers", Forgetful)
    sandby = program(app, here, "sandby")
    assert sandby.begin(Idempotency_Key="lost").status_code == 201
    assert count(sandby) == 1
    assert sandby.begin({"city": 7}, Idempotency_Key="lost").status_code == 422
    assert sum("is not kept" in message for message in caplog.messages) == 2


@pytest.mark.parametrize("key", ["", '""', "a" * (LONGEST_KEY + 1), "ä"])
def test_a_key_that_is_none_is_refused(oderau: Program, key: str) -> None:
    assert oderau.begin(Idempotency_Key=key).status_code == 400


def test_each_account_has_its_share_of_a_minute(
    app: Flask, here: Place, oderau: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "api_budget", budget_of(2))
    assert [oderau.send("GET", "/drafts").status_code for _ in range(3)] == [200, 200, 429]
    assert program(app, here, "graz").send("GET", "/drafts").status_code == 200
    refused = oderau.send("GET", "/drafts")
    assert "2 requests within a minute" in refused.text
    assert int(refused.headers["Retry-After"]) > 0
