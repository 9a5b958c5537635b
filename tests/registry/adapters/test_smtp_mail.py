"""Letters over a real server: encrypted, refused, cut off; nothing logged tells to whom."""

import logging
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from registry.adapters.smtp_mail import SmtpMail
from registry.desk_ports import Delivery
from registry.errors import PortError, SettingsError
from tests.mail_server import certified, mail_server

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
SENDER = "registry@registry.example"


def mail(url: str) -> SmtpMail:
    return SmtpMail(url, sender=SENDER, clock=lambda: NOON)


def test_a_letter_arrives_as_it_was_written() -> None:
    with mail_server() as server, mail(f"smtp://127.0.0.1:{server.port}").open() as letters:
        assert letters.send("officer@city.example", "Case a, last day", "Straße\nYour desk.") is Delivery.TAKEN
        assert letters.send("other@city.example", "Case b", "b") is Delivery.TAKEN
    first, second = server.letters
    assert (first.to, second.to) == ("officer@city.example", "other@city.example")
    assert (first.message["To"], first.message["From"]) == ("officer@city.example", SENDER)
    assert first.message["Subject"] == "Case a, last day"
    assert first.message["Date"].datetime == NOON
    assert first.message["Auto-Submitted"] == "auto-generated"
    assert first.message.get_content().splitlines() == ["Straße", "Your desk."]
    assert "officer@" not in second.message.as_string()


def test_a_name_and_a_password_go_over_an_encrypted_connection_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls, certificate = certified(tmp_path)
    with mail_server(tls) as server:
        url = f"smtp://registry:p%40ss%20word@127.0.0.1:{server.port}"
        with pytest.raises(PortError, match="SSLCertVerificationError"), mail(url).open():
            pass
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with mail(url).open() as letters:
            letters.send("officer@city.example", "a", "b")
        (letter,) = server.letters
        assert (letter.was_encrypted, letter.user) == (True, "/registry/p@ss word")
        with pytest.raises(PortError, match="SMTPAuthenticationError 535") as refused:
            mail(url.replace("word", "sword")).open().__enter__()
        assert "p@ss" not in str(refused.value)
    with mail_server() as server, pytest.raises(PortError, match="SMTPNotSupportedError"):
        mail(f"smtp://registry:secret@127.0.0.1:{server.port}").open().__enter__()
    assert server.letters == []


def test_a_mailbox_that_is_refused_keeps_no_other_from_getting_a_letter(caplog: pytest.LogCaptureFixture) -> None:
    with mail_server() as server, mail(f"smtp://127.0.0.1:{server.port}").open() as letters:
        server.refuses.add("gone@city.example")
        assert letters.send("gone@city.example", "a", "b") is Delivery.REFUSED
        for wrong in ("wrong@@city.example", "wrong@[city", "wrong@"):
            assert letters.send(wrong, "a", "b") is Delivery.REFUSED
        assert letters.send("officer@city.example", "a", "b") is Delivery.TAKEN
    assert "SMTPRecipientsRefused" in caplog.text
    assert "city.example" not in caplog.text
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 4


def test_a_connection_that_breaks_at_the_end_leaves_it_open_whether_the_letter_was_taken() -> None:
    with mail_server() as server, mail(f"smtp://127.0.0.1:{server.port}").open() as letters:
        server.hangs_up = True
        assert letters.send("officer@city.example", "a", "b") is Delivery.UNCERTAIN
        assert letters.send("other@city.example", "a", "b") is Delivery.REFUSED
    assert [letter.to for letter in server.letters] == ["officer@city.example"]


@pytest.mark.parametrize(
    ("command", "delivery"),
    [("MAIL", Delivery.REFUSED), ("RCPT", Delivery.REFUSED), ("DATA", Delivery.UNCERTAIN)],
)
def test_before_its_text_a_letter_is_not_taken_by_a_server_that_hangs_up(command: str, delivery: Delivery) -> None:
    with mail_server() as server:
        server.drops_at = command
        with mail(f"smtp://127.0.0.1:{server.port}").open() as letters:
            assert letters.send("officer@city.example", "a", "b") is delivery
            assert letters.send("other@city.example", "a", "b") is Delivery.REFUSED
        server.drops_at = ""
        with mail(f"smtp://127.0.0.1:{server.port}").open() as letters:
            assert letters.send("officer@city.example", "a", "b") is Delivery.TAKEN
            server.drops_at = command
            assert letters.send("other@city.example", "a", "b") is delivery
    assert [letter.to for letter in server.letters] == ["officer@city.example"]


def test_a_server_that_closes_takes_nothing() -> None:
    with mail_server() as server, mail(f"smtp://127.0.0.1:{server.port}").open() as letters:
        server.is_full = True
        assert letters.send("officer@city.example", "a", "b") is Delivery.REFUSED
        assert letters.send("other@city.example", "a", "b") is Delivery.REFUSED
    assert server.letters == []


def test_nobody_there_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(PortError, match="ConnectionRefusedError"):
            mail(f"smtp://127.0.0.1:{free.getsockname()[1]}").open().__enter__()


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp://mail.example:x"])
def test_an_address_of_the_wrong_form_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="HRCR_SMTP has a wrong form"):
        mail(url)


def test_a_password_that_cannot_be_sent_is_told_before_it_is_tried() -> None:
    with pytest.raises(SettingsError, match="outside ASCII"):
        mail("smtps://registry:w%C3%B6rd@mail.example")


def test_a_sender_that_is_no_address_is_refused() -> None:
    with pytest.raises(SettingsError, match="wrong form"):
        SmtpMail("smtp://127.0.0.1", sender="nobody", clock=lambda: NOON)
