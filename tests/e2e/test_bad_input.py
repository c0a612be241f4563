"""Bad input through the real gateway: each a problem that says what is wrong, and names the field."""

import json
from typing import Any

import httpx
import pytest

from tests.e2e.shopping import Buyer, Shop, is_problem


@pytest.fixture(scope="module")
def sku(shop: Shop) -> str:
    """Something on the shelf."""
    return shop.stock(50)


@pytest.fixture(scope="module")
def buyer(shop: Shop, sku: str) -> Buyer:
    """Someone with a cart that is ready to be ordered."""
    made = shop.buyer()
    made.fill(sku)
    return made


def fields(problem: dict[str, Any]) -> set[str]:
    return {reason["field"] for reason in problem["errors"]}


def post(shop: Shop, path: str, content: str | bytes, content_type: str = "application/json") -> httpx.Response:
    return shop.stack.api("POST", path, content=content, headers={"Content-Type": content_type} if content_type else {})


@pytest.mark.parametrize(
    "content",
    ["{", '{"currency": "USD"', "[" * 5000, b"\xff\xfe{}", '{"currency": "\\ud800"}', "{'currency': 'USD'}"],
    ids=["brace", "cut off", "bottomless", "not UTF-8", "half a pair", "python"],
)
def test_malformed_json(shop: Shop, content: str | bytes) -> None:
    is_problem(post(shop, "/carts", content), 400, "malformed_json")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/octet-stream"]
)
def test_wrong_content_type(shop: Shop, content_type: str) -> None:
    is_problem(post(shop, "/carts", "{}", content_type), 415, "unsupported_media_type")


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
def test_right_content_type(shop: Shop, content_type: str) -> None:
    assert post(shop, "/carts", "{}", content_type).status_code == 201


@pytest.mark.parametrize("body", ["[]", '"cart"', "7", "null"])
def test_json_of_another_kind(shop: Shop, body: str) -> None:
    is_problem(post(shop, "/carts", body), 422, "validation_failed")


def test_oversized_body(shop: Shop) -> None:
    fits, too_large = (json.dumps({"currency": "x" * size}) for size in (1_048_000, 1_048_576))
    is_problem(post(shop, "/carts", fits), 422, "validation_failed")
    is_problem(post(shop, "/carts", too_large), 413, "body_too_large")


def test_oversized_headers(shop: Shop) -> None:
    answer = shop.stack.api("GET", "/products", headers={"X-Much": "x" * 8192})
    is_problem(answer, 431, "headers_too_large")


@pytest.mark.parametrize("path", ["/nowhere", "/carts/x/y/z", "/orders", "/"])
def test_unknown_route(shop: Shop, path: str) -> None:
    is_problem(shop.stack.api("GET", path), 404, "not_found")


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/products"), ("PUT", "/orders/ord_x"), ("PATCH", "/health")])
def test_a_method_that_the_path_does_not_know(shop: Shop, method: str, path: str) -> None:
    """A REST API tells an unknown method from an unknown path no more than this."""
    is_problem(shop.stack.api(method, path), 404, "not_found")


@pytest.mark.parametrize("quantity", [0, -1, 100, 10**30, 1.5, "2", None, True])
def test_absurd_quantity(buyer: Buyer, sku: str, quantity: Any) -> None:
    answer = buyer.ask("POST", f"/carts/{buyer.cart['id']}/lines", {"sku": sku, "quantity": quantity})
    assert "quantity" in fields(is_problem(answer, 422, "validation_failed"))


def test_more_pieces_than_a_cart_takes(buyer: Buyer, sku: str) -> None:
    answer = buyer.ask("POST", f"/carts/{buyer.cart['id']}/lines", {"sku": sku, "quantity": 99})
    assert is_problem(answer, 422, "validation_failed")["errors"][0]["code"] == "too_many_pieces"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "sku"),
        ({"sku": ""}, "sku"),
        ({"sku": {"$ne": ""}}, "sku"),
        ({"sku": "NO-SUCH-THING"}, "sku"),
        ({"sku": "NO-SUCH-THING", "price": 1}, "price"),
    ],
)
def test_what_is_no_line(buyer: Buyer, body: dict[str, Any], field: str) -> None:
    answer = buyer.ask("POST", f"/carts/{buyer.cart['id']}/lines", body)
    assert field in fields(is_problem(answer, 422, "validation_failed"))


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("contact.email", "nobody"),
        ("contact.email", "a@b@example.com"),
        ("contact.phone", "call me"),
        ("shipping_address.country", "United Kingdom"),
        ("shipping_address.name", ""),
        ("shipping_address.city", "Lon\ndon"),
        ("shipping_address.line1", "x" * 121),
        ("method", "pigeon"),
    ],
)
def test_what_is_no_delivery(buyer: Buyer, where: str, value: str) -> None:
    body: dict[str, Any] = buyer.delivery()
    *path, last = where.split(".")
    part = body
    for name in path:
        part = part[name]
    part[last] = value
    answer = buyer.ask("PUT", f"/carts/{buyer.cart['id']}/delivery", body)
    assert where in fields(is_problem(answer, 422, "validation_failed"))


