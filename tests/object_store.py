"""A real S3-compatible server of our own: moto's, in a process of its own, with buckets that nobody else has."""

import contextlib
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from itertools import count
from socket import socket

import boto3
import pytest


@contextlib.contextmanager
def object_store() -> Iterator[Callable[[], str]]:
    """Serve until the end of the block, with credentials in the environment; gives what makes a new bucket."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with pytest.MonkeyPatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("AWS_")]:
                patch.delenv(name)
            patch.setenv("AWS_ENDPOINT_URL_S3", address)
            patch.setenv("AWS_ACCESS_KEY_ID", "somebody")
            patch.setenv("AWS_SECRET_ACCESS_KEY", "something")
            patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
            patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
            _await(address)
            numbers = count(1)
            yield lambda: _bucket(f"evidence-{next(numbers)}")
    finally:
        server.terminate()
        server.wait(20)


def _bucket(name: str) -> str:
    boto3.session.Session().client("s3").create_bucket(Bucket=name)
    return f"s3://{name}"


def _await(address: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{address}/moto-api/", timeout=10):  # noqa: S310  # our own server
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the store did not start")
