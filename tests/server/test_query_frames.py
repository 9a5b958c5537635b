"""A question reaches a worker whole, and what a worker says becomes an answer or its error."""

import json

import pytest

from registry.errors import AnswerTooLarge, MemoryLimitPassed, QueryError, StoreError, TimeLimitPassed
from registry.namespaces import PREFIXES
from registry.store_errors import ReleaseNotInStore, StoreAnswerRefused, StoreUnavailable
from server.query_frames import Question, answer_of


def test_a_question_is_sent_with_its_graphs_and_bounds() -> None:
    sent = json.loads(Question(text="ASK {}", media_type="text/csv", default_graphs=("urn:a",)).frame(7))
    assert sent == {
        "query": "ASK {}",
        "media_type": "text/csv",
        "default_graphs": ["urn:a"],
        "named_graphs": [],
        "prefixes": {},
        "most_bytes": 7,
    }


def test_prefixes_go_with_the_forms_that_write_them() -> None:
    written = {
        kind: json.loads(Question(text="", media_type=kind).frame(1))["prefixes"]
        for kind in ("text/turtle", "text/csv")
    }
    assert written == {"text/turtle": {prefix: str(name) for prefix, name in PREFIXES.items()}, "text/csv": {}}


def test_an_answer_is_given_as_it_is() -> None:
    assert answer_of({"status": "ok"}, b"n\r\n", 10) == b"n\r\n"


def test_a_wrong_query_is_told_with_its_place() -> None:
    with pytest.raises(QueryError, match="expected x") as caught:
        answer_of({"status": "query-error", "message": "expected x", "line": 3, "column": 4}, b"", 10)
    assert (caught.value.line, caught.value.column) == (3, 4)


def test_a_question_for_a_server_goes_plainly() -> None:
    asked = Question(text="ASK # all\nFROM <urn:a:a> { FILTER(1<2) }", media_type="text/csv")
    here, elsewhere = json.loads(asked.frame(7)), json.loads(asked.frame(7, is_elsewhere=True))
    assert elsewhere == here | {"plain": "ASK \nFROM <urn:a:a> { FILTER(1< 2) }"}
    assert "plain" not in json.loads(Question(text="ASK { 'x }", media_type="text/csv").frame(7, is_elsewhere=True))


def test_a_query_that_a_server_alone_refuses_is_not_called_wrong() -> None:
    with pytest.raises(QueryError, match=r"though it is SPARQL 1\.1") as caught:
        answer_of({"status": "query-refused", "message": "at http://127.0.0.1/"}, b"", 10)
    assert (caught.value.line, "127" in str(caught.value)) == (None, False)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("store-unavailable", StoreUnavailable),
        ("store-answer-refused", StoreAnswerRefused),
        ("time-limit-passed", TimeLimitPassed),
        ("release-not-in-store", ReleaseNotInStore),
    ],
)
def test_what_a_server_could_not_do_is_an_error_of_its_own(status: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        answer_of({"status": status, "message": "why"}, b"", 10)


@pytest.mark.parametrize(
    ("status", "error"),
    [("answer-too-large", AnswerTooLarge), ("memory-limit-passed", MemoryLimitPassed), ("store-error", StoreError)],
)
def test_what_a_worker_could_not_do_is_an_error(status: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        answer_of({"status": status, "message": "why"}, b"", 10)
