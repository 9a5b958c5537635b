"""The public files of a release: documents, hashes of them all, and the signature over the hashes; pure."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from rdflib import Graph

from registry.catalogue import manifest
from registry.model import Release
from registry.namespaces import PREFIXES
from registry.ports import ReleaseReader, Signer
from registry.tables import Table, table_files

DOCUMENTS: Final[Mapping[str, str]] = {
    "hrcr.nq": "application/n-quads",
    "hrcr.ttl": "text/turtle",
    "hrcr.jsonld": "application/ld+json",
}
"""The dumps by path, with their media types: every graph as canonical N-Quads, the default graph in two other forms."""

MANIFEST: Final = "manifest.ttl"
SUMS: Final = "SHA256SUMS"
SIGNATURE: Final = "SHA256SUMS.sig"
PUBLIC_KEY: Final = "public-key.pem"
_ED25519_PREFIX: Final = bytes.fromhex("302a300506032b6570032100")
"""What stands before the 32 bytes of an Ed25519 key in a SubjectPublicKeyInfo (RFC 8410, section 4)."""
_SUM: Final = re.compile(r"([0-9a-f]{64})  (\S.*)")
_END: Final = b"-----END PUBLIC KEY-----"


@dataclass(frozen=True, slots=True)
class Described:
    """How a release is described: its tables with their queries, its words, and the queries that count."""

    tables: tuple[Table, ...]
    table_queries: Mapping[str, str]
    words: Graph
    statistics: Mapping[str, str]


def release_files(
    release: Release, reader: ReleaseReader, described: Described, *, signer: Signer | None
) -> Mapping[str, bytes]:
    """Give every public file of a release by its path; the same release gives the same bytes.

    With a key the public key and an Ed25519 signature over the hashes, in base64, stand beside them.
    """
    files = {path: reader.dump(media_type) for path, media_type in DOCUMENTS.items()}
    files |= table_files(reader, described.tables, described.table_queries)
    if signer is not None:
        files[PUBLIC_KEY] = public_key_pem(signer.public_key)
    told = manifest(release, reader, files, words=described.words, statistics=described.statistics)
    files[MANIFEST] = _turtle(told)
    files[SUMS] = sums(files)
    if signer is not None:
        files[SIGNATURE] = base64.b64encode(signer.sign(files[SUMS])) + b"\n"
    return files


def _turtle(graph: Graph) -> bytes:
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    return graph.serialize(format="turtle", encoding="utf-8")


def sums(files: Mapping[str, bytes]) -> bytes:
    """Give the SHA-256 of each file in the form that ``sha256sum --check`` reads, in the order of paths."""
    return "".join(f"{sha256(body).hexdigest()}  {path}\n" for path, body in sorted(files.items())).encode()


def read_sums(raw: bytes) -> tuple[Mapping[str, str], bool]:
    """Read the SHA-256 of each file by path, and whether every line is one of these and names a path of its own."""
    lines = raw.decode("utf-8", errors="replace").splitlines()
    found = {match[2]: match[1] for line in lines if (match := _SUM.fullmatch(line))}
    return found, 0 < len(lines) == len(found)


def public_key_pem(key: bytes) -> bytes:
    """Give the 32 bytes of an Ed25519 public key as PEM (RFC 8410, RFC 7468)."""
    body = base64.b64encode(_ED25519_PREFIX + key)
    return b"-----BEGIN PUBLIC KEY-----\n" + body + b"\n-----END PUBLIC KEY-----\n"


def read_public_keys(pem: bytes) -> tuple[bytes, ...]:
    """Read every Ed25519 public key of a file of one or more PEM blocks; none when one of them is something else."""
    blocks = [block + _END for block in pem.strip().split(_END) if block.strip()]
    keys = [key for block in blocks if (key := read_public_key(block)) is not None]
    return tuple(keys) if len(keys) == len(blocks) else ()


def read_public_key(pem: bytes) -> bytes | None:
    """Read the 32 bytes of an Ed25519 public key from PEM; None for any other text."""
    lines = pem.decode("ascii", errors="replace").split()
    body = "".join(lines).removeprefix("-----BEGINPUBLICKEY-----").removesuffix("-----ENDPUBLICKEY-----")
    try:
        raw = base64.b64decode(body, validate=True)
    except ValueError:
        return None
    key = raw.removeprefix(_ED25519_PREFIX)
    return key if raw.startswith(_ED25519_PREFIX) and len(key) == 32 else None
