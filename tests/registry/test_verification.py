"""A release is checked from its bytes: whatever was changed is named, and what could not be checked is said."""

import base64
import json
from collections.abc import Callable
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.adapters.ed25519_key import is_signed
from registry.dumps import PUBLIC_KEY, SIGNATURE, SUMS, public_key_pem, sums
from registry.verification import Check, Kind, is_release, signing_key, verify_release

Files = dict[str, bytes]
KEY, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([byte]) * 32) for byte in (1, 2))
PUBLIC = KEY.public_key().public_bytes_raw()
LINE = '<https://example.org/{0}> <https://example.org/says> "of _:blank nodes" .\n'
QUADS = "".join(LINE.format(name) for name in "abc").encode()


def resigned(files: Files, key: Ed25519PrivateKey = KEY) -> Files:
    files = {path: body for path, body in files.items() if path not in (SUMS, SIGNATURE, PUBLIC_KEY)}
    facts = {path: files.pop(path) for path in ("release.json",) if path in files}
    files[PUBLIC_KEY] = public_key_pem(key.public_key().public_bytes_raw())
    files[SUMS] = sums(files)
    files[SIGNATURE] = base64.b64encode(key.sign(files[SUMS]))
    return files | facts


def release() -> Files:
    facts = {"id": "2026-06-30-1", "day": "2026-06-30", "standard": "1.0.0", "software": "0.1.0", "quads": 3}
    return resigned({"hrcr.nq": QUADS, "tables/cities.csv": b"city\n", "release.json": json.dumps(facts).encode()})


def checked(files: Files, *, key: bytes | None = PUBLIC, stored: bytes | None = QUADS) -> tuple[Check, ...]:
    return verify_release(files, key=key, is_signed=is_signed, stored=stored)


def told(checks: tuple[Check, ...], kind: Kind) -> list[str]:
    return [check.message for check in checks if check.kind is kind]


def test_nothing_is_broken_in_a_release_as_published() -> None:
    checks = checked(release())
    assert told(checks, Kind.BROKEN) == told(checks, Kind.NOT_CHECKED) == []
    assert len(told(checks, Kind.HOLDS)) == 7


def test_what_was_not_checked_is_said() -> None:
    files = {path: body for path, body in release().items() if path != "release.json"}
    unsure = told(checked(files, key=None, stored=None), Kind.NOT_CHECKED)
    assert [sentence.split(":")[0] for sentence in unsure] == [
        "Whose key it is",
        "How many quads there should be",
        "What the endpoint answers from",
    ]
    unsigned = {path: body for path, body in release().items() if path not in (SIGNATURE, PUBLIC_KEY)}
    unsigned[SUMS] = sums({path: unsigned[path] for path in ("hrcr.nq", "tables/cities.csv")})
    assert told(checked(unsigned, key=None), Kind.NOT_CHECKED) == ["Who published it: the release is not signed."]


def changed(path: str, change: Callable[[bytes], bytes]) -> Callable[[Files], Files]:
    return lambda files: files | {path: change(files[path])}


def without(path: str) -> Callable[[Files], Files]:
    return lambda files: {name: body for name, body in files.items() if name != path}


def flip(body: bytes) -> bytes:
    return bytes([body[0] ^ 1]) + body[1:]


