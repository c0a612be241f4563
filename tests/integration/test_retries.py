"""Every POST can be sent again with its Idempotency-Key: the first answer, one effect; also by two at once."""

from collections.abc import Callable
from typing import Any

import pytest

from commerce import carts, orders
from commerce.carts import AddLine, CartView
from commerce.orders import CancelOrder, OrderView
from commerce.runtime.caller import Caller
from commerce.runtime.idempotency import Once
from tests.support.api import Answer, call
from tests.support.race import together
from tests.support.shop import Buyer, Shop


def post(function: str, path: str, buyer: Buyer, body: Any, key: str | None, **more: Any) -> Answer:
    """A POST, with a key or without."""
    headers = buyer.headers() | ({"Idempotency-Key": key} if key else {})
    return call(function, "POST", path, body=body, headers=headers, **more)


type Send = Callable[[str | None, Any], Answer]


def prepared(shop: Shop, operation: str) -> tuple[Send, Any, Any, str]:
    """How to send it, a body, another body, and where its effect is counted."""
    shop.stock("MUG", 20)
    shop.stock("POT", 20)
    staff = Buyer(token=shop.sandbox.session_token("staff@example.com", "staff"))
    buyer = Buyer()
    if operation == "create_cart":
        return (
            (lambda key, body: post("carts.create_cart", "/carts", buyer, body, key)),
            {},
            {"currency": "EUR"},
            "carts",
        )
    shop.cart_with(buyer, ("MUG", 1))
    if operation == "add_line":
        path = f"/carts/{buyer.cart_id}/lines"
        return (lambda key, body: post("carts.add_line", path, buyer, body, key)), {"sku": "POT"}, {"sku": "MUG"}, "x"
    if operation == "place_order":
        quote = shop.cart(buyer).json["quote"]["hash"]
        body = {"cart_id": buyer.cart_id, "quote_hash": quote}
        other = body | {"quote_hash": "other"}
        return (lambda key, body: post("orders.place_order", "/orders", buyer, body, key)), body, other, "orders"
    shop.place(buyer)
    path = f"/orders/{buyer.order_id}"
    if operation == "create_payment":
        return (
            (lambda key, body: post("payments.create_payment", f"{path}/payments", buyer, body, key)),
            {"provider": "stripe"}, None, "payments",
        )  # fmt: skip
    if operation == "cancel_order":
        return (
            (lambda key, body: post("orders.cancel_order", f"{path}/cancel", buyer, body, key)),
            {"reason": "late"}, {"reason": "dear"}, "x",
        )  # fmt: skip
    if operation == "release_order":
        post("orders.hold_order", f"/admin{path}/hold", staff, {"reason": "odd"}, None)
        return (
            (lambda key, body: post("orders.release_order", f"/admin{path}/release", staff, None, key)),
            None, None, "x",
        )  # fmt: skip
    return (
        (lambda key, body: post("orders.hold_order", f"/admin{path}/hold", staff, body, key)),
        {"reason": "odd"}, {"reason": "other"}, "x",
    )  # fmt: skip


OPERATIONS = (
    "create_cart", "add_line", "place_order", "create_payment", "cancel_order", "hold_order", "release_order",
)  # fmt: skip


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_same_request_again_is_the_first_answer(shop: Shop, operation: str) -> None:
    send, body, other, _ = prepared(shop, operation)
    first = send("key-1", body)
    assert first.status in {200, 201}, first.text
    after = shop.snapshot()
    for _ in range(2):
        again = send("key-1", body)
        assert (again.status, again.json) == (first.status, first.json)
        assert again.headers.get("Location") == first.headers.get("Location")
    assert shop.snapshot() == after, "nothing happened a second time"
    if other is not None:
        refused = send("key-1", other)
        assert (refused.status, refused.json["code"]) == (422, "idempotency_key_reused")
        assert shop.snapshot() == after


@pytest.mark.parametrize("operation", ["create_cart", "add_line"])
def test_another_key_or_none_is_another_request(shop: Shop, operation: str) -> None:
    send, body, _, _ = prepared(shop, operation)
    answers = [send(key, body).json for key in ("key-1", "key-2", None)]
    assert len({answer["version"] for answer in answers}) == 3 or len({answer["id"] for answer in answers}) == 3


