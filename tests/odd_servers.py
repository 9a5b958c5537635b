"""Real servers on loopback that misbehave as web servers do: each path is answered by a function that writes bytes."""

import contextlib
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

Answer = Callable[[socket.socket, str], None]
"""Writes an answer to a request, whose head it is given, as it likes."""


@dataclass
class OddServer:
    """A server and every request that it was sent."""

    port: int
    answers: dict[str, Answer]
    asked: list[str] = field(default_factory=list)

    @property
    def place(self) -> tuple[str, int]:
        """The socket, as an exemption names it."""
        return "127.0.0.1", self.port

    def address(self, path: str, *, host: str = "127.0.0.1", scheme: str = "http") -> str:
        """The address of a path on this server."""
        return f"{scheme}://{host}:{self.port}{path}"

    def header(self, name: str) -> str:
        """A field of the last request."""
        lines = self.asked[-1].split("\r\n")
        return next(
            (line.partition(":")[2].strip() for line in lines if line.lower().startswith(name.lower() + ":")), ""
        )


def whole(body: bytes, *, media_type: str = "text/turtle", status: str = "200 OK", **fields: str) -> Answer:
    """Answer as a server should."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {media_type}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return sends("\r\n".join([*lines, "Connection: close", "", ""]).encode() + body)


def leads_to(place: str, status: str = "302 Found") -> Answer:
    """Lead on to another address."""
    return whole(b"", status=status, Location=place)


def sends(*pieces: bytes, pause: float = 0.0, times: int = 1) -> Answer:
    """Send pieces as they are, with a pause before each but the first; the last one ``times`` over."""

    def answer(connection: socket.socket, head: str) -> None:
        if not head:
            return
        for number, piece in enumerate([*pieces, *[pieces[-1]] * (times - 1)]):
            if number and pause:
                threading.Event().wait(pause)
            connection.sendall(piece)

    return answer


@contextlib.contextmanager
def odd_server(answers: Mapping[str, Answer], *, tls: ssl.SSLContext | None = None) -> Iterator[OddServer]:
    """Serve until the end of the block; an unknown path is not found."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listener:
        server = OddServer(listener.getsockname()[1], dict(answers))

        def one(connection: socket.socket) -> None:
            with contextlib.suppress(OSError), connection:
                spoken = tls.wrap_socket(connection, server_side=True) if tls else connection
                with spoken:
                    head = _head(spoken)
                    server.asked.append(head)
                    path = [*head.split(" "), "", ""][1]
                    server.answers.get(path, whole(b"", status="404 Not Found"))(spoken, head)

        def listen() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    connection.settimeout(20)
                    threading.Thread(target=one, args=(connection,), daemon=True).start()

        threading.Thread(target=listen, daemon=True).start()
        try:
            yield server
        finally:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)


def _head(connection: socket.socket) -> str:
    """Read a request: its head, and the body that it announces."""
    raw, length = b"", 0
    while b"\r\n\r\n" not in raw or len(raw.partition(b"\r\n\r\n")[2]) < length:
        piece = connection.recv(4096)
        if not piece:
            break
        raw += piece
        stated = re.search(rb"(?i)\r\ncontent-length: *(\d+)\r\n", raw)
        length = int(stated[1]) if stated else 0
    return raw.decode("latin-1")