TAMPERED: list[tuple[Callable[[Files], Files], str]] = [
    (changed("hrcr.nq", flip), "hrcr.nq is not the file that was published"),
    (changed("tables/cities.csv", flip), "tables/cities.csv is not the file that was published"),
    (changed(SUMS, flip), "SHA256SUMS is not|is not a signature over SHA256SUMS"),
    (changed(SIGNATURE, flip), "is not a signature over SHA256SUMS with the key given"),
    (changed(SIGNATURE, lambda _: b"!"), "is not a signature over SHA256SUMS"),
    (changed(PUBLIC_KEY, flip), "public-key.pem is not the file that was published"),
    (changed("release.json", lambda body: body.replace(b"3", b"4")), "states"),
    (changed("release.json", flip), "release.json does not state what a release is"),
    (without("hrcr.nq"), "hrcr.nq is missing"),
    (without("tables/cities.csv"), "tables/cities.csv is missing"),
    (without(SUMS), "SHA256SUMS is missing"),
    (without(SIGNATURE), "a key was given, but the release is not signed"),
    (lambda files: files | {"more.ttl": b""}, "more.ttl was not published with this release"),
    (lambda files: resigned(files, OTHER), "is not a signature over SHA256SUMS with the key given"),
    (lambda files: resigned(files | {"hrcr.nq": QUADS[:-20]}), "not canonical|where release.json states"),
    (lambda files: resigned(files | {"hrcr.nq": QUADS + QUADS}), "hrcr.nq is not canonical"),
    (lambda files: resigned(files | {"hrcr.nq": LINE.format("a").encode()}), "has 1 quads where release.json states 3"),
    (lambda files: resigned(files | {"hrcr.nq": b"<a:a> <a:b> _:c .\n" + QUADS}), "holds a blank node"),
    (
        lambda files: resigned(files | {"hrcr.nq": QUADS.replace(b"/b>", b"/bb>")}),
        "own directory cannot be read, or does not say",
    ),
]


@pytest.mark.parametrize(("tamper", "named"), TAMPERED)
def test_each_way_to_tamper_is_named(tamper: Callable[[Files], Files], named: str) -> None:
    found = told(checked(tamper(release())), Kind.BROKEN)
    assert any(part in sentence for part in named.split("|") for sentence in found), found


def test_any_byte_of_any_file_that_changes_is_noticed() -> None:
    files = release()
    assert len(TAMPERED) == 19
    for path in ("hrcr.nq", "tables/cities.csv", SUMS, PUBLIC_KEY):
        for place in range(len(files[path])):
            body = files[path][:place] + bytes([files[path][place] ^ 1]) + files[path][place + 1 :]
            assert told(checked(files | {path: body}), Kind.BROKEN), (path, place)


def test_the_enclosed_key_alone_proves_nothing() -> None:
    forged = resigned(release(), OTHER)
    assert told(checked(forged, key=None), Kind.BROKEN) == []
    (unsure,) = told(checked(forged, key=None), Kind.NOT_CHECKED)
    assert sha256(OTHER.public_key().public_bytes_raw()).hexdigest()[:16] in unsure
    assert "anybody could enclose a key" in unsure


def test_a_release_is_known_by_its_files() -> None:
    assert is_release(release())
    assert is_release(without(SUMS)(release()))
    assert not is_release({"city.ttl": b""})


def test_of_several_keys_the_one_that_signed_is_taken() -> None:
    other = OTHER.public_key().public_bytes_raw()
    assert signing_key(release(), (other, PUBLIC), is_signed) == PUBLIC
    assert signing_key(release(), (other,), is_signed) == other
    assert signing_key(release(), (), is_signed) is None
    assert signing_key({}, (PUBLIC,), is_signed) == PUBLIC


def test_of_some_files_alone_no_other_is_missed_and_each_is_checked() -> None:
    wanted = (SUMS, SIGNATURE, "hrcr.nq")
    some = {path: body for path, body in release().items() if path in wanted}
    checks = verify_release(some, key=PUBLIC, is_signed=is_signed, stored=None, wanted=wanted)
    assert told(checks, Kind.BROKEN) == []
    for path in wanted[1:]:
        lacking = {name: body for name, body in some.items() if name != path}
        lacking[path] = flip(some[path])
        assert told(verify_release(lacking, key=PUBLIC, is_signed=is_signed, stored=None, wanted=wanted), Kind.BROKEN)
    lacking = {name: body for name, body in some.items() if name != "hrcr.nq"}
    assert told(verify_release(lacking, key=PUBLIC, is_signed=is_signed, stored=None, wanted=wanted), Kind.BROKEN) == [
        "hrcr.nq is missing."
    ]
