"""A test bench: real MongoDB and Valkey servers, a sandbox of the providers, and a shop on top of them.

`tests/integration`, `tests/contract` and `scripts/samples.py` stand on it. Each xdist worker has servers of its own.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pymongo
import pytest

from commerce.notifications.gateways import mail, topic
from commerce.runtime import access, blocklist, cache, mongo, outbox, switches
from commerce.runtime.settings import settings
from scripts.indexes import import_stores
from scripts.sandbox.testing import Sandbox, running_sandbox
from tests.support import books, servers
from tests.support.bus import Bus
from tests.support.post import Post
from tests.support.query_shapes import Watcher, looking
from tests.support.shop import Shop
from tests.support.uploads import INVOICES, MEDIA, UPLOADS, buckets

CURRENCIES = "USD,EUR,JPY,KWD"


def environment(*, mongo_uri: str, database: str, cache_url: str, sandbox: Sandbox) -> dict[str, str]:
    """Every setting of a shop on the bench."""
    return {
        "STAGE": "local",
        "SHOP_URL": "http://localhost:8080",
        "MONGODB_URI": mongo_uri,
        "MONGODB_DATABASE": database,
        "CACHE_URL": cache_url,
        "EVENT_BUS_NAME": "test",
        "NOTIFICATIONS_TOPIC_ARN": "arn:aws:sns:us-east-1:000000000000:notifications",
        "MAIL_FROM": "shop@example.com",
        "SHOP_MAIL": "people@example.com",
        "SIGNING_KEYS": "test-signing-key",
        "CURRENCIES": CURRENCIES,
        "DEFAULT_CURRENCY": "USD",
        "SHIPPING_FLAT_RATES": "USD=500,EUR=500,JPY=700,KWD=1500",
        "STRIPE_SECRET_KEY": sandbox.config.stripe.secret_key,
        "STRIPE_PUBLISHABLE_KEY": sandbox.config.stripe.publishable_key,
        "STRIPE_WEBHOOK_SECRETS": sandbox.config.stripe.webhook_secrets[0],
        "STRIPE_API_BASE": sandbox.stripe_url,
        "PAYPAL_CLIENT_ID": sandbox.config.paypal.client_id,
        "PAYPAL_CLIENT_SECRET": sandbox.config.paypal.client_secret,
        "PAYPAL_WEBHOOK_ID": sandbox.config.paypal.webhook_id,
        "PAYPAL_API_BASE": sandbox.paypal_url,
        "PAYPAL_WEBHOOK_ROOT": sandbox.paypal_control("GET", "/certificate")["root"],
        "CLERK_ISSUER": sandbox.issuer,
        "CLERK_PUBLIC_KEYS": json.dumps(sandbox.jwks()),
        "CLERK_AUTHORIZED_PARTIES": sandbox.origin,
        "CLERK_SECRET_KEY": sandbox.config.clerk.secret_key,
        "CLERK_WEBHOOK_SECRETS": sandbox.config.clerk.webhook_secrets[0],
        "CLERK_API_BASE": sandbox.clerk_url,
        "UPLOADS_BUCKET": UPLOADS,
        "MEDIA_BUCKET": MEDIA,
        "INVOICES_BUCKET": INVOICES,
        "LANGUAGES": "en,de",
        "AWS_DEFAULT_REGION": "us-east-1",
        "POWERTOOLS_METRICS_NAMESPACE": "Souk",
        "TEST_SWITCHES": "on",
    }


@contextmanager
def made_database(mongo_uri: str, name: str, watcher: Watcher) -> Iterator[str]:
    """A database with all indexes, and a client that watches the shape of every query."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MONGODB_URI", mongo_uri)
        patch.setenv("MONGODB_DATABASE", name)
        patch.setenv("CURRENCIES", CURRENCIES)  # Some indexes are one per currency.
        settings.cache_clear()
        mongo.client.cache_clear()
        pymongo.monitoring.register(watcher)
        import_stores()
        mongo.client().drop_database(name)
        mongo.make_indexes()
        watcher.declare(mongo.declared())
        yield name
        mongo.client().drop_database(name)
        mongo.client().close()


def empty_database() -> None:
    """Deletes every document of every collection, in one round trip."""
    names = [f"{mongo.database().name}.{collection.name}" for collection in mongo.declared()]
    with looking():
        mongo.client().admin.command(
            "bulkWrite",
            1,
            ops=[{"delete": number, "filter": {}, "multi": True} for number in range(len(names))],
            nsInfo=[{"ns": name} for name in names],
        )


@contextmanager
def open_shop(
    *,
    mongo_uri: str,
    database: str,
    cache_url: str,
    sandbox: Sandbox,
    watcher: Watcher | None = None,
    balanced: bool = True,
) -> Iterator[Shop]:
    """An empty shop with all its settings; bus and post deliver on demand. Afterwards its books must be in order,
    unless the test tells the shop things that never happened (`balanced=False`).
    """
    known = environment(mongo_uri=mongo_uri, database=database, cache_url=cache_url, sandbox=sandbox)
    with pytest.MonkeyPatch.context() as patch, buckets() as uploads:
        for name, value in known.items():
            patch.setenv(name, value)
        settings.cache_clear()
        switches.ask("")  # What the last request of another test asked for is not this one's.
        cache.client.cache_clear()
        patch.setattr(cache, "_away_until", 0.0)
        patch.setattr(blocklist, "known", blocklist.Known())
        access.forget_noted()
        empty_database()
        cache.client().flushdb()
        sandbox.reset()
        bus, post = Bus(), Post()
        patch.setattr(outbox, "_bus", lambda: bus)
        patch.setattr(topic, "_sns", lambda: post)
        patch.setattr(mail, "_ses", lambda: post)
        if watcher:
            watcher.begin()
        opened = Shop(sandbox=sandbox, bus=bus, post=post, uploads=uploads)
        yield opened
        opened.clerk.stop()
        unknown = watcher.end() if watcher else []
        if balanced:
            books.check()
        settings.cache_clear()
        assert not unknown, "queries without a declared index:\n" + "\n".join(unknown)


@contextmanager
def shop_of_its_own(database: str) -> Iterator[Shop]:
    """A shop with servers that nobody else uses, for what is no test: measurements, samples."""
    with (
        servers.mongo_server() as mongo_uri,
        servers.valkey_server() as cache_url,
        running_sandbox() as sandbox,
        made_database(mongo_uri, database, Watcher()),
        open_shop(mongo_uri=mongo_uri, database=database, cache_url=cache_url, sandbox=sandbox) as opened,
    ):
        yield opened


@pytest.fixture(scope="session")
def mongo_uri() -> Iterator[str]:
    with servers.mongo_server() as uri:
        yield uri


@pytest.fixture(scope="session")
def cache_url() -> Iterator[str]:
    with servers.valkey_server() as url:
        yield url


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as running:
        yield running


@pytest.fixture(scope="session")
def watcher() -> Watcher:
    return Watcher()


@pytest.fixture(scope="session")
def _database(mongo_uri: str, worker_id: str, watcher: Watcher) -> Iterator[str]:
    with made_database(mongo_uri, f"souk_test_{worker_id}", watcher) as name:
        yield name


@pytest.fixture
def shop(_database: str, mongo_uri: str, cache_url: str, sandbox: Sandbox, watcher: Watcher) -> Iterator[Shop]:
    with open_shop(
        mongo_uri=mongo_uri, database=_database, cache_url=cache_url, sandbox=sandbox, watcher=watcher
    ) as opened:
        yield opened
