"""`python -m scripts.sandbox.mint EMAIL`: print a session token of the running Clerk sandbox.

Needs nothing but the standard library, so that it answers at once.
"""

import argparse
import json
import sys
import urllib.error
import urllib.request


def mint(clerk_url: str, **order: object) -> str:
    """A token from POST /_sandbox/tokens. Raises RuntimeError with what is wrong."""
    if not clerk_url.startswith("http://"):
        raise RuntimeError("the address of the sandbox begins with http://")
    request = urllib.request.Request(  # noqa: S310 - checked above
        f"{clerk_url.rstrip('/')}/_sandbox/tokens",
        json.dumps({name: value for name, value in order.items() if value is not None}).encode(),
        {"Content-Type": "application/json"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as answer:
            return str(json.load(answer)["token"])
    except urllib.error.HTTPError as error:
        raise RuntimeError(json.load(error).get("error", str(error))) from None
    except OSError as error:
        raise RuntimeError(f"no sandbox answers at {clerk_url} ({error}): is the local stack up?") from None


def main() -> None:
    """Read the arguments, print the token."""
    parser = argparse.ArgumentParser(prog="python -m scripts.sandbox.mint", description=__doc__)
    parser.add_argument("email")
    parser.add_argument("--clerk-url", default="http://127.0.0.1:8086")
    parser.add_argument("--role", help="customer, staff or admin; the person keeps theirs if none is given")
    parser.add_argument("--kind", help="a wrong token: expired, wrong_issuer, alg_none ... (docs/sandbox.md)")
    parser.add_argument("--seconds", type=int, help="lifetime; 60 by default, as Clerk's")
    read = parser.parse_args()
    try:
        print(mint(read.clerk_url, email=read.email, role=read.role, kind=read.kind, seconds=read.seconds))
    except RuntimeError as error:
        sys.exit(f"token: {error}")


if __name__ == "__main__":
    main()
