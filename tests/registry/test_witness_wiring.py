"""Names and keys of one installation, and the state beside its ledger; exchanges over HTTP are tested elsewhere."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from registry import witness_request as requests
from registry.adapters.ed25519_key import Ed25519Key, new_key
from registry.checkpoint import read as read_head
from registry.checkpoint import read_note
from registry.cosignature import Cosigner, cosign
from registry.dumps import SUMS
from registry.errors import SettingsError
from registry.events import STEWARD
from registry.fetch_ports import Answered, Fetched
from registry.ledger_wiring import export_ledger, open_ledger, rotate_key
from registry.loading import now
from registry.model import DraftedEvent
from registry.receipt import read as read_receipt
from registry.receipt import write as write_receipt
from registry.recording import publication_case
from registry.settings import Settings
from registry.verification import COSIGNED, PUBLICATION, Check, Kind
from registry.verification_wiring import witness_checks
from registry.witness_wiring import (
    STATE,
    ask_witnesses,
    cosigners,
    has_state,
    ledgers,
    open_state,
    open_witness,
    own_names,
    own_quorum,
)
from tests.registry.peers import KEY, key_turtle, peer_turtle, write_peers
from tests.registry.test_envelope import Key

WITNESS = {
    "ledgerOrigin": '"north.example/ledger"',
    "ledgerKey": key_turtle(),
    "witnessAddress": "<https://north.example/witness>",
    "witnessName": '"north.example/witness"',
    "witnessKey": key_turtle(bytes(32)),
}


def settings(home: Path, *peers: str, **changes: str) -> Settings:
    return Settings(home=home, base="https://south.example/", peers=write_peers(home / "peers.ttl", *peers), **changes)


def test_names_are_made_of_the_base_and_keys_shown_where_they_are(tmp_path: Path) -> None:
    names = own_names(settings(tmp_path))
    assert (names.origin, names.ledger_key, names.witness) == ("south.example/ledger", None, None)
    ledger, witness = new_key(tmp_path / "key.pem"), new_key(tmp_path / "witness.pem")
    keys = {"signing_key": str(tmp_path / "key.pem"), "witness_key": str(tmp_path / "witness.pem")}
    names = own_names(settings(tmp_path, **keys))
    assert (names.ledger_key, names.witness) == (ledger, Cosigner("south.example/witness", witness))


def test_the_list_of_peers_says_what_is_witnessed_and_who_witnesses(tmp_path: Path) -> None:
    assert (dict(ledgers(Settings(home=tmp_path, peers=str(tmp_path / "none")))), cosigners(settings(tmp_path))) == (
        {},
        (),
    )
    here = settings(tmp_path, peer_turtle(**WITNESS))
    assert ledgers(here) == {"north.example/ledger": (KEY,)}
    assert cosigners(here) == (Cosigner("north.example/witness", bytes(32)),)
    here = settings(tmp_path, peer_turtle(**WITNESS, peerState="peer-states:suspended"))
    assert (dict(ledgers(here)), cosigners(here)) == ({}, ())


def test_without_a_key_there_is_no_witness_and_nothing_is_made(tmp_path: Path) -> None:
    here = settings(tmp_path)
    assert open_witness(here, lambda: open_state(here)) is None
    assert not has_state(here)
    new_key(tmp_path / "key.pem")
    same = settings(tmp_path, signing_key=str(tmp_path / "key.pem"), witness_key=str(tmp_path / "key.pem"))
    with pytest.raises(SettingsError, match="needs one of its own"):
        open_witness(same, lambda: open_state(same))


def test_the_state_lies_beside_the_ledger(tmp_path: Path) -> None:
    with closing(open_state(settings(tmp_path))):
        assert (tmp_path / STATE).exists()
    with closing(open_state(settings(tmp_path, ledger=f"sqlite:///{tmp_path}/elsewhere.sqlite"))):
        assert (tmp_path / "elsewhere.sqlite").exists()


def test_without_a_ledger_nobody_is_asked(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no ledger"):
        ask_witnesses(settings(tmp_path, peer_turtle(**WITNESS)))


def test_where_no_witness_is_listed_nothing_is_opened_or_made(tmp_path: Path) -> None:
    here = settings(tmp_path, peer_turtle())
    assert ask_witnesses(here) == []
    assert [path.name for path in tmp_path.iterdir()] == ["peers.ttl"]


class Willing:
    """A witness that cosigns whatever comes, with the time."""

    def __init__(self, *, at: datetime) -> None:
        self.at = at

    def __call__(self, address: str, **_named: object) -> Fetched:
        raise AssertionError(address)

    def post(self, address: str, form: bytes, _fields: Mapping[str, str]) -> Answered:
        assert address == "https://north.example/witness/add-checkpoint"
        text = read_note(requests.read(form).head.note).text
        line = cosign(text, name="north.example/witness", signer=Key(9), at=self.at).line
        return Answered(200, line.encode())


@dataclass(frozen=True)
class Installed:
    """A ledger that has one witness, and a release that it tells of."""

    home: Path
    key: str = "old.pem"

    @property
    def settings(self) -> Settings:
        told = {**WITNESS, "witnessKey": key_turtle(Key(9).public_key)}
        return settings(self.home, peer_turtle(**told), signing_key=str(self.home / self.key))

    def record(self, word: str) -> int:
        with closing(open_ledger(self.settings, may_be_new=True)) as ledger:
            ledger.append([DraftedEvent(case=f"test/{word}", kind="test", office=STEWARD, reason=word)])
            return ledger.checkpoint().size

    def publish(self) -> None:
        """Make a folder the current release, and record it as a publication of the ledger."""
        folder = self.home / "releases" / "2026-06-30-1"
        folder.mkdir(parents=True)
        (folder / SUMS).write_bytes(b"sums")
        (self.home / "current").symlink_to(folder)
        case, hashes = publication_case(folder.name), {"sums": sha256(b"sums").hexdigest()}
        with closing(open_ledger(self.settings, may_be_new=True)) as ledger:
            ledger.append([DraftedEvent(case=case, kind="release", office=STEWARD, reason="it", hashes=hashes)])

    def ask(self, *, days: float = 0) -> None:
        (asked,) = ask_witnesses(self.settings, Willing(at=now() - timedelta(days=days)))
        assert asked.is_cosigned, asked.message

    def rotated(self) -> "Installed":
        new_key(self.home / "new.pem")
        rotate_key(self.settings, self.home / "new.pem")
        return replace(self, key="new.pem")

    def beside(self) -> tuple[int, list[Check]]:
        """Give the size of the head beside the release, and what is said with the old key of it and who cosigned it."""
        release, known = self.home / "current", cosigners(self.settings)
        keys = (Ed25519Key(self.home / "old.pem").public_key,)
        size = read_receipt((release / PUBLICATION).read_bytes()).checkpoint.size
        assert read_head((release / COSIGNED).read_text(encoding="utf-8")).size == size
        return size, list(witness_checks(release, keys=keys, cosigners=known, known=(), needed=1))

    def ledger(self) -> list[tuple[Kind, str]]:
        checks = own_quorum(self.settings, cosigners(self.settings), 1)
        return [(check.kind, check.message) for check in checks]


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    new_key(tmp_path / "old.pem")
    here = Installed(tmp_path)
    here.publish()
    return here


def test_the_quorum_of_the_ledger_is_held_against_its_newest_head(installed: Installed) -> None:
    installed.ask(days=8)
    assert [kind for kind, _ in installed.ledger()] == [Kind.HOLDS] * 2
    installed.record("later")
    kind, words = installed.ledger()[-1]
    assert kind is Kind.BROKEN
    assert "more than 7 days ago: 1 event after it nobody has cosigned." in words
    installed.ask(days=1)
    installed.record("more")
    assert [kind for kind, _ in installed.ledger()] == [Kind.HOLDS, Kind.NOT_CHECKED, Kind.HOLDS]


def test_an_export_is_held_against_its_own_head_and_the_cosigned_one_from_elsewhere(installed: Installed) -> None:
    installed.ask(days=8)
    note = (installed.home / "current" / COSIGNED).read_bytes()
    installed.record("later")
    export_ledger(installed.settings, installed.home / "export")
    found = [
        check
        for check in witness_checks(
            installed.home / "export", keys=(), cosigners=cosigners(installed.settings), known=(note,), needed=1
        )
        if check.kind is Kind.BROKEN
    ]
    assert ["1 event after it nobody has cosigned" in check.message for check in found] == [True]


@pytest.mark.parametrize("is_asked_before", [True, False])
def test_a_release_keeps_a_head_of_the_key_that_published_it(installed: Installed, *, is_asked_before: bool) -> None:
    if is_asked_before:
        installed.ask()
        installed.record("more")
        installed.ask()
        assert installed.beside()[0] == 2
    after = installed.rotated()
    for word in ("under-the-new-key", "again"):
        after.record(word)
        after.ask()
    size, checks = after.beside()
    assert size == 2
    broken = [check.message for check in checks if check.kind is Kind.BROKEN]
    if is_asked_before:
        assert broken == []
        assert checks[-1].message == "The quorum of 1 is reached."
    else:
        assert ["The quorum is missed" in message for message in broken] == [True]


def test_a_head_of_another_key_beside_a_release_is_replaced(installed: Installed) -> None:
    installed.ask()
    after = installed.rotated()
    after.record("under-the-new-key")
    with closing(open_ledger(after.settings)) as ledger:
        receipt = ledger.receipt(1)
    release = installed.home / "current"
    (release / COSIGNED).write_text(receipt.checkpoint.note, encoding="utf-8")
    (release / PUBLICATION).write_bytes(write_receipt(receipt))
    assert Kind.BROKEN in {check.kind for check in after.beside()[1]}
    after.ask()
    size, checks = after.beside()
    assert (size, {check.kind for check in checks}) == (1, {Kind.HOLDS})
