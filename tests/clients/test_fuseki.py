"""Federated queries with Apache Jena Fuseki: we ask it, it asks us, and both ways give what one store gives alone."""

import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import pyoxigraph
import pytest
from flask import Flask

from registry.federation_ports import AskLimits
from registry.federation_wiring import open_peer_endpoint
from server.budget import Budget
from server.federated_queries import Federation
from tests.clients.answers import Answer, solutions
from tests.clients.test_clients import FETCHED
from tests.server.test_federated_queries import PREFIXES, QUERIES

pytestmark = pytest.mark.clients

JSON: Final = "application/sparql-results+json"
START_SECONDS: Final = 90


@pytest.fixture(scope="module")
def fuseki(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The endpoint of a Fuseki that holds the default graph of the release."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("fuseki") / "log"
    main = ["java", "-cp", f"{FETCHED / 'fuseki'}/*", "org.apache.jena.fuseki.main.cmds.FusekiMainCmd"]
    command = [*main, "--localhost", f"--port={port}", f"--file={home / 'current' / 'hrcr.ttl'}", "/ds"]
    with log.open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said)
    endpoint = f"http://127.0.0.1:{port}/ds/query"
    try:
        until = time.monotonic() + START_SECONDS
        while not _answers(endpoint):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.3)
        yield endpoint
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def federated(app: Flask, fuseki: str) -> Iterator[Flask]:
    """The application, whose queries may ask that Fuseki."""
    place = ("127.0.0.1", int(fuseki.split(":")[2].split("/")[0]))
    ask, before = open_peer_endpoint(app.extensions["settings"], exempt={place}), app.extensions["federation"]
    app.extensions["federation"] = Federation(lambda: {fuseki: "Fuseki"}, ask, limits=AskLimits(), budget=Budget(9_999))
    yield app
    app.extensions["federation"] = before


def alone(store: pyoxigraph.Store, query: str) -> Answer:
    """What the engine says to a query without a peer."""
    found = store.query(PREFIXES + query.replace("SERVICE <PEER>", ""))
    return solutions(found.serialize(format=pyoxigraph.QueryResultsFormat.JSON), "json")  # type: ignore[union-attr,arg-type]  # no query here gives triples


@pytest.mark.parametrize("name", QUERIES)
def test_fuseki_gives_us_what_our_own_store_would(
    federated: Flask, fuseki: str, store: pyoxigraph.Store, name: str
) -> None:
    query = PREFIXES + QUERIES[name].replace("PEER", fuseki)
    found = federated.test_client().post("/sparql", data={"query": query}, headers={"Accept": JSON})
    assert found.status_code == 200, found.text
    assert fuseki in found.headers["Hrcr-Sources"]
    assert solutions(found.data, "json") == alone(store, QUERIES[name])


@pytest.mark.parametrize("name", QUERIES)
def test_we_give_fuseki_what_its_own_store_would(address: str, fuseki: str, store: pyoxigraph.Store, name: str) -> None:
    assert _asked(fuseki, PREFIXES + QUERIES[name].replace("PEER", address)) == alone(store, QUERIES[name])


def _asked(endpoint: str, query: str) -> Answer:
    request = urllib.request.Request(endpoint, data=urlencode({"query": query}).encode(), headers={"Accept": JSON})  # noqa: S310  # loopback
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310  # loopback
        return solutions(answer.read(), "json")


def _answers(endpoint: str) -> bool:
    try:
        return _asked(endpoint, "ASK {}") is True
    except OSError:
        return False
