"""The EvidenceStore port on an S3-compatible store: each file under its SHA-256, checked at every reading.

Keys are those of the directory (``ab/ab12…``), so that files can be moved between both as they are. Credentials, region
and endpoint are read where every S3 client reads them (``AWS_*`` variables, profiles, the role of the machine).
"""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from registry.adapters.evidence_files import digest_at, key_of, unchanged
from registry.errors import SettingsError
from registry.evidence_errors import EvidenceUnavailable, UnknownEvidence

PAGE: Final = 1_000
"""Files that are listed by one request."""

_NOT_THERE: Final = frozenset({"NoSuchKey", "404", "NotFound"})
_CONFIG: Final = Config(
    connect_timeout=5,
    read_timeout=30,
    retries={"mode": "standard", "max_attempts": 3},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
"""Checksums of the newest clients are unknown to many compatible stores; ours is the SHA-256 that names the file."""


class EvidenceBucket:
    """Files of evidence in one bucket, below a folder or not; processes and threads may share it."""

    def __init__(self, url: str) -> None:
        """Name the place as ``s3://bucket/folder``; raise SettingsError for another form, nothing is asked yet."""
        parts = urlsplit(url)
        if parts.scheme != "s3" or not parts.netloc or parts.query or parts.fragment or "@" in parts.netloc:
            raise SettingsError(f"“{url}” names no bucket; write it as s3://bucket or s3://bucket/folder.")
        self._bucket = parts.netloc
        self._folder = f"{parts.path.strip('/')}/".lstrip("/")
        try:
            self._client: Any = boto3.session.Session().client("s3", config=_CONFIG)
        except (BotoCoreError, ValueError) as fault:
            raise SettingsError(f"The store {url} cannot be used: {fault}") from fault

    def put(self, raw: bytes) -> str:
        """Keep bytes durably and give their SHA-256 (see the port); the store compares the hash before it keeps."""
        own = sha256(raw)
        digest = own.hexdigest()
        try:
            self.get(digest)
        except UnknownEvidence:
            stated = base64.b64encode(own.digest()).decode("ascii")
            with _explained("The file could not be kept; nothing was stored, try again."):
                self._client.put_object(Bucket=self._bucket, Key=self._key(digest), Body=raw, ChecksumSHA256=stated)
        return digest

    def get(self, digest: str) -> bytes:
        """Give the bytes of a hash, checked against it (see the port)."""
        with _explained(f"The file {digest[:64]} cannot be read; try again."):
            try:
                raw: bytes = self._client.get_object(Bucket=self._bucket, Key=self._key(digest))["Body"].read()
            except ClientError as fault:
                if _code(fault) in _NOT_THERE:
                    raise UnknownEvidence(f"No file of the SHA-256 {digest} is kept here.") from fault
                raise
        return unchanged(raw, digest)

    def __iter__(self) -> Iterator[str]:
        """Name every file kept, in order (see the port)."""
        with _explained("The files of evidence cannot be listed; try again."):
            listing = self._client.get_paginator("list_objects_v2")
            pages = listing.paginate(Bucket=self._bucket, Prefix=self._folder, PaginationConfig={"PageSize": PAGE})
            keys = [found["Key"].removeprefix(self._folder) for page in pages for found in page.get("Contents", ())]
        yield from sorted(digest for key in keys if (digest := digest_at(key)) is not None)

    def _key(self, digest: str) -> str:
        return self._folder + key_of(digest)


@contextmanager
def _explained(sentence: str) -> Iterator[None]:
    """Give what goes wrong with the store as an error of the registry."""
    try:
        yield
    except ClientError as fault:
        raise EvidenceUnavailable(f"{sentence} The store says: {_code(fault)}.") from fault
    except BotoCoreError as fault:
        raise EvidenceUnavailable(f"{sentence} {fault}") from fault


def _code(fault: ClientError) -> str:
    return str(fault.response.get("Error", {}).get("Code", "no reason"))
