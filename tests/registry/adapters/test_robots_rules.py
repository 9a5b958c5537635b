"""The rules of a place are read as RFC 9309 says."""

import pytest

from registry.adapters.robots_rules import admits

HERE = "https://north.example"


@pytest.mark.parametrize(
    ("rules", "path", "is_admitted"),
    [
        ("", "/city.ttl", True),
        ("User-agent: *\nDisallow: /", "/city.ttl", False),
        ("User-agent: *\nDisallow:", "/city.ttl", True),
        ("User-agent: *\nDisallow: /private/", "/city.ttl", True),
        ("User-agent: *\nDisallow: /data\nAllow: /data/open", "/data/open/city.ttl", True),
        ("User-agent: *\nAllow: /city.ttl\nDisallow: /city.ttl", "/city.ttl", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: HRCR\nAllow: /", "/city.ttl", True),
        ("User-agent: hrcr\nDisallow: /\n\nUser-agent: *\nAllow: /", "/city.ttl", False),
        ("User-agent: a\nUser-agent: hrcr\nDisallow: /x\nUser-agent: hrcr\nDisallow: /city", "/city.ttl", False),
        ("User-agent: another\nDisallow: /", "/city.ttl", True),
        ("User-agent: *\nDisallow: /*.ttl$", "/city.ttl", False),
        ("User-agent: *\nDisallow: /*.ttl$", "/city.ttl?a=b", True),
        ("User-agent: *\nDisallow: /sparql", "/sparql?query=SELECT", False),
        ("User-agent: *\nDisallow: /a%3cb", "/a%3Cb", False),
        ("\ufeffUser-agent: *\nDisallow: /", "/city.ttl", False),
        ("User-agent: *\nDisallow: / # all of it\nSitemap: https://north.example/x", "/city.ttl", False),
        ("<html><body>Not found</body></html>", "/city.ttl", True),
        ("Disallow: /", "/city.ttl", True),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_the_group_for_us_and_in_it_the_longest_rule_decides(rules: str, path: str, is_admitted: bool) -> None:
    assert admits(rules.encode(), HERE + path) is is_admitted


def test_bytes_that_are_no_text_are_rules_that_say_nothing() -> None:
    assert admits(b"\xff\xfe\x00" * 100, f"{HERE}/city.ttl")


def test_many_stars_keep_nobody_waiting() -> None:
    assert admits(b"User-agent: *\nDisallow: /" + b"*a" * 20_000 + b"b", f"{HERE}/{'a' * 2_000}")