def test_unknown_currency(shop: Shop) -> None:
    guest = shop.buyer()
    assert fields(is_problem(guest.ask("POST", "/carts", {"currency": "XXX"}), 422, "validation_failed")) == {
        "currency"
    }
    assert fields(is_problem(guest.ask("GET", "/products?currency=XXX"), 400, "bad_request")) == {"currency"}


@pytest.mark.parametrize("limit", ["0", "-1", "101", "many", "1e3"])
def test_limit_of_a_page(shop: Shop, limit: str) -> None:
    problem = is_problem(shop.stack.api("GET", "/products", params={"limit": limit}), 400, "invalid_parameter")
    assert fields(problem) == {"limit"}


def test_tampered_cursor(shop: Shop, sku: str) -> None:
    shop.stock(1)
    cursor = shop.stack.api("GET", "/products?limit=1").json()["next_cursor"]
    assert shop.stack.api("GET", "/products", params={"limit": 1, "cursor": cursor}).status_code == 200
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    # The last digit of a signature has two bits that mean nothing: its neighbour is another spelling of the same.
    respelt = cursor[:-1] + digits[digits.index(cursor[-1]) ^ 1]
    for wrong in (
        respelt,
        cursor[:-1] + ("A" if cursor[-1] != "A" else "B"),
        cursor[1:],
        "x",
        "ä",
        "W10.x",
        cursor + "=",
        "." * 400,
    ):
        problem = is_problem(shop.stack.api("GET", "/products", params={"cursor": wrong}), 400, "invalid_cursor")
        assert fields(problem) == {"cursor"}
    other_list = {"cursor": cursor, "category": "music"}
    is_problem(shop.stack.api("GET", "/products", params=other_list), 400, "invalid_cursor")


def test_a_foreign_cart_is_not_there(shop: Shop, buyer: Buyer, sku: str) -> None:
    path = f"/carts/{buyer.cart['id']}"
    own = shop.buyer()
    own.open_cart()
    person = shop.buyer(person=True)
    for other in (shop.buyer(), own, person):
        answers = [
            other.ask("GET", path),
            other.ask("POST", f"{path}/lines", {"sku": sku}),
            other.ask("PATCH", f"{path}/lines/{buyer.cart['lines'][0]['line_id']}", {"quantity": 1}),
            other.ask("DELETE", f"{path}/lines/{buyer.cart['lines'][0]['line_id']}"),
            other.ask("PUT", f"{path}/delivery", other.delivery()),
            other.ask("POST", "/orders", {"cart_id": buyer.cart["id"], "quote_hash": buyer.cart["quote"]["hash"]}),
        ]
        for answer in answers:
            is_problem(answer, 404, "not_found")
        missing = is_problem(other.ask("GET", "/carts/cart_01h455vb4pex5vsknk084sn02q"), 404, "not_found")
        shown = answers[0].json()
        assert {k: shown[k] for k in shown if k != "correlation_id"} == {
            k: missing[k] for k in missing if k != "correlation_id"
        }, "not yours is the same as not there"


def test_a_foreign_order_is_not_there(shop: Shop, sku: str) -> None:
    owner, thief = shop.buyer(), shop.buyer()
    order = owner.place(sku)
    owner.begin_payment()
    own = thief.place(sku)
    person = shop.buyer(person=True)
    for other in (thief, person, shop.staff()):
        for method, path, body in (
            ("GET", f"/orders/{order['id']}", None),
            ("POST", f"/orders/{order['id']}/cancel", {}),
            ("POST", f"/orders/{order['id']}/payments", {}),
            ("GET", f"/payments/{owner.payment['id']}", None),
        ):
            is_problem(other.ask(method, path, body), 404, "not_found")
    cut = thief.order_token[:-2] + "AA"
    for token in ("", "x", "0.", cut, f"0.{thief.cart_token[2:]}"):
        is_problem(thief.ask("GET", f"/orders/{own['id']}", X_Order_Token=token), 404, "not_found")
    assert owner.look()["status"] == "pending"


