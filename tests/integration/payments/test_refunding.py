"""Refunds that staff decides: what may go back, how often, and what comes of it (semantics 11)."""

from typing import Any

import pytest

from commerce import orders
from commerce.payments import refunding
from commerce.payments.refunding import CreateRefund
from commerce.runtime.errors import ShopError
from tests.integration.payments.conftest import Paid
from tests.integration.payments.test_books import accounts
from tests.support.desk import faults
from tests.support.killswitch import Killswitch
from tests.support.race import NO_KEY, together
from tests.support.shop import Buyer, Shop
from tests.support.till import Till

TOTAL = 5497
PROVIDERS = ("stripe", "paypal")


def usd(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "USD"}


def line_of(shop: Shop, buyer: Buyer, sku: str) -> str:
    return str(next(line["line_id"] for line in shop.order(buyer)["lines"] if line["sku"] == sku))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_several_partial_refunds_then_the_rest(shop: Shop, till: Till, paid: Paid, provider: str) -> None:
    buyer = paid(provider)
    payment_id = till.payment_of(buyer)
    lamp = line_of(shop, buyer, "LAMP")
    one = till.refund(payment_id, lines=[{"line_id": lamp, "quantity": 1, "restock": True}])
    assert (one.status, one.json["status"], one.json["amount"]) == (201, "succeeded", usd(1999))
    assert [(line["line_id"], line["quantity"]) for line in one.json["lines"]] == [(lamp, 1)]
    shop.settle()
    assert [line["refunded"] for line in shop.order(buyer)["lines"]] == [1, 0]
    assert shop.level("LAMP")["available"] == 4
    assert shop.all("stock_movements", sku="LAMP")[-1]["reason"] == "returned"
    courtesy = till.refund(payment_id, amount=usd(500))
    assert (courtesy.json["plain"], courtesy.json["lines"]) == (usd(500), [])
    shipping = till.refund(payment_id, shipping=True)
    assert shipping.json["shipping"]["amount"] == shipping.json["amount"] == usd(500)
    rest = till.refund(payment_id, everything=True)
    assert (rest.json["amount"], rest.json["plain"]) == (usd(TOTAL - 2999), usd(-500))
    shop.settle()
    shown = shop.order(buyer)
    assert (shown["status"], shown["refunded"]) == ("confirmed", usd(TOTAL))
    assert [line["refunded"] for line in shown["lines"]] == [2, 1]
    assert shop.one("payments")["status"] == "refunded"
    listed = till.refunds(payment_id)["items"]
    assert [refund["amount"]["amount"] for refund in listed] == [2498, 500, 500, 1999]
    assert {refund["by"] for refund in listed} == {listed[0]["by"]} != {""}
    assert accounts(shop).keys() == {f"cash:{provider}", f"fees:{provider}", "revenue", "refunds"}
    again = till.refund(payment_id, everything=True)
    assert (again.status, again.json["code"]) == (409, "nothing_to_refund")


@pytest.mark.parametrize(
    ("wanted", "fault"),
    [
        ({"amount": usd(TOTAL + 1)}, ("amount.amount", "above_what_is_left")),
        ({"amount": usd(0)}, ("amount.amount", "not_positive")),
        ({"amount": usd(-5)}, ("amount.amount", "not_positive")),
        ({"amount": {"amount": 5, "currency": "EUR"}}, ("amount.currency", "currency_mismatch")),
        ({"lines": [{"line_id": "line_none", "quantity": 1}]}, ("lines.0.line_id", "unknown_line")),
    ],
)
def test_bad_input_is_refused_by_field(
    shop: Shop, till: Till, paid: Paid, wanted: dict[str, Any], fault: tuple[str, str]
) -> None:
    payment_id = till.payment_of(paid())
    assert faults(till.refund(payment_id, **wanted)) == [fault]
    assert shop.count("refunds") == 0


