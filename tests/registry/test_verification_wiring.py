"""What lies at a path is known by its content; a report that an export names is judged again by the real rules."""

from hashlib import sha256
from pathlib import Path

import pytest

from registry.cases import Actor
from registry.confinement import report_confined
from registry.errors import UnknownKind
from registry.loading import examples
from registry.verification import Kind
from registry.verification_wiring import verify_path
from tests.registry.playing import account, order
from tests.registry.test_casework import BASE, Desk
from tests.registry.test_envelope import Key

pytestmark = pytest.mark.slow


def test_what_is_nothing_of_ours_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"something\n")
    with pytest.raises(UnknownKind, match="holds no release and is no export of a ledger"):
        verify_path(tmp_path / "file")


def test_the_machines_report_in_a_closed_case_is_made_again(tmp_path: Path) -> None:
    raw = next(text for name, text in sorted(examples().items()) if "committed" in name and "held" not in name).encode()
    desk = Desk(tmp_path / "ledger")
    report = report_confined(raw, desk.now.date(), BASE)
    city = subject_of(report)
    officer = Actor(account=account("officer"), roles=frozenset({"officer"}), city=city)
    desk.work.open(order("open", city=city), officer)
    (case,) = desk.work.cases()
    hashes = {"submission": sha256(raw).hexdigest(), "report": sha256(report).hexdigest()}
    desk.work.act(case.name, order("submit", hashes=hashes), officer)
    desk.work.act(case.name, order("withdraw", hashes={}), officer)
    (tmp_path / "case.jsonl").write_bytes(b"".join(desk.work.export(case.name)))
    (tmp_path / "whole.jsonl").write_bytes(b"".join(desk.work.export_all()))
    desk.ledger.close()
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "submission.ttl").write_bytes(raw)
    (documents / "report.nt").write_bytes(report)
    for name in ("case.jsonl", "whole.jsonl"):
        checks = verify_path(tmp_path / name, keys=(Key(1).public_key,), documents=documents)
        assert [check.message for check in checks if check.kind is Kind.BROKEN] == []
        told = [check.message for check in checks]
        assert any("was made again from its parts, byte for byte" in message for message in told), told
    assert not any("again" in check.message for check in verify_path(tmp_path / "case.jsonl"))


def subject_of(report: bytes) -> str:
    """Give the city that a report assesses."""
    line = next(line for line in report.decode().splitlines() if "def#assesses>" in line)
    return line.split()[2].strip("<>")
