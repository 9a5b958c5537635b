"""Letters by SMTP (RFC 5321), by the standard library: encrypted but on this machine, and never logged with an address.

The server is named by a URL: ``smtp://user:password@mail.example:587`` (STARTTLS, RFC 3207) or ``smtps://…`` (TLS from
the start, RFC 8314). Only ``?starttls=no``, or a server on this machine, goes without encryption.
"""

import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from registry.desk_ports import Delivery
from registry.errors import PortError, SettingsError
from registry.ports import Clock

_PORTS: Final = {"smtp": 587, "smtps": 465}
_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_SECONDS: Final = 20
_NO_ADDRESS: Final = (ValueError, IndexError, AttributeError, MessageError)
"""What the standard library raises for a text that is no address: it also stumbles over ``a@`` and ``a@[b``."""
_REFUSALS: Final = (
    *_NO_ADDRESS,
    smtplib.SMTPResponseException,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPNotSupportedError,
)
_WRONG: Final = "HRCR_SMTP has a wrong form; write smtp://user:password@mail.example:587 or smtps://…"


class SmtpMail:
    """One mail server, and who letters come from."""

    def __init__(self, url: str, *, sender: str, clock: Clock) -> None:
        """Take in where the server is; nothing is asked of it yet. Raises SettingsError for an unusable URL or sender.

        A user's name and password stand in the URL with percent signs where they hold special characters.
        """
        try:
            parts = urlsplit(url)
            self._port = parts.port or _PORTS.get(parts.scheme, 0)
            self._sender = Address(addr_spec=sender)
        except _NO_ADDRESS as fault:
            raise SettingsError(_WRONG) from fault
        if parts.scheme not in _PORTS or not parts.hostname:
            raise SettingsError(_WRONG)
        self._host, self._is_tls = parts.hostname, parts.scheme == "smtps"
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        is_plain = parse_qs(parts.query).get("starttls") == ["no"] or (self._host in _HERE and not self._user)
        if not (self._user + self._password).isascii():  # smtplib sends no others
            raise SettingsError("HRCR_SMTP names a user or a password with letters outside ASCII, which are not sent.")
        self._starts_tls = not self._is_tls and not is_plain
        self._clock = clock

    @contextmanager
    def open(self) -> Iterator["OpenLetters"]:
        """Give a connection for as long as the block goes on; raise PortError when there is none to be had."""
        try:
            connection = self._connected()
        except (OSError, smtplib.SMTPException) as fault:
            raise PortError(f"The mail server cannot be used ({_kind_of(fault)}).") from fault
        try:
            yield OpenLetters(connection, self._sender, self._clock)
        finally:
            with suppress(OSError, smtplib.SMTPException):
                connection.quit()

    def _connected(self) -> "_Connection":
        tls = ssl.create_default_context()
        if self._is_tls:
            connection: _Connection = _TlsConnection(self._host, self._port, timeout=_SECONDS, context=tls)
        else:
            connection = _Connection(self._host, self._port, timeout=_SECONDS)
        try:
            if self._starts_tls:
                connection.starttls(context=tls)
            if self._user:
                connection.login(self._user, self._password)
        except (OSError, smtplib.SMTPException):
            connection.close()
            raise
        return connection


class _Connection(smtplib.SMTP):
    """A connection that knows whether the text of the letter was begun: before that no server has taken it."""

    is_text_begun = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Send DATA and the text (RFC 5321, 4.1.1.4)."""
        self.is_text_begun = True
        return super().data(msg)


class _TlsConnection(_Connection, smtplib.SMTP_SSL):
    """The same, encrypted from the start."""


class OpenLetters:
    """Letters over one connection (the Letters port)."""

    def __init__(self, connection: "_Connection", sender: Address, clock: Clock) -> None:
        self._connection = connection
        self._sender = sender
        self._clock = clock
        self._is_broken = False

    def send(self, to: str, subject: str, text: str) -> Delivery:
        """Send one letter (see the port)."""
        if self._is_broken or self._connection.sock is None:  # it was closed after a refusal
            return Delivery.REFUSED
        self._connection.is_text_begun = False
        try:
            self._connection.send_message(self._written(to, subject, text))
        except _REFUSALS as fault:
            return self._logged(Delivery.REFUSED, fault)
        except (OSError, smtplib.SMTPException) as fault:
            self._is_broken = True
            return self._logged(Delivery.UNCERTAIN if self._connection.is_text_begun else Delivery.REFUSED, fault)
        return Delivery.TAKEN

    def _written(self, to: str, subject: str, text: str) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = Address(addr_spec=to)
        message["Subject"] = subject
        message["Date"] = format_datetime(self._clock())
        message["Message-ID"] = make_msgid(domain=self._sender.domain)
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no program answers it
        message.set_content(text)
        return message

    def _logged(self, delivery: Delivery, fault: Exception) -> Delivery:
        logging.getLogger(__name__).warning("a reminder was not sent or may not have been: %s", _kind_of(fault))
        return delivery


def _kind_of(fault: Exception) -> str:
    """Name a fault by its kind and the server's code; its words may hold addresses."""
    code = getattr(fault, "smtp_code", None)
    return f"{type(fault).__name__} {code}" if code else type(fault).__name__