def test_lines_that_cannot_be_refunded(shop: Shop, till: Till, paid: Paid) -> None:
    buyer = paid()
    payment_id, lamp = till.payment_of(buyer), line_of(shop, buyer, "LAMP")
    more = till.refund(payment_id, lines=[{"line_id": lamp, "quantity": 3}])
    assert faults(more) == [("lines.0.quantity", "above_bought")]
    twice = till.refund(payment_id, lines=[{"line_id": lamp, "quantity": 1}] * 2)
    assert faults(twice) == [("lines.1.line_id", "duplicate_line")]
    assert till.refund(payment_id, lines=[{"line_id": lamp, "quantity": 0}]).status == 422
    assert till.refund(payment_id).status == till.refund(payment_id, everything=True, shipping=True).status == 422
    assert till.refund("pay_none", everything=True).status == 404
    assert till.refund(payment_id, shipping=True).status == 201
    assert faults(till.refund(payment_id, shipping=True)) == [("lines", "nothing_left")]
    assert till.refund(payment_id, amount=usd(4900)).status == 201
    assert faults(till.refund(payment_id, lines=[{"line_id": lamp, "quantity": 1}])) == [
        ("lines", "above_what_is_left")
    ]


def test_what_was_never_paid_has_nothing_to_refund(shop: Shop, till: Till) -> None:
    shop.stock("LAMP", 1)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 1))
    payment_id = shop.begin_payment(buyer).json["id"]
    assert till.refund(payment_id, everything=True).json["code"] == "nothing_to_refund"


def test_the_same_key_is_the_same_refund(shop: Shop, till: Till, paid: Paid) -> None:
    payment_id = till.payment_of(paid())
    first, second = (till.refund(payment_id, key="once", amount=usd(700)) for _ in range(2))
    assert (first.status, second.status) == (201, 201)
    assert first.json["id"] == second.json["id"]
    assert till.refund(payment_id, key="once", amount=usd(701)).json["code"] == "idempotency_key_reused"
    assert shop.moved() == [("capture", TOTAL), ("refund", -700)]
    no_key = till.staff.ask(
        "payments.create_refund",
        "POST",
        f"/admin/payments/{payment_id}/refunds",
        {"reason": "x", "amount": usd(1)},
    )
    assert no_key.status == 400


@pytest.mark.parametrize("wanted", [{"amount": usd(2000)}, {"everything": True}, {"shipping": True}])
def test_raced_refunds_never_sum_above_what_is_there(
    shop: Shop, till: Till, paid: Paid, wanted: dict[str, Any]
) -> None:
    """Property 11."""
    payment_id = till.payment_of(paid())
    body = CreateRefund(reason="raced", **wanted)
    outcomes = together(
        [lambda: refunding.create(payment_id, body, who="user_1", once=NO_KEY, email_of=orders.email_of)] * 6
    )
    assert all(not isinstance(found, Exception) or isinstance(found, ShopError) for found in outcomes), outcomes
    made = [found for found in outcomes if not isinstance(found, Exception)]
    assert len(made) == (2 if "amount" in wanted else 1)
    back = -sum(amount for kind, amount in shop.moved() if kind == "refund")
    assert back == sum(refund.amount.amount for refund in made) <= TOTAL


def test_raced_refunds_of_money_that_no_order_has_taken_yet(shop: Shop, till: Till) -> None:
    """There is no sale yet that would hold them apart."""
    shop.stock("LAMP", 1)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 1))
    shop.pay(buyer)
    for happened in shop.stripe_events():
        shop.webhook(happened)
    payment_id = shop.one("payments")["_id"]
    body = CreateRefund.model_validate({"reason": "raced", "amount": usd(1500)})
    outcomes = together(
        [lambda: refunding.create(payment_id, body, who="user_1", once=NO_KEY, email_of=orders.email_of)] * 6
    )
    assert sum(not isinstance(found, Exception) for found in outcomes) == 1, outcomes
    assert shop.moved() == [("capture", 2499), ("refund", -1500)]
    assert till.refund(payment_id, shipping=True).json["code"] == "no_sale"
    shop.settle()
    assert shop.one("refunds")["credit"]["plain"]["amount"] == 1500


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_provider_that_is_away_changes_nothing_about_the_decision(
    shop: Shop, till: Till, paid: Paid, provider: str
) -> None:
    payment_id = till.payment_of(paid(provider))
    control = shop.sandbox.stripe_control if provider == "stripe" else shop.sandbox.paypal_control
    path = "/v1/refunds" if provider == "stripe" else "*/refund"
    control("POST", "/faults", {"action": "drop", "path": path, "method": "POST", "times": 2})
    asked = till.refund(payment_id, amount=usd(700))
    assert (asked.status, asked.json["status"]) == (201, "requested")
    assert faults(till.refund(payment_id, amount=usd(TOTAL - 699))) == [("amount.amount", "above_what_is_left")]
    shop.sweep()
    assert till.refunds(payment_id)["items"][0]["status"] == "succeeded"
    assert shop.moved() == [("capture", TOTAL), ("refund", -700)]