def test_a_stale_quote(shop: Shop, sku: str) -> None:
    buyer = shop.buyer()
    old = buyer.fill(sku)["quote"]["hash"]
    buyer.add(sku)
    for quote in (old, "none", "x" * 128):
        answer = buyer.ask("POST", "/orders", {"cart_id": buyer.cart["id"], "quote_hash": quote})
        problem = is_problem(answer, 409, "quote_stale")
        assert problem["cart"]["quote"]["hash"] != old
    buyer.cart = problem["cart"]
    assert buyer.try_to_place().status_code == 201


def test_a_price_that_rose_since_the_quote(shop: Shop) -> None:
    sku = shop.stock(5)
    buyer = shop.buyer()
    buyer.fill(sku)
    price = {"$set": {"variants.0.prices.USD": 2999}}
    assert shop.stack.mongo["products"].update_one({"variants.sku": sku}, price).modified_count == 1

    cart = is_problem(buyer.try_to_place(), 409, "quote_stale")["cart"]

    assert [problem["code"] for problem in cart["problems"]] == ["price_changed"]
    assert cart["totals"]["items"] == {"amount": 2999, "currency": "USD"}


def test_an_expired_cart_is_not_there(shop: Shop, sku: str) -> None:
    from datetime import UTC, datetime

    buyer = shop.buyer()
    buyer.fill(sku)
    past = {"$set": {"expires_at": datetime(2020, 1, 1, tzinfo=UTC)}}
    shop.stack.mongo["carts"].update_one({"_id": buyer.cart["id"]}, past)
    is_problem(buyer.ask("GET", f"/carts/{buyer.cart['id']}"), 404, "not_found")
    is_problem(buyer.try_to_place(), 404, "not_found")


def test_a_cart_that_was_ordered_takes_no_more(shop: Shop, sku: str) -> None:
    buyer = shop.buyer()
    order = buyer.place(sku)
    answers = [
        buyer.ask("POST", f"/carts/{buyer.cart['id']}/lines", {"sku": sku}),
        buyer.ask("PUT", f"/carts/{buyer.cart['id']}/delivery", buyer.delivery()),
        buyer.try_to_place(),
    ]
    for answer in answers:
        assert is_problem(answer, 409, "cart_already_ordered")["order_id"] == order["id"]


def test_if_match_of_another_version(buyer: Buyer) -> None:
    line = f"/carts/{buyer.cart['id']}/lines/{buyer.cart['lines'][0]['line_id']}"
    for shown in ('"1"', 'W/"1"', "nonsense", '"999"'):
        is_problem(buyer.ask("PATCH", line, {"quantity": 2}, If_Match=shown), 412, "precondition_failed")
    version = buyer.get("GET", f"/carts/{buyer.cart['id']}")["version"]
    assert buyer.get("PATCH", line, {"quantity": 2}, If_Match=f'W/"{version}"')["version"] == version + 1


def test_below_what_stripe_takes(shop: Shop) -> None:
    """A yen is less than Stripe's minimum; nobody asks Stripe to hear that."""
    buyer = shop.buyer()
    sku = shop.stock(5, price=1, currency="JPY")
    rate = buyer.fill(sku, currency="JPY")["totals"]["shipping"]["amount"]
    buyer.place()
    answer = buyer.ask("POST", f"/orders/{buyer.order['id']}/payments", {})
    if rate < 50:
        is_problem(answer, 422, "validation_failed")
    else:
        assert answer.status_code == 201


@pytest.mark.parametrize("body", [{"provider": "barter"}, {"provider": 1}, {"amount": 1}])
def test_what_is_no_payment(shop: Shop, sku: str, body: dict[str, Any]) -> None:
    buyer = shop.buyer()
    buyer.place(sku)
    answer = buyer.ask("POST", f"/orders/{buyer.order['id']}/payments", body)
    assert fields(is_problem(answer, 422, "validation_failed")) == set(body)
