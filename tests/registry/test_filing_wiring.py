"""The filing of an installation works on foreign bytes in a child, and a release is an event of its ledger."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from registry.cases import Actor
from registry.confinement import READY
from registry.evidence_filing import CASE, Source
from registry.filing_wiring import open_filing, record_release
from registry.ledger_wiring import open_ledger
from registry.namespaces import VOCAB
from registry.settings import Settings
from tests.planted_files import CONTACT, WRITER, pdf

pytestmark = pytest.mark.slow

GRAZ = "https://example.org/id/city/graz"
STEWARD = Actor(account="s" * 32, roles=frozenset({"steward"}))


def test_a_file_is_taken_looked_through_stripped_and_released(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    filing = open_filing(settings)
    file = filing.take(pdf(f"Write to {CONTACT}"), "minutes.pdf", city=GRAZ, account="f" * 32)
    assert {datum.words for datum in filing.look(file).data} >= {WRITER, CONTACT}
    bare = filing.bare(file, account="f" * 32)
    assert bare is not None
    source = Source(f"{GRAZ}#act", "Act", file.sha256, str(VOCAB["sensitivities/public"]))
    with closing(open_ledger(settings, may_be_new=True)) as ledger:
        for public in (bare, file):
            record_release(ledger, source, file, public, actor=STEWARD, reason="Looked through.", base=settings.base)
        assert [event.envelope.hashes["public-copy"] for event in ledger.case(CASE + file.sha256)] == [
            bare.sha256,
            file.sha256,
        ]


def test_the_filing_leaves_judging_as_ready_as_it_was(tmp_path: Path) -> None:
    """Which modules children find imported is one list for the whole process: the last one set."""
    program = (
        "from pathlib import Path; from sys import argv; from registry.settings import Settings;"
        "from registry.filing_wiring import open_filing; open_filing(Settings(home=Path(argv[1])));"
        "from multiprocessing.forkserver import _forkserver; print(*_forkserver._preload_modules)"
    )
    told = subprocess.run([sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=True)
    assert tuple(told.stdout.split()) == READY


def test_a_file_built_to_break_its_reader_ends_in_words(tmp_path: Path) -> None:
    filing = open_filing(Settings(home=tmp_path))
    file = filing.take(b"%PDF-1.7\n" + b"<<" * 20_000, "bomb.pdf", city=GRAZ, account="f" * 32)
    assert filing.look(file).unread
