"""The page of limits: every bound of the endpoint in words, from the numbers that are in force."""

from flask import Blueprint, current_app, render_template

from registry.settings import PREFIX, Settings
from server.budget import WINDOW_SECONDS
from server.kept_queries import MOST_A_DAY
from server.negotiation import MOST_CHARACTERS, MOST_RANGES
from server.query_pool import LONG_SECONDS, MOST_BYTES, PATIENCE_SECONDS
from server.query_process import SLOW_SECONDS

blueprint = Blueprint("limits", __name__)


@blueprint.get("/limits")
def limits() -> str:
    """Say what one query and one client may take, and what is answered past it."""
    settings: Settings = current_app.extensions["settings"]
    return render_template(
        "limits.html",
        settings=settings,
        prefix=PREFIX,
        counts=list(settings.query_limits.described()),
        answer_megabytes=MOST_BYTES // 1024**2,
        patience_seconds=PATIENCE_SECONDS,
        slow_seconds=SLOW_SECONDS,
        long_seconds=LONG_SECONDS,
        window_seconds=WINDOW_SECONDS,
        accept_characters=MOST_CHARACTERS,
        accept_ranges=MOST_RANGES,
        most_links=MOST_A_DAY,
    )
