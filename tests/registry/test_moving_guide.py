"""The guide for operators is true: its commands move an installation to PostgreSQL, as they stand there."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from registry.adapters.ed25519_key import Ed25519Key, new_key
from registry.dumps import public_key_pem
from registry.ledger_wiring import open_ledger
from registry.model import DraftedEvent
from registry.people import Role
from registry.settings import Settings
from tests.people import place

pytestmark = pytest.mark.postgres

GUIDE = Path(__file__).parents[2] / "docs" / "operating.md"


def test_an_installation_moves_to_postgresql_by_the_commands_of_the_guide(
    tmp_path: Path, postgresql: Callable[[], str]
) -> None:
    home, key = tmp_path / "home", tmp_path / "key.pem"
    new_key(key)
    (tmp_path / "public.pem").write_bytes(public_key_pem(Ed25519Key(key).public_key))
    with closing(open_ledger(Settings(home=home, signing_key=str(key)), may_be_new=True)) as ledger:
        ledger.append([DraftedEvent(case=f"profile/{name}", kind="profile", office="o", reason="r") for name in "abc"])
    here = place(home)
    here.add(Role.STEWARD, email="one@example.org")
    here.accounts._database.close()
    section = GUIDE.read_text(encoding="utf-8").split("\n## Databases and evidence elsewhere\n", 1)[1]
    (block,) = re.findall(r"^```sh\n(.*?)^```$", section.split("\n## ", 1)[0], re.M | re.S)
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HRCR_HOME": str(home),
        "HRCR_SIGNING_KEY": str(key),
        "DATABASE": postgresql(),
    }
    done = subprocess.run(
        ["/bin/bash", "-c", f"set -eux\n{block}"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "The ledger: nothing broken was found" in done.stdout
    assert "one@example.org" in done.stdout
    assert sorted(path.name for path in home.glob("*.moved")) == ["accounts.db.moved", "ledger.sqlite.moved"]
