"""A real OpenID Provider (oidc-provider-mock) in a process of its own, at which anybody may be somebody."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class IdentityProvider:
    """Where it is."""

    issuer: str

    def know(self, sub: str, **claims: object) -> None:
        """Have somebody known by these claims, in place of any others."""
        body = json.dumps(claims).encode()
        fields = {"Content-Type": "application/json"}
        asked = urllib.request.Request(f"{self.issuer}/users/{sub}", body, fields, method="PUT")  # noqa: S310  # our own server
        urllib.request.urlopen(asked, timeout=10).close()  # noqa: S310  # our own server

    def settings(self, site: str) -> dict[str, str]:
        """Give the settings of a registry that is its client."""
        return {
            "site": site,
            "oidc_issuer": self.issuer,
            "oidc_client": "registry",
            "oidc_secret": "a secret of nobody",
            "oidc_name": "City network",
        }


@contextlib.contextmanager
def identity_provider() -> Iterator[IdentityProvider]:
    """Serve until the end of the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    with open(os.devnull, "wb") as nowhere:
        process = subprocess.Popen(command, stdout=nowhere, stderr=nowhere)
    try:
        _await(port, process)
        yield IdentityProvider(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(20)


def _await(port: int, process: "subprocess.Popen[bytes]") -> None:
    address = f"http://127.0.0.1:{port}/.well-known/openid-configuration"
    for _ in range(200):
        try:
            with urllib.request.urlopen(address, timeout=10):  # our own server
                return
        except OSError:
            assert process.poll() is None, "the provider did not start"
            time.sleep(0.1)
    raise AssertionError("the provider did not start")
