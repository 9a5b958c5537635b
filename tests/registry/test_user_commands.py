"""`hrcr users`, run as an operator would run it; no password is ever an argument."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from registry.cli import main
from registry.user_commands import users
from tests.people import PASSWORD
from tests.serving import serving

pytestmark = pytest.mark.slow

HRCR = Path(sys.executable).parent / "hrcr"


def hrcr(home: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HRCR_HOME": str(home)}
    return subprocess.run(
        [HRCR, "users", *arguments], env=environment, input=typed, capture_output=True, text=True, timeout=120
    )


def made(home: Path, email: str, *arguments: str) -> str:
    """Make an account with a password from standard input and give its identifier."""
    told = hrcr(home, "add", email, "--name", "Office", *arguments, typed=PASSWORD + "\n")
    assert told.returncode == 0, told.stderr
    return told.stdout.split()[1]


def accounts(home: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(hrcr(home, "list", "--format", "json").stdout)
    return found


def test_no_command_takes_a_password_as_an_argument() -> None:
    named = {parameter.name for command in users.commands.values() for parameter in command.params}
    assert [name for name in named if "password" in str(name)] == []
    for name in users.commands:
        told = CliRunner().invoke(main, ["users", name, "--help"])
        assert told.exit_code == 0
        assert len(told.output.splitlines()) > 5


def test_people_are_made_listed_changed_closed_and_erased(tmp_path: Path) -> None:
    assert hrcr(tmp_path, "list").stdout == "There is no account yet; make one with `hrcr users add`.\n"
    steward = made(tmp_path, "steward@city.example", "--role", "steward")
    officer = made(tmp_path, "Officer@Graz.example", "--role", "officer", "--city", "graz", "--organisation", "Union")
    listed = accounts(tmp_path)
    assert {each["id"] for each in listed} == {steward, officer}
    (found,) = (each for each in listed if each["id"] == officer)
    assert found["email"] == "officer@graz.example"
    assert found["city"] == "https://w3id.org/hrcr/id/city/graz"
    assert hrcr(tmp_path, "roles", officer, "reviewer").returncode == 0
    assert hrcr(tmp_path, "disable", "officer@graz.example").stdout == f"Account {officer} is closed.\n"
    assert f"{officer}  officer@graz.example  Office  reviewer" in hrcr(tmp_path, "list").stdout
    assert "  closed\n" in hrcr(tmp_path, "list").stdout
    assert hrcr(tmp_path, "disable", officer, "--undo").stdout == f"Account {officer} is open again.\n"
    assert hrcr(tmp_path, "erase", officer, typed="n\n").returncode == 1
    assert len(accounts(tmp_path)) == 2
    assert hrcr(tmp_path, "erase", officer, "--yes").returncode == 0
    assert [each["id"] for each in accounts(tmp_path)] == [steward]
    assert b"officer@graz" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_a_refusal_is_one_sentence_and_exit_code_two(tmp_path: Path) -> None:
    weak = hrcr(tmp_path, "add", "a@city.example", "--name", "Office", "--role", "reviewer", typed="short\n")
    assert (weak.returncode, weak.stdout) == (2, "")
    assert weak.stderr.startswith("The password has 5 characters; use at least 15")
    judge = hrcr(tmp_path, "add", "a@city.example", "--name", "O", "--role", "steward", "--role", "decider", typed="x")
    assert judge.stderr == "A steward cannot judge: give the roles of reviewer and decider to another account.\n"
    assert "There is no such account" in hrcr(tmp_path, "reset", "nobody@city.example").stderr
    assert accounts(tmp_path) == []


def test_an_invited_person_gets_a_one_time_code(tmp_path: Path) -> None:
    told = hrcr(tmp_path, "add", "a@city.example", "--name", "Office", "--role", "reviewer", "--invite")
    code = told.stdout.splitlines()[-1]
    assert len(code.split("-")) == 4
    again = hrcr(tmp_path, "reset", "a@city.example", "--second-factor").stdout.splitlines()[-1]
    assert again != code


def test_a_token_is_shown_once_and_alone_on_standard_output(tmp_path: Path) -> None:
    officer = made(tmp_path, "officer@graz.example", "--role", "officer", "--city", "graz")
    told = hrcr(tmp_path, "token", officer, "--label", "harvest", "--scope", "submit", "--days", "7")
    assert told.stdout.startswith("hrcr_")
    assert len(told.stdout.split()) == 1
    assert "is not shown again" in told.stderr
    refused = hrcr(tmp_path, "token", officer, "--label", "harvest", "--scope", "read", "--days", "91")
    assert refused.stderr == "A token is valid for 1 to 90 days, not 91.\n"


PROVIDER = {
    "HRCR_SITE": "https://registry.example/",
    "HRCR_OIDC_ISSUER": "https://login.example/",
    "HRCR_OIDC_CLIENT": "registry",
    "HRCR_OIDC_SECRET": "zqxsecret",
}


def test_an_account_is_linked_by_subject_or_by_a_code_and_unlinked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = made(tmp_path, "officer@graz.example", "--role", "officer", "--city", "graz")
    refused = hrcr(tmp_path, "link", officer)
    assert refused.stderr == "There is no identity provider to link an account to; set HRCR_OIDC_ISSUER.\n"
    for variable, value in PROVIDER.items():
        monkeypatch.setenv(variable, value)
    assert len(hrcr(tmp_path, "link", officer).stdout.splitlines()[-1]) == 20
    told = hrcr(tmp_path, "link", "officer@graz.example", "--subject", "zqx-1")
    assert told.stdout == f"Account {officer} is linked to its account of login.example.\n"
    assert "linked already" in hrcr(tmp_path, "link", officer, "--subject", "zqx-2").stderr
    assert hrcr(tmp_path, "unlink", officer).stdout == f"Account {officer} is linked no more.\n"
    assert hrcr(tmp_path, "unlink", officer).stdout == f"Account {officer} is not linked.\n"


def test_a_password_is_asked_for_twice_at_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.user_commands._is_terminal", lambda: True)
    arguments = ["users", "add", "a@city.example", "--name", "Office", "--role", "reviewer", "--home", str(tmp_path)]
    told = CliRunner().invoke(main, arguments, input=f"{PASSWORD}\n{PASSWORD}\n")
    assert told.exit_code == 0
    assert PASSWORD not in told.output
    assert "Repeat for confirmation" in told.output


def test_the_server_says_in_one_line_how_to_make_the_first_steward(tmp_path: Path) -> None:
    home, first, second = tmp_path / "home", tmp_path / "first", tmp_path / "second"
    with serving(home, log=first):
        pass
    told = [line for line in first.read_text().splitlines() if "steward" in line]
    assert told == ["There is no steward yet; make the first: hrcr users add EMAIL --name NAME --role steward"]
    made(home, "steward@city.example", "--role", "steward")
    with serving(home, log=second):
        pass
    assert "steward" not in second.read_text()


def test_the_server_starts_when_the_accounts_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "accounts.db").write_bytes(b"no database " * 1_000)
    log = tmp_path / "log"
    with serving(tmp_path, log=log):
        pass
    assert "Until then nobody can sign in." in log.read_text()
