"""What a robots.txt allows (RFC 9309), by Protego."""

from typing import Final

PRODUCT: Final = "hrcr"
"""The product token by which rules name this registry (RFC 9309, 2.2.1)."""


def admits(rules: bytes, address: str) -> bool:
    """Say whether the rules of a place let this registry ask an address of it.

    The longest rule that fits decides, and of two as long the one that allows (RFC 9309, 2.2.2). A few kilobytes of
    rules can take much memory: run it confined.
    """
    from protego import Protego  # only children read rules

    return Protego.parse(rules.decode("utf-8", "replace").removeprefix("\ufeff")).can_fetch(address, PRODUCT)
