"""Authorized now, captured later: what the order says, what the books say, what can't be done before."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commerce.runtime import mongo
from commerce.runtime.clock import now
from tests.integration.payments.test_books import accounts
from tests.support import gifts
from tests.support.api import call
from tests.support.query_shapes import looking
from tests.support.shop import Buyer, Shop
from tests.support.till import Till

TOTAL = 2499


def intents(shop: Shop, what: str) -> list[dict[str, Any]]:
    """What Stripe tells of PaymentIntents."""
    return [e["data"]["object"] for e in shop.stripe_events() if e["type"] == f"payment_intent.{what}"]


def lapses_at(shop: Shop, moment: datetime) -> None:
    """Until then the bank holds the money."""
    with looking():
        mongo.database()["payments"].update_many({}, {"$set": {"capture_before": moment}})


def test_an_authorization_confirms_and_moves_nothing(shop: Shop, authorized: Buyer) -> None:
    shown = shop.order(authorized)
    assert (shown["status"], shown["paid"]["amount"], shown["due"]) == ("confirmed", 0, None)
    assert shop.all("ledger") == shop.all("sales") == shop.all("invoices") == []
    assert shop.level("LAMP")["on_hand"] == 2, "sold"
    (mail,) = shop.post.emails
    text = mail["Content"]["Simple"]["Body"]["Text"]["Data"]
    assert "will be charged later" in text, "the buyer is told"
    assert "has arrived" not in text
    payment = shop.one("payments")
    assert (payment["status"], payment["captured"], payment["open"]) == ("authorized", 0, True)
    left = payment["capture_before"].replace(tzinfo=UTC) - now()
    assert timedelta(days=6, hours=23) < left < timedelta(days=7, minutes=1), "as the bank says"
    path = f"/payments/{payment['_id']}"
    told = call("payments.get_payment", "GET", path, headers=authorized.headers()).json
    assert (told["status"], bool(told["capture_before"])) == ("authorized", True)


def test_captured_by_staff(shop: Shop, till: Till, authorized: Buyer) -> None:
    payment_id = till.payment_of(authorized)
    taken = till.capture(payment_id)
    assert (taken.status, taken.json["status"], taken.json["capture_before"]) == (200, "paid", None)
    shop.settle()
    shown = shop.order(authorized)
    assert (shown["payment_status"], shown["paid"]["amount"]) == ("paid", TOTAL)
    assert shop.moved() == [("capture", TOTAL)]
    assert accounts(shop).keys() == {"cash:stripe", "fees:stripe", "revenue", "shipping"}
    assert [document["total"] for document in shop.all("invoices")] == [TOTAL]
    assert till.capture(payment_id).json["status"] == "paid", "as often as it is asked"
    assert len(intents(shop, "succeeded")) == 1
    assert [note["who"] != "" for note in shop.all("audit", action="payment.captured")] == [True]
    shop.cancel(authorized)
    shop.settle()
    assert shop.moved() == [("capture", TOTAL), ("refund", -TOTAL)]
    assert [document["kind"] for document in shop.all("invoices")] == ["invoice", "credit_note"]


def test_cancelled_before_the_capture_it_is_let_go(shop: Shop, till: Till, authorized: Buyer) -> None:
    payment_id = till.payment_of(authorized)
    assert shop.cancel(authorized).json["payment_status"] == "unpaid"
    shop.settle()
    assert shop.one("payments")["status"] == "voided"
    assert shop.all("ledger") == shop.all("refunds") == shop.all("invoices") == shop.all("sales") == []
    assert shop.level("LAMP")["available"] == 3
    assert len(intents(shop, "canceled")) == 1
    late = till.capture(payment_id)
    assert (late.status, late.json["code"]) == (409, "payment_closed")


def test_the_sweep_lets_go_what_its_order_does_not_want(shop: Shop, authorized: Buyer) -> None:
    """The news of the cancellation is lost, or very late."""
    shop.cancel(authorized)
    told = shop.bus.delivered
    shop.bus.delivered = len(shop.bus.entries)
    lapses_at(shop, now())
    shop.sweep(tell=False)
    assert shop.one("payments")["status"] == "voided"
    assert len(intents(shop, "canceled")) == 1
    shop.bus.delivered = told
    shop.settle()
    assert shop.all("ledger") == []


def test_what_can_not_be_done_before_the_capture(shop: Shop, till: Till, authorized: Buyer) -> None:
    payment_id = till.payment_of(authorized)
    refused = till.refund(payment_id, everything=True)
    assert (refused.status, refused.json["code"]) == (409, "not_captured")
    assert till.capture("pay_none").status == 404
    asked = shop.capture(authorized, payment_id)
    assert (asked.status, asked.json["status"]) == (200, "authorized"), "the buyer takes nothing"
    till.staff.role = "customer"
    assert till.capture(payment_id).status == 403


def test_nothing_to_capture(shop: Shop, till: Till, buyer: Buyer) -> None:
    payment_id = shop.begin_payment(buyer).json["id"]
    assert till.capture(payment_id).json["code"] == "not_authorized"
    assert shop.capture(buyer, payment_id).json["code"] == "payment_not_approved"


def test_what_is_on_hold_is_not_captured(shop: Shop, till: Till, authorized: Buyer) -> None:
    payment_id = till.payment_of(authorized)
    path = f"/admin/orders/{authorized.order_id}"
    assert till.staff.ask("orders.hold_order", "POST", f"{path}/hold", {"reason": "odd"}).status == 200
    assert till.capture(payment_id).json["code"] == "order_state"
    lapses_at(shop, now())
    shop.sweep()
    assert shop.moved() == [], "nor by itself"
    assert till.staff.ask("orders.release_order", "POST", f"{path}/release").status == 200
    assert till.capture(payment_id).json["status"] == "paid"


def test_what_lapses_while_it_is_on_hold_is_told_of(shop: Shop, till: Till, authorized: Buyer) -> None:
    path = f"/admin/orders/{authorized.order_id}/hold"
    assert till.staff.ask("orders.hold_order", "POST", path, {"reason": "odd"}).status == 200
    ref = shop.one("payments")["provider_ref"]
    shop.sandbox.stripe_control("POST", f"/payment_intents/{ref}/lapse")
    shop.settle()
    assert shop.one("orders")["held"]["reason"] == "odd"
    assert (shop.order(authorized)["payment_status"], shop.post.recipients()[-1]) == ("unpaid", "people@example.com")


def test_an_order_that_is_authorized_is_not_paid_again(shop: Shop, buyer: Buyer) -> None:
    """Neither before its order has heard of it, nor with another way to pay."""
    card = gifts.issue(shop, 500)
    shop.pay(buyer)
    for happened in shop.stripe_events():
        shop.webhook(happened)
    again = shop.begin_payment(buyer)
    assert (again.status, again.json["status"], again.json["client_secret"]) == (201, "authorized", None)
    assert shop.begin_payment(buyer, "paypal").json["code"] == "already_paid"
    assert gifts.pay(buyer, card["code"]).json["code"] == "already_paid"
    shop.settle()
    assert shop.begin_payment(buyer).json["code"] == "order_state"
    assert shop.order(buyer)["payment_status"] == "authorized"


def test_another_way_to_pay_is_refused_when_stripe_knows_more_than_we(shop: Shop, buyer: Buyer) -> None:
    shop.pay(buyer)
    assert shop.begin_payment(buyer, "paypal").json["code"] == "already_paid"
    shop.settle()
    assert shop.order(buyer)["payment_status"] == "authorized"


@pytest.mark.parametrize("word", ["webhook", "sweep", "expiry"])
def test_whoever_hears_of_it_first(shop: Shop, buyer: Buyer, word: str) -> None:
    shop.pay(buyer)
    if word == "webhook":
        shop.webhooks()
    elif word == "sweep":
        shop.sweep()
    else:
        shop.expire_time(buyer)
        shop.run_expiry()
    assert shop.order(buyer)["payment_status"] == "authorized"
    assert shop.bus.types().count("OrderConfirmed") == 1
    shop.settle()


def test_agreed_after_the_order_had_expired(shop: Shop, buyer: Buyer) -> None:
    """Voided at Stripe by then: nobody can agree any more."""
    secret = shop.begin_payment(buyer).json["client_secret"]
    shop.expire_time(buyer)
    shop.run_expiry()
    shop.confirm_card_refused(secret)
    shop.settle()
    assert shop.order(buyer)["status"] == "expired"


@pytest.mark.parametrize("left", [3, 0])
def test_news_that_comes_after_the_order_expired(shop: Shop, buyer: Buyer, left: int) -> None:
    """The order takes its stock again, or lets the authorization go: nobody was charged."""
    from commerce import orders

    shop.pay(buyer)
    for happened in shop.stripe_events():
        shop.webhook(happened)
    with looking():
        mongo.database()["orders"].update_one({"_id": buyer.order_id}, {"$set": {"payment_tried": False}})
    shop.expire_time(buyer)
    orders.expire_due(seconds=5)
    if not left:
        other = Buyer(email="bob@example.com")
        shop.ready_order(other, ("LAMP", 3))
    shop.bus.deliver()
    shop.settle()
    payment, order = shop.one("payments"), shop.order(buyer)
    if left:
        assert (order["status"], payment["status"]) == ("confirmed", "authorized")
    else:
        assert (order["status"], payment["status"]) == ("expired", "voided")
        assert shop.moved() == []


def test_captured_by_itself_a_day_before_it_lapses(shop: Shop, authorized: Buyer) -> None:
    lapses_at(shop, now() + timedelta(hours=25))
    shop.sweep()
    assert shop.moved() == []
    assert shop.one("payments")["look_at"].replace(tzinfo=UTC) < now() + timedelta(hours=2)
    lapses_at(shop, now() + timedelta(hours=23))
    shop.sweep()
    assert shop.moved() == [("capture", TOTAL)]
    shop.settle()
    assert shop.order(authorized)["payment_status"] == "paid"


@pytest.mark.parametrize("word", ["webhook", "sweep"])
def test_what_lapses_all_the_same_waits_for_a_person(shop: Shop, till: Till, authorized: Buyer, word: str) -> None:
    payment_id, ref = till.payment_of(authorized), shop.one("payments")["provider_ref"]
    shop.sandbox.stripe_control("POST", f"/payment_intents/{ref}/lapse")
    shop.webhooks() if word == "webhook" else shop.sweep()
    order = shop.order(authorized)
    assert (order["status"], order["on_hold"], order["payment_status"]) == ("confirmed", True, "unpaid")
    assert order["history"][-1]["what"].startswith("on hold: the authorization")
    assert shop.bus.types().count("OrderHeld") == 1
    shop.post.deliver()
    assert (shop.post.subjects()[-1], shop.post.recipients()[-1]) == (
        f"Order {order['number']} is on hold",
        "people@example.com",
    )
    assert till.capture(payment_id).json["code"] == "payment_closed"
    shop.settle()
    shop.cancel(authorized)
    shop.settle()
    assert shop.all("ledger") == []
    assert shop.level("LAMP")["available"] == 3


def test_staff_captures_what_has_lapsed_unheard(shop: Shop, till: Till, authorized: Buyer) -> None:
    payment_id, ref = till.payment_of(authorized), shop.one("payments")["provider_ref"]
    shop.sandbox.stripe_control("POST", f"/payment_intents/{ref}/lapse")
    assert till.capture(payment_id).json["code"] == "payment_closed"
    shop.bus.deliver()
    assert shop.order(authorized)["on_hold"]
    shop.settle()


def test_captured_in_part_in_stripe_s_dashboard(shop: Shop, authorized: Buyer) -> None:
    """Property 15: a person must look."""
    from commerce.payments.gateways import stripe

    ref = shop.one("payments")["provider_ref"]
    stripe.client().v1.payment_intents.capture(ref, {"amount_to_capture": 1000})
    shop.settle()
    order = shop.order(authorized)
    assert (order["on_hold"], order["payment_status"], order["paid"]["amount"]) == (True, "partially_paid", 1000)
    shop.cancel(authorized)
    shop.settle()
    assert shop.moved() == [("capture", 1000), ("refund", -1000)]


def test_a_gift_card_beside_an_authorization(shop: Shop, till: Till, buyer: Buyer) -> None:
    card = gifts.issue(shop, 500)
    gifts.pay(buyer, card["code"])
    shop.pay(buyer)
    shop.settle()
    order = shop.order(buyer)
    assert (order["payment_status"], order["paid"]["amount"]) == ("authorized", 500)
    assert till.capture(till.payment_of(buyer)).json["status"] == "paid"
    shop.settle()
    assert shop.order(buyer)["paid"]["amount"] == TOTAL
    assert "receivable" not in accounts(shop)


def test_a_gift_card_beside_an_authorization_that_is_let_go(shop: Shop, buyer: Buyer) -> None:
    card = gifts.issue(shop, 500)
    gifts.pay(buyer, card["code"])
    shop.pay(buyer)
    shop.settle()
    shop.cancel(buyer)
    shop.settle()
    assert gifts.balance(card["code"]).json["balance"]["amount"] == 500
    assert shop.one("payments", provider="stripe")["status"] == "voided"
    assert shop.all("invoices") == []


def test_paypal_is_captured_at_once(shop: Shop, buyer: Buyer) -> None:
    assert shop.pay_by_paypal(buyer).json["status"] == "paid"
    shop.settle()
    assert shop.order(buyer)["payment_status"] == "paid"


def test_gift_cards_are_made_when_the_money_is_here(shop: Shop, till: Till) -> None:
    gifts.offer(shop, 2500)
    buyer = Buyer()
    shop.ready_order(buyer, ("GIFT-2500", 2))
    shop.pay(buyer)
    shop.settle()
    assert (shop.order(buyer)["payment_status"], shop.all("gift_cards")) == ("authorized", [])
    till.capture(till.payment_of(buyer))
    shop.settle()
    assert [card["balance"] for card in shop.all("gift_cards")] == [2500, 2500]
    assert len(gifts.codes_in(shop.post)) == 2
