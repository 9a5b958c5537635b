"""Where the environment is read: the application for any WSGI server, and the server of the command line."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from flask import Flask

from registry.errors import SettingsError
from server.wsgi import application


def test_the_application_is_set_up_from_the_variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HRCR_HOME", str(tmp_path))
    monkeypatch.setenv("HRCR_QUERY_SECONDS", "7")
    made = application()
    assert isinstance(made, Flask)
    assert (made.extensions["settings"].home, made.extensions["settings"].query_seconds) == (tmp_path, 7)


def test_an_unknown_variable_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HRCR_HOEM", "x")
    with pytest.raises(SettingsError, match="HRCR_HOEM"):
        application()


@pytest.mark.slow
def test_the_server_of_the_command_line_answers_and_stops(app: Flask) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = str(app.extensions["settings"].home)
    command = [
        sys.executable,
        "-c",
        "from registry.cli import main; main()",
        "serve",
        "--port",
        str(port),
        "--home",
        home,
    ]
    served = subprocess.Popen(command, env=os.environ, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        assert b"Aldermoor" in patient(f"http://127.0.0.1:{port}/cities")
    finally:
        served.send_signal(signal.SIGINT)
        assert served.wait(20) is not None


def patient(address: str) -> bytes:
    """Read an address as soon as something answers there."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(address) as response:  # noqa: S310  # our own server
                body: bytes = response.read()
                return body
        except OSError:
            time.sleep(0.3)
    raise AssertionError(f"{address} never answered")
