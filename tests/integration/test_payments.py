"""One live attempt, one charge, the quoted amount (semantics 6, 7, 12, 15), whatever the order of things."""

from datetime import datetime
from typing import Any

import pytest
import time_machine

from commerce.runtime import mongo
from tests.support.api import call
from tests.support.shop import Buyer, Shop


@pytest.fixture
def buyer(shop: Shop) -> Buyer:
    """Someone with an order to pay: 24.99."""
    shop.stock("LAMP", 3)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 1))
    return buyer


def intents(shop: Shop) -> list[dict[str, Any]]:
    """All that Stripe knows of."""
    answer = shop.sandbox.http.get(
        f"{shop.sandbox.stripe_url}/v1/payment_intents?limit=100",
        headers={"Authorization": f"Bearer {shop.sandbox.config.stripe.secret_key}"},
    )
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


def change_intent(shop: Shop, intent: str, path: str = "", **data: Any) -> dict[str, Any]:
    """Somebody changes a PaymentIntent behind our back, at Stripe."""
    answer = shop.sandbox.http.post(
        f"{shop.sandbox.stripe_url}/v1/payment_intents/{intent}{path}",
        data=data,
        headers={"Authorization": f"Bearer {shop.sandbox.config.stripe.secret_key}"},
    )
    content: dict[str, Any] = answer.json()
    assert "error" not in content, content
    return content


