"""The hostile requests as data, and how each is sent to a server over a socket."""

import contextlib
import http.client
import json
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

Parts = str | list["str | list[int | str]"]
"""A text, or pieces of one; a piece of a number and a text is that text so many times."""

SECONDS = 30.0
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: every status line, and all bytes."""

    statuses: list[int]
    code: str | None
    raw: bytes


@dataclass(frozen=True, slots=True)
class Hostile:
    """One request, and the answers that are right for it."""

    group: str
    name: str
    statuses: list[int]
    codes: list[str]
    method: str = "GET"
    path: Parts = ""
    query: Parts = ""
    body: Parts = ""
    raw: Parts = ""
    headers: dict[str, Parts] | None = None
    parameters: list[list[str]] | None = None
    without: list[str] | None = None
    most: int = 1
    untyped: bool = False

    @property
    def title(self) -> str:
        """Name it in a report."""
        return f"{self.group}: {self.name}"

    def send(self, port: int, canary: int) -> Answer:
        """Send it and read what comes back until the server closes or the answer is whole."""
        if self.raw:
            return _raw(port, written(self.raw).encode("latin-1"))
        path, body = written(self.path), written(self.body).encode()
        headers = {name: written(value) for name, value in (self.headers or {}).items()}
        if self.query:
            pairs = [("query", written(self.query)), *((name, value) for name, value in self.parameters or [])]
            encoded = urlencode([(name, value.replace("{canary}", str(canary))) for name, value in pairs])
            path = "/sparql" if self.method == "POST" else f"/sparql?{encoded}"
            body = encoded.encode() if self.method == "POST" else b""
            headers.setdefault("Content-Type", FORM)
        return _sent(port, self.method, path, headers, body)


def corpus() -> list[Hostile]:
    """Give every hostile request."""
    rows = json.loads((Path(__file__).parent / "requests.json").read_text(encoding="utf-8"))
    return [Hostile(**{"codes": [], **row}) for row in rows]


def written(parts: Parts) -> str:
    """Write a text out."""
    if isinstance(parts, str):
        return parts
    return "".join(piece if isinstance(piece, str) else str(piece[1]) * int(piece[0]) for piece in parts)


def _sent(port: int, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.putrequest(method, path, skip_host="Host" in headers, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        if body or method == "POST":
            connection.putheader("Content-Length", str(len(body)))
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.endheaders(body or None)  # a server that refuses the rest has answered all the same
        response = connection.getresponse()
        read = response.read()
    finally:
        connection.close()
    head = "".join(f"{name}: {value}\r\n" for name, value in response.getheaders()).encode("latin-1")
    return Answer([response.status], _code(response.getheader("Content-Type", ""), read), head + b"\r\n" + read)


def _raw(port: int, message: bytes) -> Answer:
    received = bytearray()
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
        try:
            connection.sendall(message)
            connection.settimeout(2.0)
            while part := connection.recv(65_536):
                received += part
        except (TimeoutError, BrokenPipeError, ConnectionResetError):
            pass  # what came before is the answer
    lines = [line for line in bytes(received).split(b"\r\n") if line.startswith(b"HTTP/1.")]
    return Answer([int(line.split()[1]) for line in lines], None, bytes(received))


def _code(content_type: str, body: bytes) -> str | None:
    if content_type != "application/problem+json":
        return None
    return str(json.loads(body)["type"]).rsplit("/", 1)[1]
