"""`python -m scripts.sandbox`: serve until interrupted."""

import asyncio
import signal
import sys

from scripts.sandbox.config import SandboxConfig, parse_arguments
from scripts.sandbox.server import SandboxServer


def announce(config: SandboxConfig) -> None:
    """Say where everything is."""
    print(f"stripe sandbox  http://{config.host}:{config.stripe.port}  (browsers: {config.stripe.public_url})")
    print(f"paypal sandbox  http://{config.host}:{config.paypal.port}  (browsers: {config.paypal.public_url})")
    print(
        f"clerk sandbox   http://{config.host}:{config.clerk.port}  (browsers: {config.clerk.public_url})", flush=True
    )


async def main(config: SandboxConfig) -> None:
    """Serve until SIGINT or SIGTERM."""
    server = SandboxServer(config)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.stop)
    await server.serve(announce)


if __name__ == "__main__":
    try:
        chosen = parse_arguments(sys.argv[1:])
        asyncio.run(main(chosen))
    except (ValueError, OSError) as error:
        sys.exit(f"sandbox: {error}")
