"""Speaking to the API of a registry, this one or another, with the token of an account."""

import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import httpcore

from registry.api_errors import RegistryRefused

SECONDS: Final = 120.0
MOST_BYTES: Final = 20 * 1024 * 1024

_ON_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class RegistryClient:
    """The API of the registry at an address, used with a token, which goes over a secure connection alone."""

    base: str
    token: str

    def post(self, path: str, body: bytes = b"", **fields: str) -> dict[str, Any]:
        """Send a request below the address, or to a path that an answer gave; give the JSON that comes back.

        ``fields`` are header fields. Raises RegistryRefused with what the registry says, or when it does not answer.
        """
        place = urljoin(self.base.rstrip("/") + "/", path)
        parts, home = urlsplit(place), urlsplit(self.base)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _ON_THIS_MACHINE):
            raise RegistryRefused(f"{self.base[:200]} is not secure: a token is sent over https:// alone.")
        if (parts.scheme, parts.netloc) != (home.scheme, home.netloc):
            raise RegistryRefused(f"{self.base} leads to another host, {parts.netloc}, which gets no token.")
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json", **fields}
        limits = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), SECONDS)}
        try:
            with httpcore.stream(
                "POST", place, headers=list(headers.items()), content=body, extensions=limits
            ) as answer:
                status, said = answer.status, _read(answer)
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, ValueError) as fault:
            raise RegistryRefused(f"The registry at {self.base} gave no answer; nothing may have been done.") from fault
        return _said(self.base, status, said)


def _read(answer: httpcore.Response) -> bytes:
    said = bytearray()
    for piece in answer.iter_stream():
        said += piece
        if len(said) > MOST_BYTES:
            raise ValueError("too much")
    return bytes(said)


def _said(base: str, status: int, said: bytes) -> dict[str, Any]:
    try:
        document = json.loads(said)
    except (ValueError, RecursionError) as fault:
        raise RegistryRefused(f"{base} answers with status {status}, and not as a registry does.") from fault
    if not isinstance(document, dict):
        raise RegistryRefused(f"{base} answers with status {status}, and not as a registry does.")
    if 200 <= status < 300:
        return document
    places = [each for each in document.get("errors", ()) if isinstance(each, dict)]
    lines = [str(document.get("detail", f"The registry answers with status {status}."))]
    lines += [f"- {each.get('pointer', '')}: {each.get('detail', '')}" for each in places]
    raise RegistryRefused("\n".join(lines))