def test_a_key_is_its_callers_own(shop: Shop) -> None:
    """The same key by another person, or for another cart, is a request of its own."""
    shop.stock("MUG", 20)
    ada = Buyer(token=shop.sandbox.session_token("ada@example.com"))
    bob = Buyer(token=shop.sandbox.session_token("bob@example.com"))
    made = [post("carts.create_cart", "/carts", buyer, {}, "key") for buyer in (ada, bob)]
    assert made[0].json["id"] != made[1].json["id"]
    one, two = Buyer(), Buyer(email="bob@example.com")
    shop.cart_with(one, ("MUG", 1))
    shop.cart_with(two, ("MUG", 1))
    added = [post("carts.add_line", f"/carts/{b.cart_id}/lines", b, {"sku": "MUG"}, "key") for b in (one, two)]
    assert [answer.json["id"] for answer in added] == [one.cart_id, two.cart_id]
    placed = [shop.place(buyer, Idempotency_Key="key") for buyer in (one, two)]
    assert placed[0].json["id"] != placed[1].json["id"]


def test_what_is_kept_of_an_answer_holds_no_secret(shop: Shop) -> None:
    shop.stock("MUG", 20)
    buyer = Buyer()
    shop.cart_with(buyer, ("MUG", 1))
    shop.place(buyer, Idempotency_Key="a")
    secret = shop.begin_payment(buyer, Idempotency_Key="b").json["client_secret"]
    kept = str(shop.all("idempotency"))
    assert len(shop.all("idempotency")) == 2
    for word in (secret, buyer.cart_token, buyer.order_token):
        assert word not in kept


def same_or_busy(outcomes: list[Any]) -> None:
    """One effect; everyone else gets its answer, or is told to ask again."""
    views = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
    assert views
    assert all(view == views[0] for view in views)
    faults = {getattr(outcome, "code", repr(outcome)) for outcome in outcomes if isinstance(outcome, Exception)}
    assert faults <= {"still_running"}, faults


def test_two_at_once_with_one_key_are_one_request(shop: Shop) -> None:
    shop.stock("MUG", 20)
    buyer = Buyer()
    shop.cart_with(buyer, ("MUG", 1))
    cart_id, who = buyer.cart_id, Caller(cart_token=buyer.cart_token)

    def add() -> CartView:
        once = Once("add_line", scope=cart_id, key="k", request=AddLine(sku="MUG", quantity=2))
        return once.answer(CartView, lambda: carts.add_line(cart_id, AddLine(sku="MUG", quantity=2), who, once))

    same_or_busy(together([add] * 6))
    assert shop.cart(buyer).json["lines"][0]["quantity"] == 3

    wanted = orders.PlaceOrder(cart_id=cart_id, quote_hash=shop.cart(buyer).json["quote"]["hash"])

    def place() -> OrderView:
        once = Once("place_order", scope=cart_id, key="k", request=wanted)
        return once.answer(OrderView, lambda: orders.place(wanted, who, once))

    outcomes = together([place] * 6)
    same_or_busy(outcomes)
    order = next(outcome for outcome in outcomes if isinstance(outcome, OrderView))
    owner = Caller(order_token=orders.with_token(order, who).token or "")

    def cancel() -> OrderView:
        once = Once("cancel_order", scope=order.id, key="k", request=CancelOrder())
        return once.answer(OrderView, lambda: orders.cancel(order.id, CancelOrder(), owner, once))

    same_or_busy(together([cancel] * 6))
    assert shop.level("MUG")["available"] == 20


def test_payments_begun_at_once_are_one_attempt(shop: Shop) -> None:
    from commerce import payments
    from commerce.payments import Payment, PaymentRef
    from commerce.runtime.changes import Changes, retry_stale

    shop.stock("MUG", 20)
    buyer = Buyer()
    shop.ready_order(buyer, ("MUG", 1))
    who = Caller(order_token=buyer.order_token)

    def begin(key: str | None) -> Any:
        once = Once("create_payment", scope=buyer.order_id, key=key)

        def attempt() -> Payment:
            changes = Changes()
            due = orders.open_for_payment(changes, buyer.order_id, who)
            payment = payments.attempt(
                changes,
                order_id=due.order_id,
                number=due.number,
                amount=due.amount,
                provider="stripe",
                first=due.first_attempt,
            )
            once.keep(changes, PaymentRef(payment_id=payment.id))
            changes.commit()
            return payment

        payment = once.resume(PaymentRef, lambda: retry_stale(attempt), lambda kept: payments.get(kept.payment_id))
        return payments.start(payment)

    outcomes = together([lambda: begin("k")] * 3 + [lambda: begin(None)] * 3)
    views = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
    assert len({view.client_secret for view in views}) == 1
    assert {getattr(o, "code", "ok") for o in outcomes} <= {"ok", "still_running", "provider_unavailable"}
    assert shop.count("payments") == 1
    assert [e["type"] for e in shop.stripe_events()].count("payment_intent.created") == 1
