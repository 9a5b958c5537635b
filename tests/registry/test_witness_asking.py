"""What witnesses and ledgers answer is read with distrust: their sizes, their signatures, their heads."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from registry import witness_request as requests
from registry.adapters.ed25519_key import is_signed
from registry.adapters.sql_witness import SqlWitness
from registry.checkpoint import read_note
from registry.cosignature import Cosigner, cosign
from registry.errors import MalformedRecord, RegistryError
from registry.fetch_errors import BrokenAnswer
from registry.fetch_ports import Answered, Fetched
from registry.peer_errors import AskedToWait
from registry.witness_asking import Asker, look
from registry.witness_errors import CosignatureRefused, HeadNotSigned, SplitView, WentBack
from registry.witnessing import Watch
from tests.registry.ledgers import NOON, ORIGIN, Hands, History
from tests.registry.test_envelope import Key

HONEST, OTHER = History(), History("rewritten", fork=20)
SOUTH = Cosigner("south.example/witness", Key(9).public_key)
PLACE = "https://south.example/witness"
HEAD = HONEST.head(30)


class World:
    """Answers in a row, to what is sent and to what is asked for."""

    def __init__(self, *answers: tuple[int, bytes]) -> None:
        self.answers = list(answers)
        self.sent: list[bytes] = []
        self.retry_after = ""

    def __call__(
        self,
        address: str,
        *,
        media_types: Collection[str] = (),
        etag: str = "",
        last_modified: str = "",
        part: tuple[int, int] | None = None,
    ) -> Fetched:
        assert (media_types, etag, last_modified, part) == ((), "", "", None)
        self.sent.append(address.encode())
        status, body = self.answers.pop(0)
        return Fetched(
            address=address,
            final=address,
            status=status,
            media_type="text/plain",
            body=body,
            at=NOON,
            retry_after=self.retry_after,
        )

    def post(self, address: str, form: bytes, fields: Mapping[str, str]) -> Answered:
        assert address == f"{PLACE}/add-checkpoint"
        assert fields["Content-Type"].startswith("text/plain")
        self.sent.append(form)
        return Answered(*self.answers.pop(0))


def line(**changes: object) -> bytes:
    told = {"text": read_note(HEAD.note).text, "name": SOUTH.name, "signer": Key(9), "at": NOON, **changes}
    return cosign(told.pop("text"), **told).line.encode()  # type: ignore[arg-type]  # values by name


def ask(world: World, *, old: int = 0) -> str:
    asker = Asker(world, HONEST.tree.consistency_proof, Hands(), is_signed)
    return asker.cosigned(HEAD, SOUTH, PLACE, old=old).line


def test_a_witness_that_knows_nothing_is_sent_the_head_alone() -> None:
    world = World((200, line()))
    assert ask(world) == line().decode()
    assert world.sent == [HONEST.body(0, 30)]


def test_a_witness_that_knows_another_size_is_sent_the_proof_from_there() -> None:
    world = World((409, b"12\n"), (200, line()))
    ask(world, old=20)
    assert world.sent == [HONEST.body(20, 30), HONEST.body(12, 30)]


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ([(409, b"31\n")], "larger than ours"),
        ([(409, b"99999999999999999999\n")], "status 409"),
        ([(409, b"5\n"), (422, b"")], "another history"),
        ([(409, b"30\n"), (409, b"problem")], "another history"),
        ([(422, b"")], "another history"),
        ([(409, b"1\n"), (409, b"2\n"), (409, b"3\n"), (409, b"4\n")], "another size each time"),
        ([(409, b"1\n"), (409, b"1\n")], "another history"),
        ([(403, b"")], "does not know the key"),
        ([(404, b"")], "does not witness"),
        ([(500, b"")], "status 500"),
        ([(200, b"")], "something else than signatures"),
        ([(200, b"\xff\n")], "something else than signatures"),
        ([(200, b"<html>\n")], "something else than signatures"),
        ([(200, line(signer=Key(8)))], "without a good cosignature"),
        ([(200, line(name="east.example/witness"))], "without a good cosignature"),
        ([(200, line(text="other\n1\n\n"))], "without a good cosignature"),
        ([(200, HEAD.note.rsplit("\n\n", 1)[1].encode())], "without a good cosignature"),
        ([(200, line(at=NOON + timedelta(hours=1)))], "still to come"),
    ],
    ids=range(18),
)
def test_what_is_no_cosignature_is_told(answers: list[tuple[int, bytes]], why: str) -> None:
    with pytest.raises(CosignatureRefused, match=why):
        ask(World(*answers))


def test_signatures_of_others_beside_it_are_passed_over() -> None:
    assert ask(World((200, line(signer=Key(8)) + line()))) == line().decode()


@pytest.fixture
def seen(tmp_path: Path) -> Iterator[Callable[..., int]]:
    """Look at a ledger that answers so; give the size that is known after."""
    with closing(SqlWitness(f"sqlite:///{tmp_path}/witness.sqlite")) as state:
        watch = Watch(state, clock=Hands(), is_signed=is_signed)

        def look_at(*answers: tuple[int, bytes]) -> int:
            look(World(*answers), watch, "https://north.example/", ORIGIN, [Key(1).public_key])
            return watch.size(ORIGIN)

        yield look_at


def test_a_ledger_is_asked_for_a_head_that_goes_on(seen: Callable[..., int]) -> None:
    assert seen((200, HONEST.body(0, 10))) == 10
    assert seen((200, HONEST.body(10, 30))) == 30
    assert seen((200, HONEST.body(30, 30))) == 30


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        ([(200, OTHER.body(30, 40))], SplitView),
        ([(200, OTHER.body(30, 30))], SplitView),
        ([(200, HONEST.body(10, 40))], SplitView),
        ([(404, b""), (200, HONEST.head(40).note.encode())], SplitView),
        ([(409, b""), (200, HONEST.head(20).note.encode())], WentBack),
        ([(404, b""), (404, b"")], BrokenAnswer),
        ([(200, b"<html>")], MalformedRecord),
        ([(404, b""), (200, b"\xff")], MalformedRecord),
        ([(200, History(origin="east.example/ledger").body(30, 40))], HeadNotSigned),
        ([(200, History(key=2).body(30, 40))], HeadNotSigned),
    ],
    ids=range(10),
)
def test_a_head_that_does_not_go_on_is_not_taken(
    seen: Callable[..., int], answers: list[tuple[int, bytes]], fault: type[RegistryError]
) -> None:
    assert seen((200, HONEST.body(0, 30))) == 30
    with pytest.raises(fault):
        seen(*answers)
    assert seen((200, requests.write(30, (), HEAD.note))) == 30


@pytest.mark.parametrize("status", [304, 400, 403, 429, 500, 502, 503])
def test_an_answer_that_may_pass_is_no_sign_that_a_ledger_has_no_proof(tmp_path: Path, status: int) -> None:
    with closing(SqlWitness(f"sqlite:///{tmp_path}/witness.sqlite")) as state:
        watch = Watch(state, clock=Hands(), is_signed=is_signed)

        def look_at(world: World) -> None:
            look(world, watch, "https://north.example/", ORIGIN, [Key(1).public_key])

        look_at(World((200, HONEST.body(0, 30))))
        grown = World((status, b""), (200, HONEST.head(40).note.encode()))
        grown.retry_after = "3600"
        with pytest.raises(BrokenAnswer, match=f"status {status}") as told:
            look_at(grown)
        waits = told.value.wait if isinstance(told.value, AskedToWait) else None
        assert waits == (timedelta(hours=1) if status in {429, 503} else None)
        assert (len(grown.sent), state.alarms(ORIGIN)) == (1, [])
        look_at(World((200, HONEST.body(30, 40))))


@pytest.mark.parametrize("status", [404, 409])
def test_a_larger_head_seen_while_a_ledger_is_asked_brings_no_blame(tmp_path: Path, status: int) -> None:
    with closing(SqlWitness(f"sqlite:///{tmp_path}/witness.sqlite")) as state:
        watch = Watch(state, clock=Hands(), is_signed=is_signed)
        watch.given(requests.read(HONEST.body(0, 10)), [Key(1).public_key])

        class Slow(World):
            def __call__(self, address: str, **named: object) -> Fetched:
                if len(self.sent) == 1:
                    watch.sent(requests.read(HONEST.body(10, 15)), [Key(1).public_key])
                return super().__call__(address, **named)  # type: ignore[arg-type]  # as they came

        answers = ((status, b""), (200, HONEST.head(12).note.encode()), (200, HONEST.body(15, 20)))
        look(Slow(*answers), watch, "https://north.example/", ORIGIN, [Key(1).public_key])
        assert (watch.size(ORIGIN), state.alarms(ORIGIN)) == (20, [])
