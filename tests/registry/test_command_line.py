"""What the commands share: an error is its sentence and its code, a day is a day, settings come from the caller."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from registry.command_line import AT, Bar, plain_errors, settings_of, tell, trusted_keys
from registry.dumps import public_key_pem
from registry.errors import SettingsError
from registry.verification import Check, Kind


@click.command()
@AT
@plain_errors
def command(at: object) -> None:
    """Show what reaches a command."""
    if at is None:
        raise SettingsError("No day was given.")
    with Bar(3, "Working") as advance:
        advance(3)
    click.echo(f"{at} {settings_of(host='localhost').host} {settings_of().port}")


def run(*arguments: str, **variables: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, arguments, obj=variables)
    return result.exit_code, result.output


def test_settings_come_from_the_variables_the_command_line_was_called_with() -> None:
    assert run("--at", "2026-06-30", HRCR_PORT="9000") == (0, "2026-06-30 localhost 9000\n")


def test_an_error_is_told_as_its_sentence_with_its_exit_code() -> None:
    assert run() == (2, "No day was given.\n")
    code, told = run("--at", "2026-06-30", HRCR_PROT="9000")
    assert code == 2
    assert told.startswith("HRCR_PROT is not a setting")


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "30.6.2026"])
def test_what_is_no_day_is_refused(day: str) -> None:
    code, told = run("--at", day)
    assert code == 2
    assert f"“{day}” is not a day; write it as YYYY-MM-DD." in told


def test_keys_are_read_from_a_file_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys.pem"
    path.write_bytes(public_key_pem(bytes(32)) * 2)
    assert trusted_keys(path) == (bytes(32), bytes(32))
    assert trusted_keys(None) == ()
    path.write_bytes(b"none")
    with pytest.raises(SettingsError, match="is no Ed25519 public key in PEM"):
        trusted_keys(path)


def test_what_is_broken_is_told_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert not tell("here", (Check(Kind.HOLDS, "It holds."), Check(Kind.NOT_CHECKED, "Who knows.")))
    assert tell("there", (Check(Kind.BROKEN, "It broke."),))
    assert capsys.readouterr().out == (
        "here: nothing broken was found\n  holds        It holds.\n  not checked  Who knows.\n"
        "there: BROKEN\n  broken       It broke.\n"
    )
