"""Every POST with an Idempotency-Key, sent twice: one effect, the first answer again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.shopping import Buyer, Shop, is_problem, together


@dataclass
class Case:
    """A POST that can be sent again, and by someone else; `effect` counts what it has done."""

    path: str
    body: dict[str, Any]
    other_body: dict[str, Any] | None
    buyer: Buyer
    other: Buyer
    effect: Callable[[], int]
    others_status: int = 404

    def send(self, key: str, *, body: dict[str, Any] | None = None, by: Buyer | None = None) -> httpx.Response:
        return (by or self.buyer).ask("POST", self.path, self.body if body is None else body, Idempotency_Key=key)


def create_cart(shop: Shop) -> Case:
    ada, bob = shop.buyer(person=True), shop.buyer(person=True)
    user = ada.get("GET", "/auth/session")["user_id"]

    def carts() -> int:
        return shop.count("carts", {"user_id": user})

    return Case("/carts", {"currency": "USD"}, {"currency": "EUR"}, ada, bob, carts, others_status=201)


def add_line(shop: Shop) -> Case:
    sku, buyer = shop.stock(9), shop.buyer()
    cart = buyer.open_cart()

    def pieces() -> int:
        return sum(line["quantity"] for line in buyer.get("GET", f"/carts/{cart['id']}")["lines"])

    body = {"sku": sku, "quantity": 1}
    return Case(f"/carts/{cart['id']}/lines", body, {"sku": sku, "quantity": 2}, buyer, shop.buyer(), pieces)


def place_order(shop: Shop) -> Case:
    buyer = shop.buyer()
    cart = buyer.fill(shop.stock(9))
    body = {"cart_id": cart["id"], "quote_hash": cart["quote"]["hash"]}

    def orders() -> int:
        return shop.count("orders", {"cart_id": cart["id"]})

    return Case("/orders", body, body | {"quote_hash": "another"}, buyer, shop.buyer(), orders)


def create_payment(shop: Shop) -> Case:
    buyer = shop.buyer()
    order = buyer.place(shop.stock(9))

    def attempts() -> int:
        made = shop.stripe("/payment_intents", limit=100)["data"]
        return len([intent for intent in made if intent["metadata"].get("order_id") == order["id"]])

    # There is no other body: `stripe` is the only provider so far, and the default.
    path = f"/orders/{order['id']}/payments"
    return Case(path, {"provider": "stripe"}, None, buyer, shop.buyer(), attempts)


def cancel_order(shop: Shop) -> Case:
    buyer = shop.buyer()
    order = buyer.place(shop.stock(9))

    def cancelled() -> int:
        return shop.facts_about(order["id"]).count("OrderCancelled")

    path = f"/orders/{order['id']}/cancel"
    return Case(path, {"reason": "too slow"}, {"reason": "too blue"}, buyer, shop.buyer(), cancelled)


def hold_order(shop: Shop) -> Case:
    order = shop.buyer().place(shop.stock(9))

    def held() -> int:
        return shop.facts_about(order["id"]).count("OrderHeld")

    path = f"/admin/orders/{order['id']}/hold"
    return Case(path, {"reason": "odd"}, {"reason": "even"}, shop.staff(), shop.staff(), held, others_status=409)


def release_order(shop: Shop) -> Case:
    order, staff = shop.buyer().place(shop.stock(9)), shop.staff()
    staff.get("POST", f"/admin/orders/{order['id']}/hold", {"reason": "odd"})

    def released() -> int:
        return shop.facts_about(order["id"]).count("OrderReleased")

    path = f"/admin/orders/{order['id']}/release"
    return Case(path, {}, None, staff, shop.staff(), released, others_status=409)


CASES = [create_cart, add_line, place_order, create_payment, cancel_order, hold_order, release_order]


@pytest.mark.parametrize("make", CASES)
def test_sent_again(shop: Shop, make: Callable[[Shop], Case]) -> None:
    case, key = make(shop), str(uuid4())

    first = case.send(key)
    again = case.send(key)

    assert first.is_success, first.text
    assert case.effect() == 1
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    if case.other_body is not None:
        is_problem(case.send(key, body=case.other_body), 422, "idempotency_key_reused")
    others = case.send(key, by=case.other)
    assert others.status_code == case.others_status, others.text
    if others.is_success:
        assert others.json()["id"] != first.json()["id"], "a key means nothing outside its caller"
    assert case.effect() == 1


@pytest.mark.parametrize("make", CASES)
def test_sent_twice_at_the_same_moment(shop: Shop, make: Callable[[Shop], Case]) -> None:
    """One effect; the slower one gets the first answer, or hears that the first is still running."""
    case, key = make(shop), str(uuid4())

    answers = together([lambda: case.send(key)] * 2)

    good = [answer for answer in answers if answer.is_success]
    assert good
    assert case.effect() == 1
    for answer in answers:
        if answer.is_success:
            assert answer.json()["id"] == good[0].json()["id"]
        else:
            is_problem(answer, 409, "still_running")
            assert int(answer.headers["retry-after"]) > 0
    last = case.send(key)
    assert last.is_success, last.text
    assert last.json()["id"] == good[0].json()["id"]
    assert case.effect() == 1


def test_a_guests_secret_tokens_are_the_same_again(shop: Shop) -> None:
    buyer, key = shop.buyer(), str(uuid4())
    made = [buyer.get("POST", "/carts", {}, Idempotency_Key=key) for _ in range(2)]
    assert made[0]["token"] == made[1]["token"] != ""
    buyer.fill(shop.stock(3))
    placed = [buyer.try_to_place(Idempotency_Key=key).json() for _ in range(2)]
    assert placed[0]["token"] == placed[1]["token"] != ""
    for record in shop.stack.mongo["idempotency"].find():
        assert made[0]["token"] not in record["answer"], "no record holds it: it is derived anew"
        assert placed[0]["token"] not in record["answer"]


def test_a_payment_begun_again_gives_its_secret_again(shop: Shop) -> None:
    """The browser needs the client secret; no record of ours holds it."""
    buyer, key = shop.buyer(), str(uuid4())
    buyer.place(shop.stock(3))
    first = buyer.begin_payment(Idempotency_Key=key)
    again = buyer.begin_payment(Idempotency_Key=key)
    assert again == first
    assert first["client_secret"]
    for collection in ("idempotency", "payments", "outbox"):
        for document in shop.stack.mongo[collection].find():
            assert first["client_secret"] not in str(document)
    without = buyer.begin_payment()
    assert without["id"] == first["id"], "without a key the live attempt is taken up"


def test_a_key_that_is_too_long_is_refused(shop: Shop) -> None:
    problem = is_problem(shop.buyer().ask("POST", "/carts", {}, Idempotency_Key="k" * 256), 400, "invalid_parameter")
    assert problem["errors"][0]["field"].lower() == "idempotency-key"
