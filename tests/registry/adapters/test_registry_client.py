"""A token goes to the registry it was made for, over a secure connection alone, and what that says is told."""

import json
from collections.abc import Iterator

import pytest

from registry.adapters.registry_client import RegistryClient
from registry.api_errors import RegistryRefused
from tests.odd_servers import OddServer, leads_to, odd_server, sends, whole


@pytest.fixture
def server() -> Iterator[OddServer]:
    with odd_server({}) as server:
        yield server


def test_a_request_carries_the_token_and_gives_what_comes_back(server: OddServer) -> None:
    server.answers["/api/v1/drafts"] = whole(b'{"version": 1}', media_type="application/json", status="201 Created")
    found = RegistryClient(server.address("/"), "secret").post("api/v1/drafts", b"x", **{"Content-Type": "text/turtle"})
    assert found == {"version": 1}
    assert server.header("Authorization") == "Bearer secret"
    assert server.header("Content-Type") == "text/turtle"


@pytest.mark.parametrize("base", ["http://registry.example/", "ftp://registry.example/", "registry.example", ""])
def test_a_token_goes_over_a_secure_connection_alone(base: str) -> None:
    with pytest.raises(RegistryRefused, match=r"https://|another host"):
        RegistryClient(base, "secret").post("api/v1/drafts")


@pytest.mark.parametrize("path", ["https://evil.example/x", "//evil.example/x", "http://localhost:1/x"])
def test_a_token_goes_to_no_other_host_that_an_answer_names(server: OddServer, path: str) -> None:
    with pytest.raises(RegistryRefused, match=r"https://|another host"):
        RegistryClient(server.address("/"), "secret").post(path)
    assert server.asked == []


def test_what_a_registry_refuses_is_told_with_every_place(server: OddServer) -> None:
    problem = {"detail": "Mend it.", "errors": [{"pointer": "/city", "detail": "It is missing."}]}
    server.answers["/a"] = whole(json.dumps(problem).encode(), status="422 No", media_type="application/problem+json")
    with pytest.raises(RegistryRefused, match=r"Mend it\.\n- /city: It is missing\."):
        RegistryClient(server.address("/"), "secret").post("a")


@pytest.mark.parametrize(
    "answer",
    [whole(b"<p>"), whole(b"[]"), whole(b"", status="500 Oops"), sends(b"nonsense"), sends(b""), leads_to("/b")],
)
def test_what_is_no_answer_of_a_registry_is_told_as_one(server: OddServer, answer: object) -> None:
    server.answers["/a"] = answer  # type: ignore[assignment]  # an answer it is
    with pytest.raises(RegistryRefused, match=r"\.$"):
        RegistryClient(server.address("/"), "secret").post("a")
    assert len(server.asked) == 1
