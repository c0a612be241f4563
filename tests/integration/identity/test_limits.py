"""How often one may ask: per person, per secret token, per address; with the cache, without it, and with neither."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from pymongo.errors import OperationFailure

from commerce.runtime import cache, ratelimit
from commerce.runtime.clock import now
from commerce.runtime.limits import LIMITS
from commerce.runtime.permissions import PERMISSIONS
from commerce.runtime.settings import settings
from tests.support import servers
from tests.support.api import Answer, call
from tests.support.shop import Buyer, Shop
from tests.support.tour import bearer, signed_in

# Operations whose limits were decided before they are there.
TO_COME = {"track_order"}

ROUTES: dict[str, tuple[str, str, str]] = {
    "get_session": ("auth.get_session", "GET", "/auth/session"),
    "list_sessions": ("auth.list_sessions", "GET", "/auth/sessions"),
    "revoke_session": ("auth.revoke_session", "DELETE", "/auth/sessions/sess_none"),
    "apply_coupon": ("carts.apply_coupon", "PUT", "/carts/cart_none/coupon"),
    "get_gift_card_balance": ("payments.get_gift_card_balance", "POST", "/gift-cards/balance"),
    "pay_by_gift_card": ("payments.pay_by_gift_card", "POST", "/orders/ord_none/gift-cards"),
    "add_payment_method": ("payments.add_payment_method", "POST", "/me/payment-methods"),
    "create_review": ("products.create_review", "POST", "/products/none/reviews"),
    "subscribe_stock": ("products.subscribe_stock", "POST", "/products/none/stock-subscriptions"),
    "place_order": ("orders.place_order", "POST", "/orders"),
    "export_products": ("products.export_products", "POST", "/admin/exports"),
    "export_transactions": ("payments.export_transactions", "POST", "/admin/transactions/exports"),
    "export_data": ("users.export_data", "POST", "/me/export"),
}
SUBSCRIBE = ROUTES["subscribe_stock"]


@pytest.fixture(autouse=True)
def _no_time_passes() -> Iterator[None]:
    """Buckets fill by the second, and a busy machine takes some for as many requests as empty one."""
    with time_machine.travel(now(), tick=False):
        yield


def ask(route: tuple[str, str, str], shown: dict[str, Any], address: str = "203.0.113.7", **headers: str) -> Answer:
    function, method, path = route
    sent = shown.get("headers", {}) | {name.replace("_", "-"): value for name, value in headers.items()}
    body = {"nothing": "that fits"} if method in {"POST", "PUT"} else None
    return call(function, method, path, body=body, address=address, **shown | {"headers": sent})


def person(shop: Shop, email: str, role: str = "customer") -> dict[str, Any]:
    token = shop.sandbox.session_token(email, role, seconds=900)
    return {"headers": bearer(token), "authorizer": signed_in(token, "GET", "/")}


def subscribe(address: str, **headers: str) -> int:
    return ask(SUBSCRIBE, {}, address, **headers).status


def test_each_limit_is_an_operations() -> None:
    assert set(LIMITS) - TO_COME == set(ROUTES)
    assert set(ROUTES) <= set(PERMISSIONS)
    for allowance in LIMITS.values():
        assert allowance.per_caller.burst < allowance.per_address.burst, "many may share an address"


@pytest.mark.parametrize("operation", ROUTES)
def test_a_person_who_asks_too_often_waits_and_others_do_not(shop: Shop, operation: str) -> None:
    who = PERMISSIONS[operation].who
    role = who if who in {"staff", "admin"} else "customer"
    ada, eve = (person(shop, f"{name}@example.com", role) for name in ("ada", "eve"))
    limit = LIMITS[operation].per_caller
    first = ask(ROUTES[operation], ada)
    assert first.status not in {401, 403, 429}, first.text
    assert f'"{operation}";q={limit.burst};w={limit.per_seconds}' in first.headers["RateLimit-Policy"]
    assert f'"{operation}";r={limit.burst - 1};t=' in first.headers["RateLimit"]
    for _ in range(limit.burst - 1):
        assert ask(ROUTES[operation], ada).status == first.status

    refused = ask(ROUTES[operation], ada)

    assert (refused.status, refused.json["code"]) == (429, "too_many_requests")
    assert 1 <= int(refused.headers["Retry-After"]) <= limit.per_seconds
    assert f'"{operation}";r=0;t=' in refused.headers["RateLimit"]
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert ask(ROUTES[operation], eve).status == first.status
    assert shop.count("rate_limits") == 0, "the cache counts while it is there"


def test_a_guest_is_counted_by_what_they_hold(shop: Shop) -> None:
    route, limit = ROUTES["apply_coupon"], LIMITS["apply_coupon"].per_caller
    for _ in range(limit.burst):
        assert ask(route, {}, X_Cart_Token="mine").status != 429
    assert ask(route, {}, X_Cart_Token="mine").status == 429
    assert ask(route, {}, "198.51.100.9", X_Cart_Token="mine").status == 429, "wherever they go"
    assert ask(route, {}, X_Cart_Token="another").status != 429


def test_who_shows_nothing_is_counted_by_address_and_can_write_no_other(shop: Shop) -> None:
    limit = LIMITS["subscribe_stock"].per_address
    for number in range(limit.burst):
        assert subscribe("203.0.113.7", X_Cart_Token=f"made-up-{number}") == 422
    assert subscribe("203.0.113.7") == 429
    for forged in ("X_Forwarded_For", "Forwarded", "X_Real_Ip", "Cloudfront_Viewer_Address", "X_Edge_Token"):
        assert subscribe("203.0.113.7", **{forged: "198.51.100.1"}) == 429
    assert subscribe("203.0.113.8") == 422


def test_an_ipv6_subscriber_has_one_bucket_for_all_of_their_addresses(shop: Shop) -> None:
    for number in range(LIMITS["subscribe_stock"].per_address.burst):
        assert subscribe(f"2001:db8:1:2:{number:x}::1") == 422
    assert subscribe("2001:db8:1:2:ffff:ffff:ffff:ffff") == 429
    assert subscribe("2001:db8:1:3::1") == 422


def test_behind_the_edge_people_are_counted_and_not_the_edge(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGE_TOKEN", "between-us")
    settings.cache_clear()
    edge, shown = "130.176.1.1", {"X_Edge_Token": "between-us"}
    for _ in range(LIMITS["subscribe_stock"].per_address.burst):
        assert subscribe(edge, X_Forwarded_For="203.0.113.7, 130.176.1.1", **shown) == 422
    assert subscribe(edge, X_Forwarded_For="198.51.100.1, 203.0.113.7, 130.176.1.1", **shown) == 429
    assert subscribe(edge, X_Forwarded_For="203.0.113.8, 130.176.1.1", **shown) == 422


def test_whoever_may_not_come_in_uses_nobodys_allowance(shop: Shop) -> None:
    refused = ask(ROUTES["export_products"], person(shop, "ada@example.com"))
    assert refused.status == 403
    assert "RateLimit" not in refused.headers


@pytest.fixture
def no_cache(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """CACHE_URL names a port where nobody listens any more."""
    monkeypatch.setenv("CACHE_URL", f"redis://127.0.0.1:{servers.free_port()}/0")
    settings.cache_clear()
    cache.client.cache_clear()


@pytest.mark.usefixtures("no_cache")
def test_with_the_cache_away_the_database_counts(shop: Shop) -> None:
    ada = person(shop, "ada@example.com")
    limit = LIMITS["subscribe_stock"].per_caller
    assert [ask(SUBSCRIBE, ada).status for _ in range(limit.burst + 1)] == [422] * limit.burst + [429]
    assert shop.count("rate_limits") == 2
    assert "203.0.113.7" in shop.all("rate_limits")[1]["_id"]


@pytest.mark.usefixtures("no_cache")
def test_where_neither_can_count_checkout_stays_open(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> object:
        raise OperationFailure("no space left")

    shop.stock("LAMP", 3)
    buyer = Buyer()
    shop.cart_with(buyer, ("LAMP", 1))
    monkeypatch.setattr(ratelimit.BUCKETS, "take", broken)
    placed = shop.place(buyer)
    assert placed.status == 201, placed.text
    assert "RateLimit" not in placed.headers


def test_no_secret_lies_in_the_counters(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.stock("LAMP", 3)
    buyer = Buyer()
    shop.cart_with(buyer, ("LAMP", 1))
    shop.place(buyer)
    keys = [str(key) for key in cache.client().keys("limit:*")]
    assert len(keys) == 2
    assert not any(buyer.cart_token in key or buyer.cart_token.partition(".")[2] in key for key in keys)
