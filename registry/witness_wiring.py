"""The witness of one installation, and the witnesses of its ledger, put together."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Final

from registry import receipt as receipts
from registry.adapters.ed25519_key import Ed25519Key, is_signed
from registry.adapters.release_directories import ReleaseDirectories
from registry.adapters.sql_ledger import SqlLedger
from registry.adapters.sql_witness import SqlWitness
from registry.checkpoint import read as read_head
from registry.checkpoint import read_note
from registry.cosignature import Cosigner, cosignatures_on, read_vkeys
from registry.errors import RegistryError, SettingsError
from registry.fetch_errors import FetchError
from registry.fetch_ports import Exchange, Fetch, FetchLimits
from registry.fetch_wiring import open_fetch
from registry.ledger_wiring import LEDGER_KEY, open_ledger, origin_of
from registry.loading import now
from registry.model import Checkpoint
from registry.peer_wiring import peers, peers_file
from registry.peers import Peer, PeerKind
from registry.quorum import quorum_checks
from registry.recording import publication_case
from registry.sealing import KEY_CASE, KEY_CHANGED
from registry.settings import Settings
from registry.verification import COSIGNED, PUBLICATION, Check
from registry.witness_asking import Asker, look
from registry.witness_errors import CosignatureRefused
from registry.witness_ports import Asking, KeptCosignature
from registry.witness_request import LARGEST
from registry.witnessing import Watch, Witness

STATE: Final = "witness.sqlite"
"""The file in HRCR_HOME of what is seen of ledgers, where the ledger lies in a file, too."""
_SECONDS: Final = 20.0


@dataclass(frozen=True, slots=True)
class OwnNames:
    """What others need to witness the ledger here, and to count what is cosigned here."""

    origin: str
    ledger_key: bytes | None
    witness: Cosigner | None


def open_state(settings: Settings) -> SqlWitness:
    """Open what is seen of ledgers, made when missing: in the database of the ledger where that is on a server.

    Raises SettingsError when it was moved there, as a witness must never forget what it signed.
    """
    if not settings.ledger:
        settings.demand_not_moved(STATE, "HRCR_LEDGER")
    return SqlWitness(settings.ledger or f"sqlite:///{settings.home}/{STATE}")


def has_state(settings: Settings) -> bool:
    """Say whether there may be something that was seen."""
    return bool(settings.ledger) or (settings.home / STATE).exists()


def own_names(settings: Settings) -> OwnNames:
    """Give the names and keys of the ledger and the witness here; None for a key that is not here."""
    ledger = own_ledger_key(settings)
    witness = _cosigner(settings, ledger)
    return OwnNames(origin_of(settings), ledger, None if witness is None else Cosigner(*witness[:2]))


def open_witness(settings: Settings, state: Callable[[], SqlWitness]) -> Witness | None:
    """Put the witness together upon what ``state`` opens; None without HRCR_WITNESS_KEY.

    Raises SettingsError for a key that cannot be one.
    """
    found = _cosigner(settings, own_ledger_key(settings))
    if found is None:
        return None
    name, _, signer = found
    return Witness(open_watch(state()), partial(ledgers, settings), name=name, signer=signer)


def own_ledger_key(settings: Settings) -> bytes | None:
    """Give the public half of the key that signs the ledger here; None where it is not here."""
    key = Path(settings.signing_key or settings.home / LEDGER_KEY)
    return Ed25519Key(key).public_key if key.exists() else None


def _cosigner(settings: Settings, ledger_key: bytes | None) -> tuple[str, bytes, Ed25519Key] | None:
    if not settings.witness_key:
        return None
    signer = Ed25519Key(Path(settings.witness_key))
    if signer.public_key == ledger_key:
        raise SettingsError(
            "HRCR_WITNESS_KEY is the key that signs the ledger; a witness needs one of its own (`hrcr new-key FILE`)."
        )
    return settings.base.split("://", 1)[1] + "witness", signer.public_key, signer


def open_watch(state: SqlWitness) -> Watch:
    """Give what holds heads of others against what was seen."""
    return Watch(state, clock=now, is_signed=is_signed)


def ledgers(settings: Settings) -> Mapping[str, Collection[bytes]]:
    """Give the keys of the ledgers that are witnessed here by their origins: those of active peers."""
    return {peer.origin: peer.ledger_keys for peer in _listed(settings) if peer.is_watched}


def cosigners(settings: Settings) -> tuple[Cosigner, ...]:
    """Give the witnesses of the ledger here, as the list of peers names them."""
    return tuple(peer.witness for peer in _listed(settings) if peer.is_witness and peer.witness is not None)


def known_witnesses(settings: Settings, file: Path | None) -> tuple[Cosigner, ...]:
    """Give the witnesses that a reader knows: those of a file of keys, else those of the list of peers.

    Raises MalformedRecord for a line of the file that is no key of a witness.
    """
    return cosigners(settings) if file is None else read_vkeys(file.read_text(encoding="utf-8"))


def own_quorum(settings: Settings, known: Collection[Cosigner], needed: int) -> tuple[Check, ...]:
    """Say which witnesses cosigned the newest head of the ledger here, or else one before it, and whether it counts."""
    if not known and not needed:
        return ()
    with closing(open_ledger(settings)) as ledger, closing(open_state(settings)) as state:
        sizes = {found.size for found in state.cosignatures(origin_of(settings))}
        heads = [*(head for head in ledger.checkpoints() if head.size in sizes), ledger.checkpoint()]
        notes = [cosigned_note(state, head) for head in heads]
    return tuple(quorum_checks(notes, known, needed=needed, is_signed=is_signed, now=now()))


def _listed(settings: Settings) -> tuple[Peer, ...]:
    place = peers_file(settings)
    if not place.is_file():
        return ()
    stat = place.stat()
    return _read(settings, stat.st_mtime_ns, stat.st_size)


@lru_cache(4)
def _read(settings: Settings, _changed: int, _size: int) -> tuple[Peer, ...]:
    return peers(settings)


@contextmanager
def looking(settings: Settings, listed: Sequence[Peer], fetch: Fetch) -> Iterator[Callable[[Peer], None]]:
    """Give what asks a registry for the head of its ledger and holds it against what was seen; others are passed over.

    It raises what ``look`` raises.
    """
    if not any(map(_is_asked, listed)):
        yield lambda _peer: None
        return
    with closing(open_state(settings)) as state:
        watch = open_watch(state)
        yield lambda peer: _look_at(fetch, watch, peer)


def _is_asked(peer: Peer) -> bool:
    return peer.is_watched and peer.kind is PeerKind.RELEASE


def _look_at(fetch: Fetch, watch: Watch, peer: Peer) -> None:
    if _is_asked(peer):
        look(fetch, watch, peer.address, peer.origin, peer.ledger_keys)


def cosigned_note(state: SqlWitness, head: Checkpoint) -> str:
    """Give the note of a head of ours with the line of each witness that cosigned it."""
    kept = state.cosignatures(head.origin, head.size)
    return head.note + "".join(found.line for found in kept if found.root == head.root)


def ask_witnesses(settings: Settings, exchange: Exchange | None = None) -> list[Asking]:
    """Have every witness cosign the newest head of the ledger, and put what is cosigned beside the current release.

    Gives how it ended with each; where no witness is listed, nothing is opened or made. What a witness did not cosign
    today it may have cosigned before; the release keeps the head that most have cosigned.
    """
    asked = [peer for peer in peers(settings) if peer.is_witness]
    if not asked:
        return []
    with closing(open_ledger(settings)) as ledger, closing(open_state(settings)) as state:
        head = ledger.checkpoint()
        limits = FetchLimits(seconds=_SECONDS, most_bytes=LARGEST)
        asking = Asker(exchange or open_fetch(settings, limits), ledger.consistency_proof, now, is_signed)
        outcomes = [_ask(asking, state, peer, head) for peer in asked]
        _put(settings, ledger, state)
    return outcomes


def _ask(asker: Asker, state: SqlWitness, peer: Peer, head: Checkpoint) -> Asking:
    if peer.witness is None:
        raise SettingsError(f"The peer {peer.slug} is no witness.")
    name, key = peer.witness.name, peer.witness.key
    before = [found.size for found in state.cosignatures(head.origin) if (found.witness, found.key) == (name, key)]
    old = next((size for size in before if size <= head.size), 0)
    try:
        found = asker.cosigned(head, peer.witness, peer.witness_address, old=old)
    except (FetchError, CosignatureRefused) as fault:
        outcome = "refused" if isinstance(fault, CosignatureRefused) else "not reached"
        asking = Asking(peer.slug, now(), outcome, str(fault))
    else:
        told = KeptCosignature(name, key, head.origin, head.size, head.root, found.at, found.line)
        state.keep(told)
        asking = Asking(peer.slug, now(), "cosigned", f"{name} cosigned the head over {head.size:,} events.")
    state.note(asking)
    return asking


def _put(settings: Settings, ledger: SqlLedger, state: SqlWitness) -> None:
    """Put the head that most cosigned, of those the newest, and under it the receipt for its publication beside the
    current release, unless more cosigned what is there.

    It is a head that the key has signed which signed the publication: whoever trusts that one need know no other.
    """
    link = settings.home / "current"
    release = link.resolve().name
    published = ledger.case(publication_case(release)) if link.exists() else ()
    if not published:
        return
    number, newest = published[-1].envelope.sequence, ledger.checkpoint()
    last = _last_of_key(ledger, number, newest.size)
    sizes = {found.size for found in state.cosignatures(newest.origin)} | {newest.size, last}
    heads = [head for head in ledger.checkpoints() if head.size in sizes and number <= head.size <= last] or [newest]
    known, directories = cosigners(settings), ReleaseDirectories(settings.home)
    told = [(_count(note, known), head.size, head, note) for head in heads for note in (cosigned_note(state, head),)]
    count, _, head, note = max(told, key=lambda each: each[:2])
    if count < max((_count(each, known) for each in _there(directories, release, last)), default=0):
        return
    receipt = ledger.receipt(number, replace(head, note=note))
    directories.put_beside(release, {COSIGNED: note.encode(), PUBLICATION: receipts.write(receipt)})


def _last_of_key(ledger: SqlLedger, number: int, size: int) -> int:
    """Give the size of the last head, up to ``size``, that was signed with the key that signed an event."""
    changes = (event.envelope for event in ledger.case(KEY_CASE) if event.envelope.kind == KEY_CHANGED)
    return min((change.sequence for change in changes if change.sequence >= number), default=size)


def _there(directories: ReleaseDirectories, release: str, last: int) -> Iterator[str]:
    try:
        note = directories.file(release, COSIGNED).decode()
        if read_head(note).size <= last:
            yield note
    except (RegistryError, UnicodeDecodeError):
        return


def _count(note: str, known: Sequence[Cosigner]) -> int:
    return len(cosignatures_on(read_note(note), known, is_signed))
