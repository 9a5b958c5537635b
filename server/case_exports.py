"""The export of one closed case, which anybody can check with `hrcr verify FILE --keys KEYS`."""

from flask import Blueprint, Response

from registry.positions import CASE
from server.public_cases import casework
from server.response_headers import SHORT

MEDIA_TYPE = "application/jsonl"

blueprint = Blueprint("case_exports", __name__)


@blueprint.get("/cases/<name>/export")
def export(name: str) -> Response:
    """Give every event of a closed case with its payload and its proof; of any other case nothing, not even a word."""
    answer = Response(b"".join(casework().export(CASE + name)), content_type=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.jsonl"'
    answer.headers["Cache-Control"] = SHORT
    return answer
