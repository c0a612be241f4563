"""The whole life of a payment, told in any order and more than once: it ends the same (semantics 9)."""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from commerce.runtime import mongo
from tests.integration.payments.test_books import accounts
from tests.integration.payments.test_disputes import decide
from tests.integration.payments.test_reconciling import give_back
from tests.integration.test_interleavings import end, restore
from tests.support.query_shapes import looking
from tests.support.shop import Buyer, Shop

TRIES = 25

# Every kind of news there is of a life: made, on its way, the buyer asked, paid, an older attempt declined, money given
# back, disputed.
STRIPE = {
    "payment_intent.created", "payment_intent.payment_failed", "payment_intent.requires_action",
    "payment_intent.processing", "payment_intent.succeeded", "refund.created", "charge.refunded",
    "charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.closed",
    "charge.dispute.funds_reinstated",
}  # fmt: skip
PAYPAL = {
    "CHECKOUT.ORDER.APPROVED", "PAYMENT.CAPTURE.PENDING", "PAYMENT.CAPTURE.COMPLETED", "PAYMENT.CAPTURE.REFUNDED",
    "CUSTOMER.DISPUTE.CREATED", "CUSTOMER.DISPUTE.RESOLVED",
}  # fmt: skip


def a_life_with_stripe(shop: Shop, buyer: Buyer) -> list[dict[str, Any]]:
    begun = shop.begin_payment(buyer).json
    intent = begun["client_secret"].split("_secret_")[0]
    shop.confirm_card(begun["client_secret"], "pm_card_chargeDeclined")
    shop.sandbox.stripe_control("POST", "/settlement", {"times": 1, "seconds": None})
    shop.confirm_card(begun["client_secret"], "pm_card_authenticationRequired")
    shop.sandbox.stripe_control("POST", f"/payment_intents/{intent}/authenticate", {"outcome": "complete"})
    shop.sandbox.stripe_control("POST", f"/payment_intents/{intent}/settle", {"outcome": "succeeded"})
    give_back(shop, "stripe", 500)
    charge = next(e["data"]["object"]["id"] for e in shop.stripe_events() if e["type"] == "charge.refunded")
    dispute = shop.sandbox.stripe_control("POST", "/disputes", {"charge": charge})["id"]
    decide(shop, "stripe", dispute, "won")
    return shop.stripe_events()


def a_life_with_paypal(shop: Shop, buyer: Buyer) -> list[dict[str, Any]]:
    from commerce.payments.gateways.paypal_api import Refusal, ask

    begun = shop.begin_payment(buyer, "paypal").json
    order_ref = shop.agree(begun, "declined")
    with pytest.raises(Refusal):
        ask("POST", f"/v2/checkout/orders/{order_ref}/capture", {})
    shop.agree(begun, "pending")
    taken = ask("POST", f"/v2/checkout/orders/{order_ref}/capture", {})
    capture = taken["purchase_units"][0]["payments"]["captures"][0]["id"]
    shop.sandbox.paypal_control("POST", f"/captures/{capture}/settle", {"outcome": "completed"})
    part = {"amount": {"currency_code": "USD", "value": "5.00"}}
    ask("POST", f"/v2/payments/captures/{capture}/refund", part)
    dispute = shop.sandbox.paypal_control("POST", "/disputes", {"capture": capture})["id"]
    decide(shop, "paypal", dispute, "won")
    return shop.paypal_events()


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("live", "kinds"), [(a_life_with_stripe, STRIPE), (a_life_with_paypal, PAYPAL)], ids=["stripe", "paypal"]
)
def test_a_life_in_any_order_ends_the_same(
    shop: Shop, live: Callable[[Shop, Buyer], list[dict[str, Any]]], kinds: set[str]
) -> None:
    shop.stock("LAMP", 3)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 1))
    news = live(shop, buyer)
    assert kinds <= {e.get("type", e.get("event_type")) for e in news}, "all of it happened"
    tell = shop.webhook if live is a_life_with_stripe else shop.paypal_webhook
    with looking():
        before = {c.name: list(mongo.database()[c.name].find()) for c in mongo.declared()}
    told, die, ends = list(shop.bus.entries), random.Random(9), set()
    for number in range(TRIES):
        restore(before)
        shop.bus.entries[:] = told
        shop.bus.delivered = len(told)
        arranged = [*die.sample(news, k=len(news)), *die.sample(news, k=3)] if number else news
        for happened in arranged:
            assert tell(happened)["statusCode"] == 200
            if die.random() < 0.5:
                shop.bus.deliver(times=die.choice((1, 2)))
        state = json.loads(end(shop))
        state["ledger"].sort()
        ends.add(json.dumps([state, accounts(shop), [d["status"] for d in shop.all("disputes")]], sort_keys=True))
    assert len(ends) == 1, ends
    assert '"confirmed", 2499, 500, true, true' in ends.pop()
