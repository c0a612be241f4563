"""`python -m scripts.edge`: serve until interrupted."""

from __future__ import annotations

import argparse
from pathlib import Path

import uvicorn

from scripts.edge.app import Edge
from scripts.edge.bucket import Bucket
from scripts.edge.gate import Gate
from scripts.edge.proxy import Proxy, Target
from scripts.edge.site import Site

DEMO_PICTURES = Path(__file__).resolve().parents[1] / "demo_catalogue" / "pictures"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.edge", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--target-file", type=Path, required=True, help="JSON: host, port and path prefix of the API")
    parser.add_argument("--site", type=Path, required=True, help="folder of the built storefront")
    parser.add_argument("--media", type=Path, required=True, help="folder of pictures, served under /media/")
    parser.add_argument("--limit", type=int, default=0, help="requests let through at once; 0 is two for each core")
    arguments = parser.parse_args()

    media = (("/media/demo/", DEMO_PICTURES), ("/media/", arguments.media))
    edge = Edge(
        Proxy(Target(arguments.target_file), Gate(arguments.limit or None)),
        Site(arguments.site, media, Bucket(arguments.target_file)),
    )
    uvicorn.run(
        edge,
        host=arguments.host,
        port=arguments.port,
        access_log=False,
        server_header=False,
        log_level="warning",
        timeout_keep_alive=60,
        timeout_graceful_shutdown=5,
        h11_max_incomplete_event_size=64 * 1024,
        # What a client says about itself is not to be believed here: we are the first it talks to.
        proxy_headers=False,
        backlog=2048,
    )


if __name__ == "__main__":
    main()
