"""The command that hands a file in at a registry elsewhere, over its API."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from registry.command_line import FILE, plain_errors
from registry.errors import SettingsError
from registry.fetch_wiring import RegistryClient
from registry.guard import media_type_of


@click.command()
@click.argument("file", type=FILE)
@click.option("--to", "base", required=True, metavar="URL", help="Address of the registry.")
@click.option(
    "--token-file", required=True, type=FILE, help="File that holds a token of your account, and nothing else."
)
@click.option("--hand-in", is_flag=True, help="Hand the draft in when nothing is to be mended.")
@click.option(
    "--receipts",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write the receipts to, which prove that the ledger holds the act.",
)
@plain_errors
def submit(file: Path, base: str, token_file: Path, hand_in: bool, receipts: Path | None) -> None:
    """Send FILE to a registry as a draft of your city, have it judged, and with --hand-in hand it in.

    The same file sent again within 24 hours is the same draft and the same act. Exit code: 1 when something is to be
    mended, 2 when the registry refuses.
    """
    raw, token = file.read_bytes(), token_file.read_text(encoding="utf-8").strip()
    if not token or not token.isascii() or not token.isprintable():
        raise SettingsError(f"{token_file} holds no token; make one on the page of your account.")
    registry, key = RegistryClient(base, token), sha256(raw).hexdigest()
    media_type = media_type_of(file.name, None, raw)
    fields = {"Content-Type": media_type, "Idempotency-Key": f"begin-{key}"}
    draft = registry.post("api/v1/drafts", raw, **fields)
    click.echo(f"Draft: {base.rstrip('/')}{draft['page']}")
    unclear = draft.get("notUnderstood", [])
    for each in unclear:
        click.echo(f"  {each['cell']}: {each['detail']}", err=True)
    if _to_mend(registry.post(f"{draft['address']}/check")) or unclear:
        raise SystemExit(1)
    if hand_in:
        fields = {"If-Match": f'"{draft["version"]}"', "Idempotency-Key": f"submit-{key}"}
        case = registry.post(f"{draft['address']}/submission", b"", **fields)
        click.echo(f"Case: {case['name']} ({case['label']})")
        if receipts is not None:
            receipts.write_text("".join(case["receipts"]), encoding="utf-8")


def _to_mend(verdict: dict[str, Any]) -> bool:
    """Tell what a check came to; give whether anything is to be mended."""
    for each in verdict["errors"]:
        click.echo(f"  {each['pointer']}: {each['detail']}", err=True)
    if verdict["report"] is None:
        return True
    level, found = verdict["report"]["machineLevel"], verdict["report"]["requirements"]
    failed = [each["label"] for each in found if each["outcome"] == "failed"]
    click.echo(f"As far as a machine can tell: {level or 'below Declared'}; {len(failed)} of {len(found)} not met.")
    return False
