"""Where the environment is read: the application for any WSGI server, and serving it with Granian."""

import gc
import os
import sys
from functools import partial
from typing import Final

from flask import Flask
from granian.constants import HTTPModes, Interfaces, Loops, RuntimeModes
from granian.http import HTTP1Settings
from granian.server import Server

from registry.settings import Settings
from registry.wiring import wire
from server.access import most_of_file
from server.app import create_app
from server.front import Bounds, Front
from server.route_rules import rules_of
from server.submissions import MOST_BYTES

_MOST_HEADERS: Final = 64 * 1024
_HEADER_MILLISECONDS: Final = 10_000
_WAITING: Final = 2
_SWITCH_SECONDS: Final = 0.001


def application() -> Flask:
    """Give the application set up from the ``HRCR_*`` variables, for any WSGI server."""
    settings = Settings.load(os.environ)
    return create_app(wire(settings), settings)


def front(settings: Settings) -> Front:
    """Give the application as the server of the command line runs it."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    app = create_app(wire(settings), settings)
    gc.collect()
    gc.freeze()  # what lives as long as the process is not looked through again and again
    questions = app.extensions["query_pool"].size + _WAITING
    bounds = Bounds(
        most_body=MOST_BYTES,
        most_file=most_of_file(settings),
        pages=settings.threads,
        questions=questions,
        proxies=settings.trusted_proxies,
    )
    cache, quick = app.extensions["response_cache"], app.extensions["quick_answers"]
    return Front(app, cache, bounds, rules_of(app.url_map), quick)


def run(settings: Settings) -> None:
    """Serve until interrupted: one process, so that one cache, one pool and one set of budgets serve everybody."""
    server = Server(
        "server.wsgi:front",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.RSGI,
        runtime_mode=RuntimeModes.mt,
        loop=Loops.uvloop,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_MILLISECONDS, max_buffer_size=_MOST_HEADERS),
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    )
    load = partial(front, settings)
    server.serve(target_loader=load, wrap_loader=False)  # type: ignore[arg-type]  # an object of RSGI is no callable
