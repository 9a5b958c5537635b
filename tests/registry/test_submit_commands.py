"""A file is sent to a running registry from the command line: judged, handed in once, with receipts to keep."""

from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from registry.cli import main
from registry.people import Role, Scope
from registry.receipt import is_receipt
from registry.settings import Settings
from registry.wiring import people
from tests.serving import serving

ROOT = Path(__file__).parents[2]
CITY = "https://example.org/id/city/sandermere"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["submit", *map(str, arguments)], obj={})


def written(file: Path) -> bytes:
    """Give a submission as a workbook."""
    return CliRunner().invoke(main, ["template", "--format", "xlsx", "--filled", str(file)]).stdout_bytes


def test_a_file_without_a_token_is_told(tmp_path: Path) -> None:
    (tmp_path / "city.ttl").write_text("# nothing")
    (tmp_path / "token").write_text("\n")
    done = run(tmp_path / "city.ttl", "--to", "https://registry.example", "--token-file", tmp_path / "token")
    assert (done.exit_code, "holds no token" in done.output) == (2, True)


@pytest.mark.slow
def test_a_file_becomes_a_case_once_and_its_receipts_are_kept(tmp_path: Path) -> None:
    home, token, receipts = tmp_path / "home", tmp_path / "token", tmp_path / "receipts.jsonl"
    registrar = people(Settings.load({}, home=home)).registrar
    officer = registrar.add("office@city.example", "Office", [Role.OFFICER], city=CITY)
    token.write_text(registrar.issue(officer, "command line", [Scope.SUBMIT], days=30).text + "\n")
    wrong = tmp_path / "wrong.ttl"
    wrong.write_text(f"<{CITY}> a <https://w3id.org/hrcr/def#City> .")
    with serving(home) as served:
        to = ("--to", f"http://127.0.0.1:{served.port}", "--token-file", token)
        mended = run(wrong, *to, "--hand-in")
        assert (mended.exit_code, "/parts//values/" in mended.output) == (1, True), mended.output
        broken = tmp_path / "broken.ttl"
        broken.write_text("<a> <b> .")
        assert run(broken, *to).exit_code == 2
        file = ROOT / "data" / "examples" / "declared.ttl"
        book = load_workbook(BytesIO(written(file)))
        book.create_sheet("Wishes").cell(1, 1).value = "Peace"
        book.save(tmp_path / "city.xlsx")
        unclear = run(tmp_path / "city.xlsx", *to, "--hand-in")
        assert (unclear.exit_code, "Wishes!A1: " in unclear.output) == (1, True), unclear.output
        assert "Case:" not in unclear.output
        done = [run(file, *to, "--hand-in", "--receipts", receipts) for _ in range(2)]
    assert [each.exit_code for each in done] == [0, 0], done[0].output
    assert done[0].output == done[1].output
    assert "As far as a machine can tell: Declared" in done[0].output
    lines = receipts.read_bytes().splitlines(keepends=True)
    assert len(lines) == 2
    assert all(map(is_receipt, lines))