def test_a_retry_takes_up_the_same_attempt(shop: Shop, buyer: Buyer) -> None:
    answers = [shop.begin_payment(buyer) for _ in range(3)]
    assert {answer.status for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert len({answer.json["client_secret"] for answer in answers}) == 1
    assert len(intents(shop)) == 1


@pytest.mark.parametrize("card", ["chargeDeclinedInsufficientFunds", "threeDSecureRequiredChargeDeclined"])
def test_after_a_decline_another_card_works(shop: Shop, buyer: Buyer, card: str) -> None:
    begun = shop.begin_payment(buyer).json
    intent = shop.confirm_card(begun["client_secret"], f"pm_card_{card}")
    if intent.get("status") == "requires_action":
        shop.sandbox.stripe_control("POST", f"/payment_intents/{intent['id']}/authenticate", {"outcome": "complete"})
    shop.settle()
    path = f"/payments/{begun['id']}"
    shown = call("payments.get_payment", "GET", path, headers=buyer.headers()).json
    assert (shown["status"], bool(shown["decline"])) == ("failed", True)
    assert shop.order(buyer)["status"] == "pending"
    assert shop.bus.types()[-1] == "PaymentFailed"
    again = shop.begin_payment(buyer).json
    assert again["id"] == begun["id"]
    shop.confirm_card(again["client_secret"])
    shop.settle()
    assert shop.order(buyer)["status"] == "confirmed"
    assert shop.count("ledger", kind="capture") == 1


def test_three_d_secure_is_shown_and_then_confirms(shop: Shop, buyer: Buyer) -> None:
    intent = shop.pay(buyer, "pm_card_threeDSecure2Required")
    shop.settle()
    assert shop.one("payments")["status"] == "requires_action"
    shop.sandbox.stripe_control("POST", f"/payment_intents/{intent['id']}/authenticate", {"outcome": "complete"})
    shop.settle()
    assert shop.order(buyer)["status"] == "confirmed"


def test_an_order_that_is_paid_takes_no_second_payment(shop: Shop, buyer: Buyer) -> None:
    shop.pay(buyer)
    refused = shop.begin_payment(buyer)
    assert refused.status in {201, 409}
    if refused.status == 201:  # our own word was older than Stripe's: then it says that it is paid
        assert refused.json["status"] == "paid"
        assert refused.json["client_secret"] is None
    again = shop.begin_payment(buyer)
    assert (again.status, again.json["code"]) == (409, "already_paid")
    shop.settle()
    assert shop.begin_payment(buyer).json["code"] == "order_state"
    assert shop.count("ledger", kind="capture") == 1


def test_an_attempt_that_stripe_closed_makes_room_for_another(shop: Shop, buyer: Buyer) -> None:
    """Cancelled in Stripe's dashboard. Its late word does not end the order that has another attempt."""
    begun = shop.begin_payment(buyer).json
    first = begun["client_secret"].partition("_secret_")[0]
    change_intent(shop, first, "/cancel")
    shop.webhooks()
    assert shop.one("payments", _id=begun["id"])["status"] == "voided"
    assert shop.order(buyer)["status"] == "pending"
    second = shop.begin_payment(buyer).json
    assert second["id"] != begun["id"]
    shop.confirm_card(second["client_secret"])
    shop.settle()
    assert shop.order(buyer)["status"] == "confirmed"


def test_the_late_word_of_a_closed_attempt_ends_no_order(shop: Shop, buyer: Buyer) -> None:
    begun = shop.begin_payment(buyer).json
    change_intent(shop, begun["client_secret"].partition("_secret_")[0], "/cancel")
    for happened in shop.stripe_events():
        shop.webhook(happened)  # PaymentVoided is on the bus now, and stays there for a while
    second = shop.begin_payment(buyer).json
    shop.sandbox.stripe_control("POST", "/settlement", {"times": 1, "seconds": None})
    intent = shop.confirm_card(second["client_secret"])
    shop.expire_time(buyer)
    late = next(entry for entry in shop.bus.entries if entry["DetailType"] == "PaymentVoided")
    shop.bus.entries.remove(late)
    with time_machine.travel(datetime.now().timestamp() + 60, tick=False):  # noqa: DTZ005
        shop.run_expiry()
    assert shop.order(buyer)["status"] == "expiring", "the second attempt is processing"
    assert shop.bus.deliver_one("orders.on_payment_event", late)
    assert shop.order(buyer)["status"] == "expiring"
    shop.sandbox.stripe_control("POST", f"/payment_intents/{intent['id']}/settle", {"outcome": "succeeded"})
    shop.settle()
    assert shop.order(buyer)["status"] == "confirmed"


@pytest.mark.parametrize("change", [{"amount": 1000}, {"amount": 9900}, {"currency": "eur"}])
def test_another_sum_than_quoted_is_held_and_not_confirmed(shop: Shop, buyer: Buyer, change: dict[str, Any]) -> None:
    begun = shop.begin_payment(buyer).json
    change_intent(shop, begun["client_secret"].partition("_secret_")[0], **change)
    shop.confirm_card(begun["client_secret"])
    shop.settle()
    order = shop.order(buyer)
    assert (order["status"], order["on_hold"]) == ("pending", True)
    assert "OrderHeld" in shop.bus.types()
    assert shop.level("LAMP")["reserved"] == 1
    shop.expire_time(buyer)
    shop.run_expiry()
    assert shop.order(buyer)["status"] == "pending", "a person decides, not the clock"
    assert shop.begin_payment(buyer).status == 409
    assert shop.cancel(buyer).status == 200
    shop.settle()
    assert shop.order(buyer)["status"] == "cancelled"
    assert shop.one("payments")["status"] == "refunded"


def test_stripe_away_at_the_beginning_and_the_same_attempt_afterwards(shop: Shop, buyer: Buyer) -> None:
    fault = {"action": "drop", "path": "/v1/payment_intents", "method": "POST"}
    shop.sandbox.stripe_control("POST", "/faults", fault | {"times": 2})
    failed = shop.begin_payment(buyer)
    assert (failed.status, failed.json["code"]) == (503, "provider_unavailable")
    assert failed.headers["Retry-After"]
    shop.sandbox.stripe_control("POST", "/faults", fault | {"after_effect": True})
    assert shop.begin_payment(buyer).status == 201
    assert len(intents(shop)) == shop.count("payments") == 1


def test_polling_is_as_good_as_the_webhook(shop: Shop, buyer: Buyer) -> None:
    begun = shop.begin_payment(buyer).json
    shop.confirm_card(begun["client_secret"])
    for _ in range(2):
        path = f"/payments/{begun['id']}?sync=true"
        assert call("payments.get_payment", "GET", path, headers=buyer.headers()).json["status"] == "paid"
    shop.bus.deliver()
    assert shop.order(buyer)["status"] == "confirmed"
    shop.settle()
    assert shop.bus.types() == ["OrderPlaced", "PaymentSucceeded", "OrderConfirmed"]


def test_the_database_itself_refuses_a_second_live_attempt(shop: Shop, buyer: Buyer) -> None:
    from pymongo.errors import DuplicateKeyError

    shop.begin_payment(buyer)
    twin = shop.one("payments") | {"_id": "pay_twin"}
    with pytest.raises(DuplicateKeyError):
        mongo.database()["payments"].insert_one(twin)
