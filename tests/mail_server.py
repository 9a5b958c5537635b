"""A real mail server on a port of this machine: SMTP with STARTTLS and AUTH PLAIN, as far as tests need it."""

import ssl
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


@dataclass
class Letter:
    """What the server took: for whom, and the message."""

    to: str
    message: EmailMessage
    was_encrypted: bool
    user: str


@dataclass
class MailServer:
    """What a server took, and how it is to behave: whom it refuses, and whether it hangs up after the text."""

    port: int = 0
    letters: list[Letter] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    hangs_up: bool = False
    is_full: bool = False
    """Whether it says that it closes the channel (421)."""
    drops_at: str = ""
    """The command at which it hangs up without a word."""
    connections: int = 0


@contextmanager
def mail_server(tls: ssl.SSLContext | None = None) -> Iterator[MailServer]:
    """Serve on a free port until the end of the block; with ``tls`` STARTTLS is offered, and then AUTH PLAIN."""
    kept = MailServer()

    class Session(StreamRequestHandler):
        is_encrypted = False
        user = ""

        def handle(self) -> None:
            to = ""
            kept.connections += 1
            self.say("220 mail.example")
            while line := self.rfile.readline():
                command, _, rest = line.decode().strip().partition(" ")
                if command.upper() == kept.drops_at:
                    return None
                match command.upper():
                    case "EHLO":
                        offers = ["AUTH PLAIN"] if self.is_encrypted else ["STARTTLS"] if tls else []
                        lines = ["mail.example", *offers, "8BITMIME"]
                        for number, words in enumerate(lines, start=1):
                            self.say(f"250{' ' if number == len(lines) else '-'}{words}")
                    case "STARTTLS" if tls:
                        self.say("220 go on")
                        self.request = tls.wrap_socket(self.request, server_side=True)
                        self.setup()
                        self.is_encrypted = True
                    case "AUTH":
                        self.user = b64decode(rest.partition(" ")[2]).decode().replace("\0", "/")
                        self.say("235 welcome" if self.user == "/registry/p@ss word" else "535 no")
                    case "MAIL" if kept.is_full:
                        return self.say("421 closing")
                    case "RCPT":
                        to = rest.partition("<")[2].partition(">")[0]
                        self.say("550 no such mailbox" if to in kept.refuses else "250 ok")
                    case "DATA":
                        self.say("354 go on")
                        raw = b"".join(iter(self.rfile.readline, b".\r\n"))
                        message = message_from_bytes(raw, policy=policy.default)
                        assert isinstance(message, EmailMessage)
                        kept.letters.append(Letter(to, message, self.is_encrypted, self.user))
                        if kept.hangs_up:
                            return None
                        self.say("250 taken")
                    case "QUIT":
                        return self.say("221 bye")
                    case _:
                        self.say("250 ok")
            return None

        def finish(self) -> None:
            super().finish()
            self.request.close()

        def say(self, words: str) -> None:
            self.wfile.write(f"{words}\r\n".encode())

    class Server(ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

        def handle_error(self, *_: object) -> None:
            """A client that does not trust the certificate hangs up; the test looks at what the client says."""

    with Server(("127.0.0.1", 0), Session) as server:
        kept.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()


def certified(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Make a certificate for this machine; give what a server needs, and the file that a client trusts."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    return context, certificate
