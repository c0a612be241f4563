"""What the shop stands on goes away (semantics 21): the cache, the bus, the database, the mail service."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from commerce.runtime import cache, mongo, outbox
from commerce.runtime.settings import settings
from tests.support import servers
from tests.support.api import call
from tests.support.shop import Buyer, Shop


@pytest.fixture
def no_cache(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """CACHE_URL names a port where nobody listens any more."""
    monkeypatch.setenv("CACHE_URL", f"redis://127.0.0.1:{servers.free_port()}/0")
    settings.cache_clear()
    cache.client.cache_clear()


@pytest.mark.usefixtures("no_cache")
def test_with_the_cache_stopped_the_shop_still_sells(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.stock("LAMP", 3)
    monkeypatch.setattr(cache, "_away_until", 0.0)  # another process, which has not met the fault yet
    assert call("products.list_products", "GET", "/products").json["items"][0]["slug"] == "lamp"
    assert call("products.get_product", "GET", "/products/lamp").status == 200
    assert shop.buy(Buyer(), ("LAMP", 1))["status"] == "confirmed"
    assert call("system.health", "GET", "/health").json | {"bus": ""} == {
        "status": "degraded", "mongo": "up", "cache": "down", "bus": "",
    }  # fmt: skip


@pytest.mark.usefixtures("no_cache")
def test_with_the_cache_stopped_rate_limits_count_in_mongodb(shop: Shop) -> None:
    shop.stock("LAMP", 3)
    buyer = Buyer()
    shop.cart_with(buyer, ("LAMP", 1))
    answers = [shop.place(buyer, quote="stale") for _ in range(22)]
    assert [answer.status for answer in answers].count(409) in {20, 21}
    refused = answers[-1]
    assert (refused.status, refused.json["code"]) == (429, "too_many_requests")
    assert int(refused.headers["Retry-After"]) >= 1
    assert shop.count("rate_limits") >= 1


def test_rate_limits_count_in_the_cache_when_there_is_one(shop: Shop) -> None:
    shop.stock("LAMP", 3)
    buyer = Buyer()
    shop.cart_with(buyer, ("LAMP", 1))
    answers = [shop.place(buyer, quote="stale") for _ in range(22)]
    assert answers[-1].status == 429
    assert shop.count("rate_limits") == 0


def test_the_cache_stops_while_the_shop_runs(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    with servers.valkey_server() as url:
        monkeypatch.setenv("CACHE_URL", url)
        settings.cache_clear()
        cache.client.cache_clear()
        shop.stock("LAMP", 3)
        assert call("products.get_product", "GET", "/products/lamp").status == 200
    began = time.monotonic()
    assert call("products.get_product", "GET", "/products/lamp").status == 200
    assert shop.buy(Buyer(), ("LAMP", 1))["status"] == "confirmed"
    assert time.monotonic() - began < 5, "nobody waits for it again and again"


def test_with_the_bus_down_nothing_is_lost(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    import system.relay_outbox

    shop.stock("LAMP", 3)
    buyer = Buyer()
    shop.bus.down = True
    shop.ready_order(buyer, ("LAMP", 1))
    shop.pay(buyer)
    shop.webhooks()
    assert shop.order(buyer)["status"] == "pending"
    assert [entry.get("waiting") for entry in shop.all("outbox")] == [True, True]
    assert system.relay_outbox.handler({}, None) == {"relayed": 0}
    shop.bus.down = False
    assert system.relay_outbox.handler({}, None) == {"relayed": 0}, "the young ones are still with their makers"
    monkeypatch.setattr(outbox, "RELAY_AFTER", timedelta(0))
    assert system.relay_outbox.handler({}, None) == {"relayed": 2}
    assert shop.bus.types() == ["OrderPlaced", "PaymentSucceeded"], "oldest first"
    assert system.relay_outbox.handler({}, None) == {"relayed": 0}
    shop.bus.deliver()
    assert shop.order(buyer)["status"] == "confirmed"


def test_what_the_bus_refuses_waits_and_the_rest_is_sent(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """FailedEntryCount is honoured entry by entry."""
    import system.relay_outbox

    monkeypatch.setattr(outbox, "RELAY_AFTER", timedelta(seconds=-1))
    shop.stock("LAMP", 30)
    shop.bus.down = True
    for number in range(12):
        shop.ready_order(Buyer(email=f"buyer{number}@example.com"), ("LAMP", 1))
    shop.bus.down = False
    shop.bus.refuse = 3
    assert system.relay_outbox.handler({}, None) == {"relayed": 9}
    assert len([entry for entry in shop.all("outbox") if entry.get("waiting")]) == 3
    assert system.relay_outbox.handler({}, None) == {"relayed": 3}
    assert len(shop.bus.types()) == len({entry["Detail"] for entry in shop.bus.entries}) == 12


def test_an_event_that_the_bus_never_takes_does_not_hold_up_the_others(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """EventBridge refuses the whole call for one entry that is too large."""
    from botocore.exceptions import ClientError

    import system.relay_outbox

    monkeypatch.setattr(outbox, "RELAY_AFTER", timedelta(seconds=-1))
    shop.stock("LAMP", 30)
    shop.bus.down = True
    for number in range(13):
        shop.ready_order(Buyer(email=f"buyer{number}@example.com"), ("LAMP", 1))
    shop.bus.down = False
    poison = shop.all("outbox")[1]["_id"]
    genuine = shop.bus.put_events

    def put_events(Entries: list[dict[str, str]]) -> dict[str, object]:  # noqa: N803
        if any(poison in entry["Detail"] for entry in Entries):
            raise ClientError({"Error": {"Code": "ValidationException", "Message": "too large"}}, "PutEvents")
        return genuine(Entries)

    monkeypatch.setattr(shop.bus, "put_events", put_events)
    system.relay_outbox.handler({}, None)
    assert len(shop.bus.types()) == 12
    assert [entry["_id"] for entry in shop.all("outbox") if entry.get("waiting")] == [poison]


def test_a_mail_service_that_is_away_sends_later(shop: Shop) -> None:
    shop.stock("LAMP", 3)
    shop.post.away = True
    shop.buy(Buyer(), ("LAMP", 1))
    assert [consumer for consumer, _ in shop.bus.failures] == ["notifications.route_event"]
    shop.post.away = False
    consumer, entry = shop.bus.failures.pop()
    assert shop.bus.deliver_one(consumer, entry)
    shop.post.away = True
    assert not shop.post.bring(*shop.post.handovers[0])
    shop.post.away = False
    assert shop.post.bring(*shop.post.handovers[0]), "the next try need not wait"
    assert len(shop.post.emails) == 1


@pytest.fixture
def mortal_mongo(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[servers.Mortal]:
    """A database of its own, which the test may stop."""
    with servers.mortal_mongo_server() as server:
        monkeypatch.setenv("MONGODB_URI", server.uri)
        settings.cache_clear()
        former = mongo.client()
        mongo.client.cache_clear()
        mongo.make_indexes()
        yield server
        mongo.client().close()
        mongo.client.cache_clear()
        monkeypatch.undo()
        settings.cache_clear()
        former.close()


@pytest.mark.parametrize("when", ["before", "between"])
def test_with_mongodb_stopped_it_is_503_within_four_seconds(
    mortal_mongo: servers.Mortal, shop: Shop, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """Also when it goes away between the reading and the writing of one request."""
    shop.stock("LAMP", 3)
    buyer = Buyer()
    quote = shop.cart_with(buyer, ("LAMP", 1)).json["quote"]["hash"]
    if when == "between":
        from commerce.orders import placing

        genuine = placing._write

        def write(*args: object) -> object:
            mortal_mongo.kill()
            return genuine(*args)  # type: ignore[arg-type]

        monkeypatch.setattr(placing, "_write", write)
    else:
        mortal_mongo.kill()
    began = time.monotonic()
    answer = shop.place(buyer, quote=quote, Idempotency_Key="k")
    took = time.monotonic() - began
    assert (answer.status, answer.json["code"]) == (503, "unavailable"), answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
    assert took < 4, took
    if when == "before":
        for function, method, path, body in (
            ("carts.create_cart", "POST", "/carts", {}),
            ("products.list_products", "GET", "/products", None),
        ):
            began = time.monotonic()
            assert call(function, method, path, body=body).status == 503
            assert time.monotonic() - began < 4
        assert call("system.health", "GET", "/health").status == 503
