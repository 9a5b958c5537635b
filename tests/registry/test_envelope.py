"""An envelope has one form; what is not exactly that form is refused, and whoever signed it is known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from registry.adapters.ed25519_key import is_signed
from registry.envelope import LARGEST, hash_of, is_signed_by, read, sign, write
from registry.errors import MalformedRecord
from registry.model import Envelope

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
DIGEST = sha256(b"payload").hexdigest()
SAMPLE = Envelope(
    sequence=2,
    case="profile/york",
    kind="correction",
    office="registry-steward",
    account="q83vEjRWeJCrze8SNFZ4kA",
    claimed=NOON - timedelta(days=1),
    recorded=NOON,
    hashes={"payload": DIGEST, "evidence-1": DIGEST},
    previous=hash_of(b"before"),
    reason="The population was that of 2011.",
)
RAW = (
    '{"account":"q83vEjRWeJCrze8SNFZ4kA","case":"profile/york","claimed":"2026-06-29T12:00:00.000000Z",'
    f'"hashes":{{"evidence-1":"{DIGEST}","payload":"{DIGEST}"}},"kind":"correction","office":"registry-steward",'
    f'"previous":"{hash_of(b"before")}","reason":"The population was that of 2011.",'
    '"recorded":"2026-06-30T12:00:00.000000Z","sequence":2,"version":1}'
).encode()


class Key:
    """A key made from one byte."""

    def __init__(self, byte: int) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes([byte]) * 32)

    @property
    def public_key(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def test_an_envelope_has_exactly_these_bytes() -> None:
    assert write(SAMPLE) == RAW
    assert read(RAW) == SAMPLE
    assert hash_of(RAW) == sha256(RAW).hexdigest()


def test_a_time_in_another_zone_is_the_same_envelope() -> None:
    elsewhere = replace(SAMPLE, recorded=NOON.astimezone(timezone(timedelta(hours=9))))
    assert write(elsewhere) == RAW
    with pytest.raises(MalformedRecord, match="has no zone; give it in UTC"):
        write(replace(SAMPLE, recorded=datetime(2026, 6, 30)))  # no zone


@given(
    st.builds(
        Envelope,
        sequence=st.integers(1, 2**53 - 1),
        case=st.from_regex(r"\A[a-z]{1,9}/[a-z0-9]{1,9}\Z"),
        kind=st.sampled_from(["profile", "decision-taken"]),
        office=st.just("steward"),
        account=st.none() | st.from_regex(r"\A[A-Za-z0-9_-]{22}\Z"),
        claimed=st.datetimes(timezones=st.just(UTC), min_value=datetime(1000, 1, 1)),
        recorded=st.datetimes(timezones=st.just(UTC), min_value=datetime(1000, 1, 1)),
        hashes=st.dictionaries(st.sampled_from(["raw", "payload", "report"]), st.just(DIGEST)),
        previous=st.none() | st.just(DIGEST),
        reason=st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=200),
    )
)
def test_every_envelope_is_read_back_as_it_was(envelope: Envelope) -> None:
    assert read(write(envelope)) == envelope


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b'"version":1', b'"version":2', "has version 2; this software reads version 1"),
        (b'"version":1', b'"version":true', "has version True"),
        (b',"version":1', b"", "lacks the field “version”"),
        (b',"version":1', b',"version":1,"z":1', "has the unknown field “z”"),
        (b'"sequence":2', b'"sequence":2.0', "2.0 is not a whole number"),
        (b'"sequence":2', b'"sequence":0', "“sequence” of the envelope is 0"),
        (b'"sequence":2', b'"sequence":true', "“sequence” of the envelope is True"),
        (b'"sequence":2', b'"sequence":"2"', "“sequence” of the envelope is '2'"),
        (b'"sequence":2', b'"sequence":2,"sequence":2', "“sequence” stands twice"),
        (b'"sequence":2,"version":1', b'"version":1,"sequence":2', "not in the canonical form"),
        (b'"kind":"correction"', b'"kind":"Correction"', "“kind” of the envelope is 'Correction'"),
        (b'"kind":"correction"', b'"kind":null', "“kind” of the envelope is None"),
        (b"profile/york", b"profile//york", "a path of names"),
        (b"profile/york", b"../york", "a path of names"),
        (b"q83vEjRWeJCrze8SNFZ4kA", b"someone@example.org", "tell nothing of the person"),
        (b"q83vEjRWeJCrze8SNFZ4kA", b"maria", "tell nothing of the person"),
        (b"2026-06-30T12:00:00.000000Z", b"2026-06-30T12:00:00Z", "“recorded” of the envelope"),
        (b"2026-06-30T12:00:00.000000Z", b"2026-06-30T12:00:00.000000+00:00", "“recorded” of the envelope"),
        (b"2026-06-30T12:00:00.000000Z", b"2026-06-31T12:00:00.000000Z", "which is no time"),
        (b'"evidence-1"', b'"Evidence"', "The role 'Evidence'"),
        (DIGEST.encode(), DIGEST.upper().encode(), "must be a SHA-256 in 64 small hexadecimal digits"),
        (b"The population", b"The\\tpopulation", "without control characters"),
        (b"The population was that of 2011.", b"", "1 to 4,096 characters"),
    ],
    ids=range(23),
)
def test_what_is_not_exactly_an_envelope_is_refused_with_its_field(old: bytes, new: bytes, why: str) -> None:
    assert old in RAW
    with pytest.raises(MalformedRecord, match=why):
        read(RAW.replace(old, new))


def test_an_envelope_has_a_largest_size() -> None:
    with pytest.raises(MalformedRecord, match=r"more than 65,536; put long texts in a payload"):
        read(RAW + b" " * LARGEST)
    many = {f"evidence-{number}": DIGEST for number in range(2000)}
    with pytest.raises(MalformedRecord, match=r"more than 65,536"):
        write(replace(SAMPLE, hashes=many))


def test_what_could_not_be_read_back_is_not_written() -> None:
    for changed in (
        replace(SAMPLE, account="someone@example.org"),
        replace(SAMPLE, sequence=2**53),
        replace(SAMPLE, reason="\ud800"),
        replace(SAMPLE, hashes={"payload": "none"}),
    ):
        with pytest.raises(MalformedRecord):
            write(changed)


def test_a_signature_is_that_of_one_key_over_these_bytes() -> None:
    event = sign(SAMPLE, Key(1))
    assert (event.raw, event.envelope, event.hash) == (RAW, SAMPLE, hash_of(RAW))
    assert is_signed_by(event, (Key(2).public_key, Key(1).public_key), is_signed)
    assert not is_signed_by(event, (Key(2).public_key,), is_signed)
    assert not is_signed_by(event, (), is_signed)
    assert not is_signed_by(replace(event, raw=RAW.replace(b"2011", b"2012")), (Key(1).public_key,), is_signed)
