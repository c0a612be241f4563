"""Bad input: each a clear problem that names the field, and nothing is changed."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from tests.support.api import Answer, call
from tests.support.shop import ADDRESS, Buyer, Shop


@dataclass
class Counter:
    """A cart with a line in it, and requests to its routes."""

    shop: Shop
    buyer: Buyer
    line_id: str

    def add(self, **options: Any) -> Answer:
        headers = self.buyer.headers() | options.pop("headers", {})
        return call("carts.add_line", "POST", f"/carts/{self.buyer.cart_id}/lines", headers=headers, **options)

    def update(self, **options: Any) -> Answer:
        path = f"/carts/{self.buyer.cart_id}/lines/{self.line_id}"
        return call("carts.update_line", "PATCH", path, headers=self.buyer.headers(), **options)

    def deliver(self, **body: Any) -> Answer:
        good = {"contact": {"email": "ada@example.com"}, "shipping_address": ADDRESS}
        path = f"/carts/{self.buyer.cart_id}/delivery"
        return call("carts.set_delivery", "PUT", path, body=good | body, headers=self.buyer.headers())

    def place(self, **options: Any) -> Answer:
        return call("orders.place_order", "POST", "/orders", headers=self.buyer.headers(), **options)


@pytest.fixture
def counter(shop: Shop) -> Counter:
    shop.stock("MUG", 5)
    buyer = Buyer()
    cart = shop.cart_with(buyer, ("MUG", 1)).json
    return Counter(shop, buyer, cart["lines"][0]["line_id"])


def listed(query: str) -> Answer:
    """The list of products."""
    return call("products.list_products", "GET", f"/products?{query}")


type Request = Callable[[Counter], Answer]

LONE = '{"sku": "\\ud800", "quantity": 1}'
DEEP = "[" * 50_000 + "]" * 50_000
CASES: dict[str, tuple[Request, int, str, str]] = {
    # name: (request, status, code, field)
    "malformed JSON": (lambda c: c.add(raw='{"sku": '), 400, "malformed_json", ""),
    "no JSON at all": (lambda c: c.add(raw="sku=MUG"), 400, "malformed_json", ""),
    "no body": (lambda c: c.add(raw=""), 422, "validation_failed", "body"),
    "null for a body": (lambda c: c.add(raw="null"), 422, "validation_failed", "body"),
    "a list for a body": (lambda c: c.add(raw='["MUG"]'), 422, "validation_failed", "body"),
    "quantity, a word": (lambda c: c.add(body={"sku": "MUG", "quantity": "two"}), 422, "validation_failed", "quantity"),
    "quantity as text": (lambda c: c.add(body={"sku": "MUG", "quantity": "2"}), 422, "validation_failed", "quantity"),
    "quantity true": (lambda c: c.add(body={"sku": "MUG", "quantity": True}), 422, "validation_failed", "quantity"),
    "quantity 1.5": (lambda c: c.add(body={"sku": "MUG", "quantity": 1.5}), 422, "validation_failed", "quantity"),
    "quantity NaN": (lambda c: c.add(raw='{"sku":"MUG","quantity":NaN}'), 422, "validation_failed", "quantity"),
    "quantity 0": (lambda c: c.add(body={"sku": "MUG", "quantity": 0}), 422, "validation_failed", "quantity"),
    "quantity -1": (lambda c: c.add(body={"sku": "MUG", "quantity": -1}), 422, "validation_failed", "quantity"),
    "quantity 1e30": (lambda c: c.add(body={"sku": "MUG", "quantity": 10**30}), 422, "validation_failed", "quantity"),
    "endless digits": (lambda c: c.add(raw='{"sku":"MUG","quantity":' + "9" * 9999 + "}"), 400, "malformed_json", ""),
    "update to -5": (lambda c: c.update(body={"quantity": -5}), 422, "validation_failed", "quantity"),
    "more than fits": (lambda c: c.add(body={"sku": "MUG", "quantity": 99}), 422, "validation_failed", "quantity"),
    "unknown SKU": (lambda c: c.add(body={"sku": "NONE"}), 422, "validation_failed", "sku"),
    "SKU of a wrong type": (lambda c: c.add(body={"sku": {"$ne": ""}}), 422, "validation_failed", "sku"),
    "SKU with a NUL": (lambda c: c.add(body={"sku": "MUG\u0000"}), 422, "validation_failed", "sku"),
    "endless SKU": (lambda c: c.add(body={"sku": "x" * 5000}), 422, "validation_failed", "sku"),
    "unknown member": (lambda c: c.add(body={"sku": "MUG", "price": 1}), 422, "validation_failed", "price"),
    "half a surrogate pair": (lambda c: c.add(raw=LONE), 400, "malformed_json", ""),
    "half a pair for a name": (lambda c: c.add(raw='{"sku":"MUG","\\udfff":1}'), 400, "malformed_json", ""),
    "deep nesting": (lambda c: c.add(raw=DEEP), 400, "malformed_json", ""),
    "deep nesting in a member": (
        lambda c: c.add(raw='{"sku":"MUG","x":' + "[" * 500 + "]" * 500 + "}"), 422, "validation_failed", "x",
    ),
    "body past 1 MB": (lambda c: c.add(raw='{"sku": "' + "x" * 1_048_577 + '"}'), 413, "body_too_large", ""),
    "body past 1 MB by bytes": (lambda c: c.add(raw='{"sku": "' + "é" * 600_000 + '"}'), 413, "body_too_large", ""),
    "headers past 8 KB": (
        lambda c: c.add(body={"sku": "MUG"}, headers={"X-Padding": "x" * 8200}), 431, "headers_too_large", "",
    ),
    "another content type": (
        lambda c: c.add(raw="sku=MUG", headers={"Content-Type": "application/x-www-form-urlencoded"}),
        415, "unsupported_media_type", "",
    ),
    "base64 that is none": (lambda c: c.add(raw="%%%", base64=True), 400, "malformed_json", ""),
    "base64 with foreign signs": (lambda c: c.add(raw="é==", base64=True), 400, "malformed_json", ""),
    "base64 that is no text": (
        lambda c: c.add(raw=base64.b64encode(b"\xff\xfe{}").decode(), base64=True), 400, "malformed_json", "",
    ),
    "empty Idempotency-Key": (
        lambda c: c.add(body={"sku": "MUG"}, headers={"Idempotency-Key": ""}), 400, "invalid_parameter",
        "idempotency-key",
    ),
    "endless Idempotency-Key": (
        lambda c: c.add(body={"sku": "MUG"}, headers={"Idempotency-Key": "k" * 256}), 400, "invalid_parameter",
        "idempotency-key",
    ),
    "no email": (lambda c: c.deliver(contact={}), 422, "validation_failed", "contact.email"),
    "email without a domain": (
        lambda c: c.deliver(contact={"email": "ada@"}), 422, "validation_failed", "contact.email",
    ),
    "two lines in a name": (
        lambda c: c.deliver(shipping_address=ADDRESS | {"name": "Ada\nBcc: eve@example.com"}),
        422, "validation_failed", "shipping_address.name",
    ),
    "a country that is none": (
        lambda c: c.deliver(shipping_address=ADDRESS | {"country": "gb"}), 422, "validation_failed",
        "shipping_address.country",
    ),
    "a country that mail does not go to": (
        lambda c: c.deliver(shipping_address=ADDRESS | {"country": "ZZ"}), 422, "validation_failed",
        "shipping_address.country",
    ),
    "a postal code of another country": (
        lambda c: c.deliver(shipping_address=ADDRESS | {"postal_code": "75008"}), 422, "validation_failed",
        "shipping_address.postal_code",
    ),
    "a state that is none": (
        lambda c: c.deliver(billing_address=ADDRESS | {"country": "US", "postal_code": "10118", "region": "Bavaria"}),
        422, "validation_failed", "billing_address.region",
    ),
    "no city": (
        lambda c: c.deliver(shipping_address=ADDRESS | {"city": ""}), 422, "validation_failed",
        "shipping_address.city",
    ),
    "a telephone number that can't be dialled": (
        lambda c: c.deliver(contact={"email": "ada@example.com", "phone": "call me"}), 422, "validation_failed",
        "contact.phone",
    ),
    "an unknown method": (lambda c: c.deliver(method="teleport"), 422, "validation_failed", "method"),
    "a currency unknown to us": (
        lambda c: call("carts.create_cart", "POST", "/carts", body={"currency": "XXX"}), 422, "validation_failed",
        "currency",
    ),
    "no quote": (lambda c: c.place(body={"cart_id": c.buyer.cart_id}), 422, "validation_failed", "quote_hash"),
    "a made-up quote": (
        lambda c: c.place(body={"cart_id": c.buyer.cart_id, "quote_hash": "made-up"}), 409, "quote_stale", "",
    ),
    "an endless id": (
        lambda c: call("carts.get_cart", "GET", "/carts/" + "x" * 65, headers=c.buyer.headers()), 400,
        "invalid_parameter", "cart_id",
    ),
    "a limit of 0": (lambda _: listed("limit=0"), 400, "invalid_parameter", "limit"),
    "a limit of 101": (lambda _: listed("limit=101"), 400, "invalid_parameter", "limit"),
    "a limit in words": (lambda _: listed("limit=x"), 400, "invalid_parameter", "limit"),
    "a forged cursor": (
        lambda _: listed("cursor=WyJwcm9kdWN0cyJd.x"), 400, "invalid_cursor",
        "cursor",
    ),
    "a currency to show": (lambda _: listed("currency=usd"), 400, "bad_request", "currency"),
    "an unknown route": (lambda _: call("products.list_products", "GET", "/nothing"), 404, "not_found", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_bad_input(counter: Counter, name: str) -> None:
    request, status, code, field = CASES[name]
    before = counter.shop.snapshot()

    answer = request(counter)

    assert (answer.status, answer.json["code"]) == (status, code), answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "code", "correlation_id"} <= answer.json.keys()
    assert answer.json["status"] == status
    if field:
        assert [error["field"] for error in answer.json["errors"]] == [field], answer.text
        assert all(error["code"] and error["message"] for error in answer.json["errors"])
    assert len(answer.text) < 4000, "what was sent is not sent back"
    assert counter.shop.snapshot() == before


def test_base64_bodies_are_read(counter: Counter) -> None:
    raw = base64.b64encode(json.dumps({"sku": "MUG", "quantity": 1}).encode()).decode()
    assert counter.add(raw=raw, base64=True).json["lines"][0]["quantity"] == 2


def test_a_quote_holds_until_something_changes(shop: Shop) -> None:
    """Quantity, price, address and time: whatever was shown is what is ordered, or it is said again."""
    shop.stock("MUG", 9, price=1000)
    buyer = Buyer()
    quote = shop.cart_with(buyer, ("MUG", 1)).json["quote"]["hash"]

    def refused() -> Any:
        answer = shop.place(buyer, quote=quote)
        assert (answer.status, answer.json["code"]) == (409, "quote_stale")
        assert answer.json["cart"]["quote"]["hash"] != quote
        return answer.json["cart"]

    shop.add(buyer, "MUG")
    assert refused()["totals"]["items"]["amount"] == 2000
    line = shop.cart(buyer).json["lines"][0]["line_id"]
    path = f"/carts/{buyer.cart_id}/lines/{line}"
    call("carts.update_line", "PATCH", path, body={"quantity": 1}, headers=buyer.headers())
    shop.stock("MUG", 9, price=1100)
    assert refused()["problems"][0]["code"] == "price_changed"
    shop.stock("MUG", 9, price=1000)
    shop.deliver_to(buyer, city="Paris")
    refused()
    shop.deliver_to(buyer)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=15, seconds=1), tick=False):
        refused()
    assert shop.place(buyer, quote=quote).status == 201, "as it was, it is good again"
