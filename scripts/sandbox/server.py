"""Runs every provider's application in one process: one event loop, one state file, one port each."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp

from scripts.sandbox.config import SandboxConfig
from scripts.sandbox.faults import DroppableProtocol
from scripts.sandbox.store import Store


@dataclass(frozen=True)
class Provider:
    """One provider's application and what must run beside it."""

    name: str
    app: ASGIApp
    socket: socket.socket
    background: tuple[Callable[[], Awaitable[None]], ...]


class _Server(uvicorn.Server):
    """Leaves signals to the one who runs several servers."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's algorithm off only where the protocol is named; with it every answer takes 40 ms longer.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(256)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise OSError(f"port {port} is taken") from None
        raise
    return listener


def build_providers(config: SandboxConfig, store: Store) -> tuple[SandboxConfig, list[Provider]]:
    """Bind the ports and build the applications: another provider is one more entry here.

    Returns the configuration with the ports that were bound. Must be called within the event loop that serves them.
    """
    # Imported here so that reading flags and minting tokens from a shell stay quick.
    from scripts.sandbox.clerk.app import ClerkSandbox
    from scripts.sandbox.paypal.app import PayPalSandbox
    from scripts.sandbox.stripe.app import StripeSandbox

    stripe_socket = bind(config.host, config.stripe.port)
    paypal_socket = bind(config.host, config.paypal.port)
    clerk_socket = bind(config.host, config.clerk.port)
    sockets = (stripe_socket, paypal_socket, clerk_socket)
    config = config.with_ports(*(bound.getsockname()[1] for bound in sockets))
    stripe = StripeSandbox(config, store)
    paypal = PayPalSandbox(config, store)
    clerk = ClerkSandbox(config, store)
    return config, [
        Provider("stripe", stripe.app, stripe_socket, (stripe.channel.run, stripe.run_timers)),
        Provider("paypal", paypal.app, paypal_socket, (paypal.channel.run,)),
        Provider("clerk", clerk.app, clerk_socket, (clerk.channel.run,)),
    ]


class SandboxServer:
    """All providers, started and stopped together."""

    def __init__(self, config: SandboxConfig) -> None:
        self.config = config
        self._stop = asyncio.Event()
        self._servers: list[_Server] = []

    def stop(self) -> None:
        """Ask the servers to end; `serve` then returns within about a second."""
        self._stop.set()
        for server in self._servers:
            server.should_exit = True

    async def serve(self, ready: Callable[[SandboxConfig], None]) -> None:
        """Serve until `stop`. `ready` is called once, when all ports answer."""
        store = Store(self.config.state)
        self.config, providers = build_providers(self.config, store)
        background = [asyncio.create_task(_run(job)) for provider in providers for job in provider.background]
        for provider in providers:
            self._servers.append(
                _Server(
                    uvicorn.Config(
                        provider.app,
                        http=DroppableProtocol,
                        log_level="warning",
                        lifespan="off",
                        timeout_graceful_shutdown=1,
                        access_log=False,
                    )
                )
            )
        serving = [
            asyncio.create_task(server.serve(sockets=[provider.socket]))
            for server, provider in zip(self._servers, providers, strict=True)
        ]
        while not (all(server.started for server in self._servers) or any(task.done() for task in serving)):  # noqa: ASYNC110  (uvicorn has no event)
            await asyncio.sleep(0.01)
        ready(self.config)
        try:
            await asyncio.gather(*serving)
        finally:
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
            store.close()


async def _run(job: Callable[[], Awaitable[None]]) -> None:
    await job()