@pytest.mark.parametrize(
    ("outcome", "ended"),
    [("failed", ("failed", "expired_or_canceled_card")), ("canceled", ("cancelled", "merchant_request"))],
)
def test_a_refund_that_bounces_frees_its_lines(
    shop: Shop, till: Till, paid: Paid, outcome: str, ended: tuple[str, str]
) -> None:
    buyer = paid()
    payment_id, lamp = till.payment_of(buyer), line_of(shop, buyer, "LAMP")
    lines = [{"line_id": lamp, "quantity": 2, "restock": True}]
    till.refund(payment_id, lines=lines)
    shop.settle()
    ref = shop.one("refunds")["provider_ref"]
    shop.sandbox.stripe_control("POST", f"/refunds/{ref}/finish", {"outcome": outcome})
    shop.settle()
    failed = till.refunds(payment_id)["items"][0]
    assert (failed["status"], failed["failure"]) == ended
    assert [line["refunded"] for line in shop.order(buyer)["lines"]] == [0, 0]
    assert till.refund(payment_id, lines=lines).json["status"] == "succeeded"
    shop.settle()
    assert [line["refunded"] for line in shop.order(buyer)["lines"]] == [2, 0]
    assert shop.level("LAMP")["available"] == 5, "back on the shelf once, not twice"


def test_what_the_provider_refuses_has_failed_and_can_be_tried_again(shop: Shop, till: Till, paid: Paid) -> None:
    """Someone gave it back in the dashboard, and we have not heard of that yet."""
    from commerce.payments.gateways import stripe

    payment_id = till.payment_of(paid())
    stripe.client().v1.refunds.create({"payment_intent": shop.one("payments")["provider_ref"], "amount": 5000})
    refused = till.refund(payment_id, amount=usd(1000))
    assert (refused.status, refused.json["status"]) == (201, "failed")
    assert refused.json["failure"]
    shop.settle()
    assert till.refund(payment_id, amount=usd(497)).json["status"] == "succeeded"


def test_what_was_refunded_and_restocked_is_not_given_back_twice_by_a_cancellation(
    shop: Shop, till: Till, paid: Paid
) -> None:
    buyer = paid()
    payment_id, lamp = till.payment_of(buyer), line_of(shop, buyer, "LAMP")
    till.refund(payment_id, lines=[{"line_id": lamp, "quantity": 1, "restock": True}])
    shop.settle()
    assert shop.cancel(buyer).status == 200
    shop.settle()
    assert shop.level("LAMP")["on_hand"] == shop.level("VASE")["on_hand"] == 5
    assert shop.moved() == [("capture", TOTAL), ("refund", -1999), ("refund", -3498)]
    assert shop.order(buyer)["refunded"] == usd(TOTAL)


def test_a_crash_at_any_step_is_one_refund(shop: Shop, till: Till, paid: Paid, killswitch: Killswitch) -> None:
    """Property 8, for refunds: killed at every step in turn, asked again with the same key."""
    payment_id = till.payment_of(paid())
    step = 0
    for step in range(1, 60):
        key = f"step-{step}"
        ended = killswitch.survives(step, lambda: till.refund(payment_id, key=key, amount=usd(10)))  # noqa: B023
        again = till.refund(payment_id, key=key, amount=usd(10))
        assert (again.status, again.json["status"]) == (201, "succeeded"), killswitch.names
        assert shop.count("refunds") == step, killswitch.names
        if ended:
            break
    assert 8 < step < 59
    assert shop.moved() == [("capture", TOTAL)] + [("refund", -10)] * step


def test_customers_do_not_refund(shop: Shop, till: Till, paid: Paid) -> None:
    payment_id = till.payment_of(paid())
    till.staff.role = "customer"
    assert till.refund(payment_id, everything=True).status == 403


def test_pages_of_refunds(till: Till, paid: Paid) -> None:
    payment_id = till.payment_of(paid())
    for amount in range(1, 6):
        till.refund(payment_id, amount=usd(amount))
    seen, page = [], till.refunds(payment_id, "?limit=2")
    seen += page["items"]
    while page["next_cursor"]:
        page = till.refunds(payment_id, f"?limit=2&cursor={page['next_cursor']}")
        seen += page["items"]
    assert [refund["amount"]["amount"] for refund in seen] == [5, 4, 3, 2, 1]
