"""The export of one closed case, which anybody can check with `hrcr verify FILE --keys KEYS`."""

from collections.abc import Callable

from flask import Blueprint, Response, current_app

from registry.casework import Casework
from server.response_headers import SHORT

MEDIA_TYPE = "application/jsonl"

blueprint = Blueprint("case_exports", __name__)


@blueprint.get("/cases/<name>/export")
def export(name: str) -> Response:
    """Give every event of a closed case with its payload and its proof; of any other case nothing, not even a word."""
    opened: Callable[[], Casework] = current_app.extensions["casework"]
    answer = Response(b"".join(opened().export(f"case/{name}")), content_type=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.jsonl"'
    answer.headers["Cache-Control"] = SHORT
    return answer
