"""Checking what lies at a path, whatever it is, with nothing but its bytes and the published artefacts."""

from collections.abc import Collection, Iterator
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final

from registry.adapters.ed25519_key import is_signed
from registry.adapters.oxigraph_store import OxigraphReader
from registry.adapters.release_directories import public_files
from registry.case_export import is_case_export
from registry.case_export_verification import verify_case_export
from registry.confinement import report_confined
from registry.cosignature import Cosigner
from registry.dumps import SUMS
from registry.errors import MalformedRecord, ReleaseError, StoreError, UnknownKind
from registry.key_chain import changes_in
from registry.ledger_export import envelopes_in, is_export, read_header
from registry.ledger_verification import verify_export, verify_receipt_file
from registry.loading import artefacts, now
from registry.quorum import publication_checks, quorum_checks
from registry.receipt import is_receipt
from registry.receipt import read as read_receipt
from registry.report_verification import document_checks
from registry.verification import PUBLICATION, Check, Kind, is_release, signing_key, verify_release

_LONGEST_START: Final = 1024**2
"""How much of a file is read to know what it is."""


def verify_path(
    path: Path, *, keys: tuple[bytes, ...] = (), known: tuple[bytes, ...] = (), documents: Path | None = None
) -> tuple[Check, ...]:
    """Check what lies at a path, by its content; raise UnknownKind when it is nothing that can be checked.

    ``known`` are receipts or checkpoints that the reader has of a ledger from elsewhere; ``documents`` is a directory
    with what events name by its SHA-256, whatever the files are called.
    """
    if path.is_file():
        with path.open("rb") as file:
            start = file.readline(_LONGEST_START)
            file.seek(0)
            if is_receipt(start):
                return verify_receipt_file(file.read(), keys=keys, is_signed=is_signed)
            if is_case_export(start):
                checks = verify_case_export(file, keys=keys, is_signed=is_signed, law=artefacts().process)
                return (*checks, *_documents(path, documents))
            if is_export(start):
                return (*_export(file, keys, known), *_documents(path, documents))
    files = public_files(path)
    if not is_release(files):
        raise UnknownKind(
            f"{path} holds no release and is no export of a ledger: neither {SUMS} nor the files of a release are "
            "there, nor is the first line a checkpoint."
        )
    return verify_release(
        files, key=signing_key(files, keys, is_signed), is_signed=is_signed, stored=_stored(path / "store")
    )


def witness_checks(
    path: Path, *, keys: tuple[bytes, ...], cosigners: Collection[Cosigner], known: tuple[bytes, ...], needed: int
) -> Iterator[Check]:
    """Say which witnesses cosigned the head of a release or an export, and whether ``needed`` of them did.

    ``known`` are receipts or checkpoints of the same ledger that the reader has; nothing is said of anything else.
    """
    if path.is_file():
        with path.open("rb") as file:
            start = file.readline(_LONGEST_START)
        if not is_export(start) or is_case_export(start):
            return
        try:
            notes = [read_header(start).note, *map(_note, known)]
        except MalformedRecord:
            notes = []
    else:
        notes = []
        if (path / PUBLICATION).is_file():
            try:
                receipt = read_receipt((path / PUBLICATION).read_bytes())
            except MalformedRecord as fault:
                yield Check(Kind.BROKEN, f"{PUBLICATION} cannot be read: {fault}")
            else:
                sums = sha256((path / SUMS).read_bytes()).hexdigest() if (path / SUMS).is_file() else ""
                checks = tuple(publication_checks(receipt, sums, keys=keys, is_signed=is_signed))
                yield from checks
                notes = [] if any(check.kind is Kind.BROKEN for check in checks) else [receipt.checkpoint.note]
    yield from quorum_checks(notes, cosigners, needed=needed, is_signed=is_signed, now=now())


def _export(file: BinaryIO, keys: tuple[bytes, ...], known: tuple[bytes, ...]) -> tuple[Check, ...]:
    """Check an export, read twice: first for the changes of the key, which lead from the keys given to the others."""
    changes = changes_in(file)
    file.seek(0)
    return verify_export(
        file, keys=keys, is_signed=is_signed, known=map(_note, known), law=artefacts().process, changes=changes
    )


def _documents(export: Path, directory: Path | None) -> Iterator[Check]:
    """Check what the events of an export name, where it lies in a directory."""
    if directory is None:
        return
    files = [file.read_bytes() for file in sorted(directory.iterdir()) if file.is_file()]
    found = {sha256(raw).hexdigest(): raw for raw in files}
    with export.open("rb") as lines:
        yield from document_checks(envelopes_in(lines), found, ours=artefacts().grounds, repeat=report_confined)


def _note(known: bytes) -> str:
    return read_receipt(known).checkpoint.note if is_receipt(known) else known.decode("utf-8", errors="replace")


def _stored(store: Path) -> bytes | None:
    """Give the canonical N-Quads of the engine's directory: none at all when it cannot be read, None without one."""
    if not store.is_dir():
        return None
    try:
        return OxigraphReader(store).dump("application/n-quads")
    except (ReleaseError, StoreError):
        return b""
