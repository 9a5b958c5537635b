"""Which places the registry asks on somebody else's word: none but public ones, by the bare form of any address."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from registry.fetch_errors import AddressRefused

LONGEST: Final = 2048
PORTS: Final = frozenset({80, 443, 8080, 8443})
"""Where web servers listen; any other port is more likely a service that is nobody's business."""

_SCHEMES: Final = {"http": 80, "https": 443}
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")
_REFUSED: Final = tuple(
    map(
        ip_network,
        (
            "192.0.0.0/24",
            "192.88.99.0/24",
            "::/96",
            "64:ff9b:1::/48",
            "100::/64",
            "2001::/23",
            "3fff::/20",
            "5f00::/16",
            "fec0::/10",
        ),
    )
)
"""Beside what Python's table names: assignments to protocols, relays, and old, translated and tunnelled forms."""


def is_public(text: str) -> bool:
    """Say whether a numeric address is one of the public internet, and every address that it carries within it.

    By the IANA registries of special-purpose addresses (RFC 6890), without multicast; IPv4 within IPv6 (RFC 4291
    2.5.5, RFC 6052, RFC 3056) is looked at as well.
    """
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return "%" not in text and all(map(_is_global, _carried(address)))


def _carried(address: IPv4Address | IPv6Address) -> Iterator[IPv4Address | IPv6Address]:
    if isinstance(address, IPv4Address):
        yield address
        return
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
        return
    if address in _TRANSLATED:
        yield IPv4Address(int(address) & 0xFFFFFFFF)
        return
    yield address
    if address.sixtofour is not None:
        yield address.sixtofour


def _is_global(address: IPv4Address | IPv6Address) -> bool:
    is_special = address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not is_special and not any(address in network for network in _REFUSED)


def checked(address: str) -> tuple[str, str, int]:
    """Give an address in plain form, without its fragment, with its host and port; raise AddressRefused.

    Names are given in ASCII (IDNA), and what an address says of a user is refused.
    """
    shown = address[:200]
    if len(address) > LONGEST or not address.isprintable() or any(sign in address for sign in ' \\"<>^`{|}'):
        raise AddressRefused(
            f"The address “{shown}” is too long or has a sign that addresses cannot have; copy it anew."
        )
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as fault:
        raise AddressRefused(f"The address “{shown}” is not well-formed; copy it anew.") from fault
    if parts.scheme not in _SCHEMES or not host:
        raise AddressRefused(
            f"The address “{shown}” is none of the web; write one that begins with https:// or http://."
        )
    if "@" in parts.netloc:
        raise AddressRefused(f"The address of {host} names a user; take out what stands before the @.")
    port = _SCHEMES[parts.scheme] if port is None else port
    name = _ascii(host)
    netloc = (f"[{name}]" if ":" in name else name) + ("" if port == _SCHEMES[parts.scheme] else f":{port}")
    return urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, "")), name, port


def _ascii(host: str) -> str:
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError as fault:
        raise AddressRefused(f"The name “{host[:100]}” cannot be one of the web; copy the address anew.") from fault
