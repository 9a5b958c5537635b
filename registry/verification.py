"""Checking what was published, offline and from its bytes alone: hashes, signature, order and counts; pure."""

import base64
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

from registry.dumps import PUBLIC_KEY, SIGNATURE, SUMS, read_public_key, read_sums
from registry.ports import SignatureCheck

FACTS: Final = "release.json"
QUADS: Final = "hrcr.nq"
COSIGNED: Final = "witness/checkpoint"
PUBLICATION: Final = "witness/publication.json"
"""What lies beside the files of a release: the head of the ledger with its cosignatures, and under it the receipt for
the event by which the release was published. Witnesses sign later, so neither stands in the list of hashes.
"""

_BLANK: Final = re.compile(rb"^_:|^<[^>]*> <[^>]*> _:| _:[^ \"<>]+ \.$", re.MULTILINE)
_FACTS_NEEDED: Final = ("id", "day", "standard", "software", "quads")


class Kind(StrEnum):
    """What a check came to."""

    HOLDS = "holds"
    BROKEN = "broken"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, or could not be, in one sentence."""

    kind: Kind
    message: str


def verify_release(
    files: Mapping[str, bytes],
    *,
    key: bytes | None,
    is_signed: SignatureCheck,
    stored: bytes | None,
    wanted: Collection[str] | None = None,
) -> tuple[Check, ...]:
    """Check the files of one release by path; every sentence that is not “holds” matters.

    ``key`` are the 32 bytes of the public key that the reader trusts, None when none was given. ``stored`` are the
    canonical N-Quads that the engine's own directory gives, None where that directory is not at hand. ``wanted`` are
    the paths that were asked for, None for all: what else was published is then not missing.
    """
    return (
        *_hashes(files, wanted),
        *_signature(files, key, is_signed),
        *_quads(files),
        *_store(files, stored),
    )


def is_release(files: Mapping[str, bytes]) -> bool:
    """Say whether these files are those of a release, whole or not."""
    return SUMS in files or (QUADS in files and FACTS in files)


def signing_key(files: Mapping[str, bytes], keys: Collection[bytes], is_signed: SignatureCheck) -> bytes | None:
    """Give the one of the keys given that signed a release; the first when none did, None when none was given."""
    return next((key for key in keys if was_signed(files, key, is_signed)), next(iter(keys), None))


def was_signed(files: Mapping[str, bytes], key: bytes, is_signed: SignatureCheck) -> bool:
    """Say whether the hashes among the files of a release were signed with a key."""
    return is_signed(key, _decoded(files.get(SIGNATURE, b"")) or b"", files.get(SUMS, b""))


def _holds(message: str) -> Check:
    return Check(Kind.HOLDS, message)


def _broken(message: str) -> Check:
    return Check(Kind.BROKEN, message)


def _not_checked(message: str) -> Check:
    return Check(Kind.NOT_CHECKED, message)


def _hashes(files: Mapping[str, bytes], wanted: Collection[str] | None) -> Iterator[Check]:
    if SUMS not in files:
        yield _broken(f"{SUMS} is missing, so no file can be compared with what was published.")
        return
    stated, is_list = read_sums(files[SUMS])
    if not is_list:
        yield _broken(f"{SUMS} has a line that is no hash and path.")
    for path, digest in sorted(stated.items()):
        if path not in files and wanted is not None and path not in wanted:
            continue
        if path not in files:
            yield _broken(f"{path} is missing.")
        elif sha256(files[path]).hexdigest() != digest:
            yield _broken(f"{path} is not the file that was published: its SHA-256 is another one.")
        else:
            yield _holds(f"{path} has the SHA-256 that {SUMS} states.")
    for path in sorted(set(files) - set(stated) - {SUMS, SIGNATURE, FACTS}):
        yield _broken(f"{path} was not published with this release.")


def _signature(files: Mapping[str, bytes], key: bytes | None, is_signed: SignatureCheck) -> Iterator[Check]:
    if SIGNATURE not in files:
        wanted = "a key was given, but " if key else ""
        kind = _broken if key else _not_checked
        yield kind(f"Who published it: {wanted}the release is not signed.")
        return
    signature, enclosed = _decoded(files[SIGNATURE]), read_public_key(files.get(PUBLIC_KEY, b""))
    used = key or enclosed
    if signature is None or used is None or not is_signed(used, signature, files.get(SUMS, b"")):
        whose = "the key given" if key else f"the key in {PUBLIC_KEY}"
        yield _broken(f"{SIGNATURE} is not a signature over {SUMS} with {whose}.")
        return
    name = sha256(used).hexdigest()[:16]
    if key:
        yield _holds(f"{SUMS} is signed with the key given ({name}).")
    else:
        yield _not_checked(
            f"Whose key it is: {SUMS} is signed with the enclosed key {name}; anybody could enclose a key. "
            "Get the key from the registry by another way and give it with --key."
        )


def _quads(files: Mapping[str, bytes]) -> Iterator[Check]:
    if QUADS not in files:
        return
    lines = files[QUADS].splitlines(keepends=True)
    if lines != sorted(set(lines)) or (lines and not lines[-1].endswith(b" .\n")):
        yield _broken(f"{QUADS} is not canonical: its lines are not sorted, or one stands twice or is cut off.")
    else:
        yield _holds(f"{QUADS} is in canonical order, each line once.")
    if _BLANK.search(files[QUADS]):
        yield _broken(f"{QUADS} holds a blank node, which a release never does.")
    yield from _counts(files, len(lines))


def _counts(files: Mapping[str, bytes], quads: int) -> Iterator[Check]:
    if FACTS not in files:
        yield _not_checked(f"How many quads there should be: {FACTS} is not here.")
        return
    try:
        facts = json.loads(files[FACTS])
        stated = {name: facts[name] for name in _FACTS_NEEDED}
    except (ValueError, KeyError, TypeError):
        yield _broken(f"{FACTS} does not state what a release is.")
        return
    if stated["quads"] == quads:
        yield _holds(f"There are {quads:,} quads, as {FACTS} states.")
    else:
        yield _broken(f"{QUADS} has {quads:,} quads where {FACTS} states {stated['quads']}.")


def _store(files: Mapping[str, bytes], stored: bytes | None) -> Iterator[Check]:
    if stored is None:
        yield _not_checked("What the endpoint answers from: the engine's own directory is not here.")
    elif stored == files.get(QUADS):
        yield _holds(f"The engine's own directory says exactly what {QUADS} says.")
    else:
        yield _broken(f"The engine's own directory cannot be read, or does not say what {QUADS} says.")


def _decoded(text: bytes) -> bytes | None:
    try:
        return base64.b64decode(text.strip(), validate=True)
    except ValueError:
        return None
