"""Two registries witness each other over HTTP; one that has two histories is caught at the next exchange."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from registry import witness_request as requests
from registry.adapters.ed25519_key import is_signed, new_key
from registry.adapters.guarded_fetch import GuardedFetch
from registry.adapters.release_directories import ReleaseDirectories
from registry.checkpoint import read as read_head
from registry.checkpoint import read_note
from registry.cli import main
from registry.cosignature import cosignatures_on, write_vkey
from registry.dumps import SUMS, public_key_pem
from registry.errors import SettingsError
from registry.events import STEWARD
from registry.fold import fold
from registry.harvest import Run
from registry.harvest_wiring import harvest_peers
from registry.ledger_wiring import LEDGER, export_ledger, open_ledger
from registry.loading import artefacts, now
from registry.model import DraftedEvent
from registry.peer_wiring import record_peers
from registry.receipt import read as read_receipt
from registry.recording import as_events, publication
from registry.settings import Settings
from registry.verification import COSIGNED, PUBLICATION
from registry.wiring import wire
from registry.witness_ports import AlarmKind, Asking
from registry.witness_wiring import STATE, ask_witnesses, cosigners, open_state, own_names
from server import witness_pages
from server.app import create_app
from tests.registry.peers import DAY, key_turtle, peer_turtle, write_peers
from tests.server.conftest import Page

pytestmark = pytest.mark.slow


@dataclass
class Instance:
    """A registry with a ledger, releases, a witness, and a server of all."""

    name: str
    home: Path
    key: bytes
    witness_key: bytes
    place: tuple[str, int] = ("", 0)
    app: Flask | None = None

    @property
    def settings(self) -> Settings:
        return Settings(
            base=f"https://{self.name}.example/",
            home=self.home,
            signing_key=str(self.home / "key.pem"),
            witness_key=str(self.home / "witness.pem"),
            peers=str(self.home / "peers.ttl"),
            query_workers=1,
        )

    @property
    def origin(self) -> str:
        return f"{self.name}.example/ledger"

    @property
    def client(self) -> FlaskClient:
        assert self.app is not None
        return self.app.test_client()

    def record(self, word: str) -> None:
        """Record one event more."""
        with closing(open_ledger(self.settings, may_be_new=True)) as ledger:
            told = ledger.case(f"test/{word}")
            previous = told[-1].hash if told else None
            event = DraftedEvent(case=f"test/{word}", kind="test", office=STEWARD, reason=word, previous=previous)
            ledger.append([event])

    def publish(self) -> str:
        """Publish a release, which the ledger tells."""
        record_peers(self.settings, {}, at=DAY)
        with closing(open_ledger(self.settings)) as ledger:
            content = fold(as_events(ledger.read(), ledger.payload), artefacts().syntax)
            directories, registry = ReleaseDirectories(self.home), wire(self.settings)
            release = directories.build(
                content, day=DAY, standard_version="1.0.0", software_version="0.1.0", files=registry.files_of
            )
            sums, size = directories.file(release.id, SUMS), ledger.checkpoint().size
            told = publication(release, sums, artefacts().syntax, size=size)
            if not ledger.case(told.case):
                ledger.append([told])
        return release.id

    def ask(self, other: "Instance") -> Asking:
        (asked,) = ask_witnesses(self.settings, fetching(other))
        return asked

    def take(self, other: "Instance") -> Run:
        (run,) = harvest_peers(self.settings, again=True, fetch=fetching(other))
        return run

    def alarms(self, other: "Instance") -> list[AlarmKind]:
        with closing(open_state(self.settings)) as state:
            return [alarm.kind for alarm in state.alarms(other.origin)]


def fetching(other: Instance) -> GuardedFetch:
    return GuardedFetch(agent="hrcr/test", clock=now, exempt={other.place})


@contextmanager
def served(instance: Instance) -> Iterator[None]:
    instance.app = create_app(wire(instance.settings), instance.settings)
    server = make_server("127.0.0.1", 0, instance.app, threaded=True)
    instance.place = ("127.0.0.1", server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        instance.app.extensions["query_pool"].close()


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Instance, Instance]]:
    """Two registries that are each other's peers and witnesses, each with a release."""
    both = []
    for name in ("north", "south"):
        home = tmp_path / name
        home.mkdir()
        both.append(Instance(name, home, new_key(home / "key.pem"), new_key(home / "witness.pem")))
    north, south = both
    with served(north), served(south):
        for here, there in ((north, south), (south, north)):
            address = f"http://127.0.0.1:{there.place[1]}/"
            write_peers(
                here.home / "peers.ttl",
                peer_turtle(
                    there.name,
                    prefLabel=f'"Registry of the {there.name}"@en',
                    peerKind="peer-kinds:hrcr-release",
                    accessURL=f"<{address}>",
                    uriSpace=f'"https://{there.name}.example/id/city/"',
                    publicKey=key_turtle(there.key),
                    ledgerOrigin=f'"{there.origin}"',
                    witnessAddress=f"<{address}witness/>",
                    witnessName=f'"{there.name}.example/witness"',
                    witnessKey=key_turtle(there.witness_key),
                ),
            )
            here.record("first")
            here.publish()
        yield north, south


