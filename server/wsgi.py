"""Where the environment is read: the WSGI application, and serving it with waitress."""

import os

import waitress
from flask import Flask

from registry.settings import Settings
from registry.wiring import wire
from server.app import create_app


def application() -> Flask:
    """Give the application set up from the ``HRCR_*`` variables, for any WSGI server."""
    settings = Settings.load(os.environ)
    return create_app(wire(settings), settings)


def run(settings: Settings) -> None:
    """Serve until interrupted."""
    app = create_app(wire(settings), settings)
    waitress.serve(app, host=settings.host, port=settings.port, threads=8, ident="hrcr")
