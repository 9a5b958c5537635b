"""What the commands share: how settings reach them, how errors are told, how days and progress are written."""

import sys
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from registry.dumps import read_public_keys
from registry.errors import RegistryError, SettingsError
from registry.settings import Settings
from registry.verification import Check, Kind

Command = TypeVar("Command", bound=Callable[..., Any])

FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


def plain_errors(command: Command) -> Command:
    """Show an error of the registry as its sentence, and leave with its exit code."""

    @wraps(command)
    def guarded(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except RegistryError as error:
            click.echo(f"{error}", err=True)
            raise SystemExit(error.exit_code) from error

    return guarded  # type: ignore[return-value]  # wraps keeps the signature


def settings_of(**flags: object) -> Settings:
    """Give the settings from the variables that the command line was called with, and from flags."""
    return Settings.load(click.get_current_context().find_object(dict) or {}, **flags)


def _day(_context: click.Context, _parameter: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return datetime.strptime(value, "%Y-%m-%d").date()  # a day has no zone
    except ValueError as error:
        raise click.BadParameter(f"“{value}” is not a day; write it as YYYY-MM-DD.") from error


AT = click.option("--at", callback=_day, metavar="DATE", help="Reference date (YYYY-MM-DD); today by default.")
HOME = click.option(
    "--home", type=click.Path(file_okay=False, path_type=Path), help="Directory that holds the releases."
)


class Bar:
    """A progress bar on a terminal; nothing in a pipe."""

    def __init__(self, length: int, label: str) -> None:
        """Make room for so many steps."""
        self._bar = (
            click.progressbar(length=length, label=label, file=sys.stderr)
            if length > 1 and sys.stderr.isatty()
            else None
        )

    def __enter__(self) -> Callable[[int], None]:
        """Begin; give what is called with the number of steps done."""
        if self._bar is None:
            return lambda _steps: None
        return self._bar.__enter__().update

    def __exit__(self, *exception: Any) -> None:
        """End."""
        if self._bar is not None:
            self._bar.__exit__(*exception)


def trusted_keys(path: Path | None) -> tuple[bytes, ...]:
    """Read the public keys of a file, none without one; raise SettingsError when there is none in it."""
    if path is None:
        return ()
    keys = read_public_keys(path.read_bytes())
    if not keys:
        raise SettingsError(f"{path} is no Ed25519 public key in PEM.")
    return keys


def tell(path: object, checks: tuple[Check, ...]) -> bool:
    """Say what each check came to; give whether something is broken."""
    broken = [check for check in checks if check.kind is Kind.BROKEN]
    click.echo(f"{path}: {'BROKEN' if broken else 'nothing broken was found'}")
    for check in checks:
        click.echo(f"  {check.kind:<12} {check.message}")
    return bool(broken)