def forked(instance: Instance, word: str) -> Path:
    """Keep the ledger as it stands, and go on in two ways: give the file of the other history."""
    other = instance.home / "other.sqlite"
    with closing(open_ledger(instance.settings)):
        pass
    shutil.copyfile(instance.home / LEDGER, other)
    settings = Settings(
        base=f"https://{instance.name}.example/",
        home=instance.home / "elsewhere",
        ledger=f"sqlite:///{other}",
        signing_key=str(instance.home / "key.pem"),
    )
    with closing(open_ledger(settings)) as ledger:
        ledger.append([DraftedEvent(case=f"test/{word}", kind="test", office=STEWARD, reason=word)])
    return other


def put(instance: Instance, ledger: Path) -> None:
    """Have a registry show another history; its server opens it anew."""
    assert instance.app is not None
    for suffix in ("-wal", "-shm"):
        (instance.home / (LEDGER + suffix)).unlink(missing_ok=True)
    shutil.copyfile(ledger, instance.home / LEDGER)
    instance.app.extensions["casework"] = type(instance.app.extensions["casework"])(instance.settings)


def test_two_registries_witness_each_other(pair: tuple[Instance, Instance]) -> None:
    for here, there in (pair, pair[::-1]):
        asked = here.ask(there)
        assert asked.is_cosigned, asked.message
        release = ReleaseDirectories(here.home).current().release.id
        with here.client.get(f"/releases/{release}/{COSIGNED}") as answer:
            note = answer.text
        (found,) = cosignatures_on(read_note(note), cosigners(here.settings), is_signed)
        assert found.cosigner == own_names(there.settings).witness
        assert here.client.get("/ledger/checkpoint").text == note
        with here.client.get(f"/releases/{release}/{PUBLICATION}") as receipt:
            assert read_receipt(receipt.data).checkpoint.note == note
        assert receipt.headers["Cache-Control"] == "no-cache"
        assert here.take(there).outcome == "taken"
    north, south = pair
    page = Page(north.client.get("/trust", headers={"Accept": "text/html"}).text).text
    assert "south.example/witness cosigned the head over 3 events on" in page
    names = own_names(north.settings)
    assert names.witness is not None
    assert f'hrc:ledgerOrigin "{north.origin}" ;' in page
    assert write_vkey(names.witness) in page
    assert f'hrc:witnessKey """{public_key_pem(names.witness.key).decode()}""" .' in page
    for word in ("second", "third"):
        north.record(word)
        assert north.ask(south).is_cosigned
    north.record("fourth")
    assert south.take(north).outcome == "unchanged"
    assert north.ask(south).is_cosigned
    assert north.ask(south).is_cosigned
    assert south.alarms(north) == north.alarms(south) == []
    verified(north, south)


def verified(here: Instance, there: Instance) -> None:
    """What a reader is told by `hrcr verify`, with and without a quorum that is reached."""
    witness = own_names(there.settings).witness
    assert witness is not None
    (here.home / "witnesses.txt").write_text(write_vkey(witness) + "\n", encoding="utf-8")
    export_ledger(here.settings, here.home / "export.jsonl")
    release = ReleaseDirectories(here.home).current().release.directory
    environ = {f"HRCR_{name.upper()}": str(getattr(here.settings, name)) for name in ("base", "peers", "signing_key")}
    note = here.home / "note"
    note.write_text(here.client.get("/ledger/checkpoint").text, encoding="utf-8")
    known = ["--witnesses", str(here.home / "witnesses.txt"), "--receipt", str(note)]
    for what in ([str(release)], [str(here.home / "export.jsonl")], ["--ledger"]):
        for quorum, code, words in ((1, 0, "The quorum of 1 is reached"), (2, 1, "The quorum is missed: 1 of 1")):
            command = ["verify", *what, *known, "--quorum", str(quorum), "--home", str(here.home)]
            found = CliRunner().invoke(main, command, env=environ)
            assert words in found.output, found.output
            assert f"{there.name}.example/witness on 20" in found.output
            assert found.exit_code == code


def test_a_second_history_is_caught_when_it_asks_to_be_cosigned(pair: tuple[Instance, Instance]) -> None:
    north, south = pair
    other = forked(north, "rewritten")
    north.record("honest")
    assert north.ask(south).is_cosigned
    put(north, other)
    asked = north.ask(south)
    assert asked.outcome == "refused"
    assert "another history" in asked.message
    assert south.alarms(north) == [AlarmKind.SPLIT]
    with closing(open_state(south.settings)) as state:
        (alarm,) = state.alarms(north.origin)
    assert alarm.held.size == alarm.given.size
    assert alarm.held.root != alarm.given.root


