"""Only what is public by its bare address is asked, however the address is written."""

import pytest

from registry.adapters.public_addresses import checked, is_public
from registry.fetch_errors import AddressRefused

PUBLIC = ["93.184.216.34", "1.1.1.1", "192.88.98.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
SPECIAL = [
    "0.0.0.0",  # noqa: S104  # looked at, nothing is bound to it
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:c0a8:101::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700:4700::1111%lo",
    "fec0::1",
    "ff02::1",
    "not an address",
    "",
]


@pytest.mark.parametrize("text", PUBLIC)
def test_a_public_address_is_asked(text: str) -> None:
    assert is_public(text)


@pytest.mark.parametrize("text", SPECIAL)
def test_a_special_address_is_not_asked(text: str) -> None:
    assert not is_public(text)


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("https://Example.org", "https://example.org/"),
        ("http://example.org:80/a?b=c#d", "http://example.org/a?b=c"),
        ("https://example.org.:8443/", "https://example.org:8443/"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/ä"),
        ("http://[2606:4700::1]:8080/x", "http://[2606:4700::1]:8080/x"),
    ],
)
def test_an_address_is_given_in_plain_form(given: str, plain: str) -> None:
    assert checked(given)[0] == plain


@pytest.mark.parametrize(
    "address",
    [
        "",
        "example.org",
        "//example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "data:text/turtle,",
        "javascript:alert(1)",
        "http://",
        "http:///path",
        "http://user:secret@example.org/",
        "http://example.org@127.0.0.1/",
        "http://127.0.0.1\\@example.org/",
        "http://exa mple.org/",
        "http://example.org/\r\nHost: other",
        "http://example.org/\x00",
        "http://example.org:99999/",
        "http://example.org:x/",
        "http://[::1/",
        "http://" + "a" * 70 + "ü.example/",
        "https://example.org/" + "a" * 2048,
    ],
)
def test_what_is_no_address_of_the_web_is_refused_with_a_sentence(address: str) -> None:
    with pytest.raises(AddressRefused, match=r"\.$"):
        checked(address)


def test_a_refusal_does_not_repeat_what_an_address_says_of_a_user() -> None:
    with pytest.raises(AddressRefused) as refusal:
        checked("https://officer:secret@example.org/")
    assert "secret" not in str(refusal.value)
