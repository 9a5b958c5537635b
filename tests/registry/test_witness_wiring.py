"""Names and keys of one installation, and the state beside its ledger; exchanges over HTTP are tested elsewhere."""

from contextlib import closing
from pathlib import Path

import pytest

from registry.adapters.ed25519_key import new_key
from registry.cosignature import Cosigner
from registry.errors import SettingsError
from registry.settings import Settings
from registry.witness_wiring import (
    STATE,
    ask_witnesses,
    cosigners,
    has_state,
    ledgers,
    open_state,
    open_witness,
    own_names,
)
from tests.registry.peers import KEY, key_turtle, peer_turtle, write_peers

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
        ask_witnesses(settings(tmp_path))