def test_a_second_history_is_caught_at_the_next_harvest(pair: tuple[Instance, Instance]) -> None:
    north, south = pair
    other = forked(north, "rewritten")
    north.record("honest")
    assert south.take(north).outcome == "taken"
    put(north, other)
    for word in ("more", "again"):
        run = south.take(north)
        assert run.is_refused
        assert "two histories" in run.message
        north.record(word)
    assert south.alarms(north) == [AlarmKind.NO_PROOF, AlarmKind.SPLIT]
    assert not north.ask(south).is_cosigned
    page = south.client.get("/trust/north", headers={"Accept": "text/html"}).text
    assert page.count("<pre>north.example/ledger") == 6
    assert "Alarm: two heads of one size." in page


def test_a_ledger_put_back_to_an_older_backup_is_told_apart(pair: tuple[Instance, Instance]) -> None:
    north, south = pair
    backup = north.home / "backup.sqlite"
    with closing(open_ledger(north.settings)):
        pass
    shutil.copyfile(north.home / LEDGER, backup)
    assert south.take(north).outcome == "taken"
    for word in ("second", "third"):
        north.record(word)
    assert north.ask(south).is_cosigned
    put(north, backup)
    run = south.take(north)
    assert run.is_refused
    assert "went back" in run.message
    asked = north.ask(south)
    assert "larger than ours" in asked.message
    assert south.alarms(north) == [AlarmKind.WENT_BACK]


def test_the_statuses_are_those_of_the_specification(pair: tuple[Instance, Instance]) -> None:
    north, south = pair
    with closing(open_ledger(north.settings)) as ledger:
        head, size = ledger.checkpoint(), ledger.checkpoint().size
        part = ledger.consistency_proof(1, size)

    def post(body: bytes) -> tuple[int, str, str]:
        answer = south.client.post("/witness/add-checkpoint", data=body, headers={"Accept": "*/*"})
        return answer.status_code, answer.mimetype, answer.text

    body = requests.write(0, (), head.note)
    assert post(b"nothing")[0] == 400
    assert post(requests.write(size + 1, (), head.note))[0] == 400
    assert post(body.replace(b"north.example/ledger", b"east.example/ledger"))[0] == 404
    assert post(body.replace(f"\n{size}\n".encode(), f"\n{size + 1}\n".encode()))[0] == 403
    assert post(requests.write(0, part, head.note))[0] == 422
    assert post(b"x" * 1_000_000)[0] == 413
    status, kind, line = post(body)
    assert (status, kind, line[:2], line[-1]) == (200, "text/plain", "— ", "\n")
    assert post(body) == (409, "text/x.tlog.size", f"{size}\n")
    assert post(requests.write(size, (), head.note))[0] == 200


def test_a_client_may_send_so_many_heads_a_minute(pair: tuple[Instance, Instance]) -> None:
    client = pair[1].client
    answers = [client.post("/witness/add-checkpoint").status_code for _ in range(witness_pages.A_MINUTE + 1)]
    assert (set(answers[:-1]), answers[-1]) == ({400}, 429)


def test_the_head_is_given_alone_or_with_a_proof(pair: tuple[Instance, Instance]) -> None:
    north, _ = pair
    north.record("second")
    alone = north.client.get("/ledger/checkpoint")
    assert (alone.mimetype, alone.headers["Cache-Control"]) == ("text/plain", "no-store")
    head = read_head(alone.text)
    assert head.origin == north.origin
    request = requests.read(north.client.get("/ledger/checkpoint?old=1").data)
    assert (request.head, request.old) == (head, 1)
    assert requests.read(north.client.get("/ledger/checkpoint?old=0").data).proof == ()
    beyond = north.client.get(f"/ledger/checkpoint?old={head.size + 1}")
    assert (beyond.status_code, beyond.mimetype, beyond.text) == (409, "text/x.tlog.size", f"{head.size}\n")
    for wrong in ("x", "-1", "", "9" * 17, "٣"):
        assert north.client.get("/ledger/checkpoint", query_string={"old": wrong}).status_code == 400


def test_without_a_key_nothing_is_cosigned_and_without_a_ledger_there_is_no_head(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, query_workers=1)
    client = create_app(wire(settings), settings).test_client()
    assert client.post("/witness/add-checkpoint", data=b"x").status_code == 404
    assert client.get("/ledger/checkpoint").status_code == 404
    assert not (tmp_path / STATE).exists()


def test_the_key_of_the_ledger_is_none_for_a_witness(tmp_path: Path) -> None:
    new_key(tmp_path / "key.pem")
    key = str(tmp_path / "key.pem")
    settings = Settings(home=tmp_path, signing_key=key, witness_key=key, query_workers=1)
    with pytest.raises(SettingsError, match="a witness needs one of its own"):
        create_app(wire(settings), settings)


def test_a_stranger_is_not_cosigned_for(pair: tuple[Instance, Instance]) -> None:
    north, south = pair
    write_peers(south.home / "peers.ttl")
    asked = north.ask(south)
    assert (asked.outcome, "does not witness north.example/ledger" in asked.message) == ("refused", True)
