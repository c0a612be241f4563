"""PayPal from the approval to the confirmed order: one live attempt, one capture (semantics 6, 7)."""

from typing import Any

import pytest

from commerce.runtime import mongo
from commerce.runtime.settings import settings
from tests.support.api import call
from tests.support.shop import Buyer, Shop


def captures(shop: Shop) -> list[str]:
    """The states of all captures at PayPal that ended well."""
    return [e["resource"]["id"] for e in shop.paypal_events() if e["event_type"] == "PAYMENT.CAPTURE.COMPLETED"]


def status_of(shop: Shop, buyer: Buyer, payment_id: str, *, sync: bool = False) -> str:
    path = f"/payments/{payment_id}{'?sync=true' if sync else ''}"
    return str(call("payments.get_payment", "GET", path, headers=buyer.headers()).json["status"])


def test_agreed_captured_confirmed(shop: Shop, buyer: Buyer) -> None:
    begun = shop.begin_payment(buyer, "paypal")
    assert begun.status == 201
    assert begun.json["approval_url"].startswith(shop.sandbox.config.paypal.public_url)
    assert begun.json["providers"] == ["stripe", "paypal"]
    assert begun.json["client_secret"] is begun.json["publishable_key"] is None
    order_ref = shop.agree(begun.json)
    taken = shop.capture(buyer, begun.json["id"])
    assert (taken.status, taken.json["status"]) == (200, "paid")
    shop.settle()
    assert shop.order(buyer)["status"] == "confirmed"
    assert shop.order(buyer)["paid"] == shop.order(buyer)["totals"]["total"]
    (booked,) = shop.all("ledger", kind="capture")
    assert (booked["kind"], booked["postings"][0]) == ("capture", {"account": "cash:paypal", "amount": 2499})
    unit = shop.paypal(f"/v2/checkout/orders/{order_ref}")["purchase_units"][0]
    assert unit["amount"] == {"currency_code": "USD", "value": "24.99"}
    assert (unit["custom_id"], unit["description"]) == (begun.json["id"], f"Order {shop.order(buyer)['number']}")


def test_a_retry_takes_up_the_same_attempt(shop: Shop, buyer: Buyer) -> None:
    answers = [shop.begin_payment(buyer, "paypal").json for _ in range(3)]
    assert len({answer["id"] for answer in answers}) == 1
    assert len({answer["approval_url"] for answer in answers}) == 1


def test_nothing_is_taken_before_the_buyer_agrees(shop: Shop, buyer: Buyer) -> None:
    begun = shop.begin_payment(buyer, "paypal").json
    refused = shop.capture(buyer, begun["id"])
    assert (refused.status, refused.json["code"]) == (409, "payment_not_approved")
    assert "capturing_since" not in shop.one("payments"), "nothing is under way"
    shop.agree(begun)
    assert shop.capture(buyer, begun["id"]).json["status"] == "paid"


def test_asked_for_again_it_is_captured_once(shop: Shop, buyer: Buyer) -> None:
    begun = shop.begin_payment(buyer, "paypal").json
    shop.agree(begun)
    answers = [shop.capture(buyer, begun["id"]) for _ in range(3)]
    assert [(answer.status, answer.json["status"]) for answer in answers] == [(200, "paid")] * 3
    shop.settle()
    assert shop.capture(buyer, begun["id"]).json["status"] == "paid"
    assert len(captures(shop)) == 1
    assert shop.bus.types() == ["OrderPlaced", "PaymentSucceeded", "OrderConfirmed"]


@pytest.mark.parametrize("late", ["webhook", "poll", "sweep"])
def test_a_browser_that_never_came_back_is_no_loss(shop: Shop, buyer: Buyer, late: str) -> None:
    """The buyer agreed and closed the window: PayPal's word, or the sweep, has the money captured."""
    begun = shop.begin_payment(buyer, "paypal").json
    shop.agree(begun)
    if late == "webhook":
        shop.webhooks()
    elif late == "sweep":
        shop.sweep()
    else:
        assert status_of(shop, buyer, begun["id"], sync=True) == "authorized", "looking takes nothing"
        assert captures(shop) == []
        shop.capture(buyer, begun["id"])
    shop.settle()
    assert shop.order(buyer)["status"] == "confirmed"
    assert len(captures(shop)) == 1


def test_after_a_declined_card_the_same_page_takes_another(shop: Shop, buyer: Buyer) -> None:
    begun = shop.begin_payment(buyer, "paypal").json
    shop.agree(begun, "declined")
    declined = shop.capture(buyer, begun["id"])
    assert (declined.status, declined.json["status"], declined.json["decline"]) == (
        200,
        "failed",
        "instrument_declined",
    )
    shop.settle()
    assert (shop.order(buyer)["status"], shop.bus.types()[-1]) == ("pending", "PaymentFailed")
    assert status_of(shop, buyer, begun["id"], sync=True) == "failed", "asked, it does not forget"
    again = shop.begin_payment(buyer, "paypal").json
    assert (again["id"], again["approval_url"]) == (begun["id"], begun["approval_url"])
    shop.agree(again)
    assert shop.capture(buyer, again["id"]).json["status"] == "paid"
    shop.settle()
    assert shop.order(buyer)["status"] == "confirmed"
    assert shop.bus.types().count("PaymentFailed") == 1


@pytest.mark.parametrize("provider", ["paypal", "stripe"])
@pytest.mark.parametrize("word", ["answer", "webhook"])
def test_a_declined_capture_ends_the_attempt_and_another_works(
    shop: Shop, buyer: Buyer, provider: str, word: str
) -> None:
    """PayPal's order is COMPLETED, its capture DECLINED: the capture is believed."""
    begun = shop.begin_payment(buyer, "paypal").json
    shop.agree(begun, "declined_later")
    if word == "answer":
        assert shop.capture(buyer, begun["id"]).json["status"] == "failed"
    shop.webhooks()
    assert status_of(shop, buyer, begun["id"]) == "failed"
    assert shop.capture(buyer, begun["id"]).json["status"] == "failed", "asked again, the same"
    if provider == "stripe":
        shop.pay(buyer)
    else:
        assert shop.pay_by_paypal(buyer).json["status"] == "paid"
    shop.settle()
    assert shop.order(buyer)["status"] == "confirmed"
    assert sorted(payment["status"] for payment in shop.all("payments")) == ["failed", "paid"]


def test_a_declined_card_then_paypal(shop: Shop, buyer: Buyer) -> None:
    """The card's attempt is closed at Stripe first: its promise makes room, and its secret is good no more."""
    begun = shop.begin_payment(buyer).json
    shop.confirm_card(begun["client_secret"], "pm_card_chargeDeclined")
    shop.settle()
    taken = shop.pay_by_paypal(buyer)
    assert taken.json["status"] == "paid"
    shop.confirm_card_refused(begun["client_secret"])
    shop.settle()
    assert shop.order(buyer)["status"] == "confirmed"
    assert [payment["status"] for payment in shop.all("payments")] == ["voided", "paid"]


def test_paypal_given_up_for_a_card(shop: Shop, buyer: Buyer) -> None:
    """What was voided is never captured, even if the buyer agrees to it afterwards."""
    begun = shop.begin_payment(buyer, "paypal").json
    card = shop.begin_payment(buyer).json
    assert card["id"] != begun["id"]
    shop.agree(begun)
    refused = shop.capture(buyer, begun["id"])
    assert (refused.status, refused.json["code"]) == (409, "payment_closed")
    shop.webhooks()
    assert captures(shop) == []
    shop.confirm_card(card["client_secret"])
    shop.settle()
    assert shop.order(buyer)["status"] == "confirmed"
    assert captures(shop) == []


def test_no_other_provider_without_proof_that_the_first_cannot_charge(shop: Shop, buyer: Buyer) -> None:
    begun = shop.begin_payment(buyer).json
    shop.sandbox.stripe_control("POST", "/faults", {"action": "drop", "path": "*/cancel", "times": 9})
    away = shop.begin_payment(buyer, "paypal")
    assert (away.status, away.json["code"]) == (503, "provider_unavailable")
    shop.sandbox.stripe_control("DELETE", "/faults")
    shop.sandbox.stripe_control("POST", "/settlement", {"times": 1, "seconds": None})
    intent = shop.confirm_card(begun["client_secret"])
    busy = shop.begin_payment(buyer, "paypal")
    assert (busy.status, busy.json["code"]) == (409, "payment_under_way")
    shop.sandbox.stripe_control("POST", f"/payment_intents/{intent['id']}/settle", {"outcome": "succeeded"})
    paid = shop.begin_payment(buyer, "paypal")
    assert (paid.status, paid.json["code"]) == (409, "already_paid")
    shop.settle()
    assert shop.order(buyer)["status"] == "confirmed"
    assert shop.count("payments") == 1


@pytest.mark.parametrize(("outcome", "status"), [("completed", "confirmed"), ("denied", "pending")])
@pytest.mark.parametrize("word", ["webhook", "poll", "sweep"])
def test_money_that_takes_its_time(shop: Shop, buyer: Buyer, outcome: str, status: str, word: str) -> None:
    taken = shop.pay_by_paypal(buyer, "pending")
    assert taken.json["status"] == "processing"
    shop.settle()
    assert shop.order(buyer)["status"] == "pending"
    assert shop.begin_payment(buyer, "stripe").json["code"] == "payment_under_way"
    capture = shop.paypal_events()[-1]["resource"]["id"]
    shop.sandbox.paypal_control("POST", f"/captures/{capture}/settle", {"outcome": outcome})
    if word == "webhook":
        shop.webhooks()
    elif word == "sweep":
        shop.sweep()
    else:
        status_of(shop, buyer, taken.json["id"], sync=True)
        shop.bus.deliver()
    assert shop.order(buyer)["status"] == status
    if status == "pending":
        assert shop.pay_by_paypal(buyer).json["status"] == "paid"
        shop.settle()
        assert shop.order(buyer)["status"] == "confirmed"


def test_an_order_on_hold_is_not_captured(shop: Shop, buyer: Buyer) -> None:
    begun = shop.begin_payment(buyer, "paypal").json
    shop.agree(begun)
    where, held = {"_id": buyer.order_id}, {"reason": "odd", "by": "staff", "at": shop.one("orders")["placed_at"]}
    mongo.database()["orders"].update_one(where, {"$set": {"held": held}})
    assert shop.capture(buyer, begun["id"]).json["code"] == "order_state"
    shop.webhooks()
    assert captures(shop) == []
    mongo.database()["orders"].update_one(where, {"$unset": {"held": ""}})
    assert shop.capture(buyer, begun["id"]).json["status"] == "paid"
    shop.settle()


def test_not_yours_is_not_there(shop: Shop, buyer: Buyer) -> None:
    begun = shop.begin_payment(buyer, "paypal").json
    shop.agree(begun)
    stranger = Buyer(order_token="0.nonsense")
    for payment_id in (begun["id"], "pay_none"):
        refused = shop.capture(stranger, payment_id)
        assert (refused.status, refused.json["code"]) == (404, "not_found")
    assert captures(shop) == []


def test_a_shop_without_paypal(shop: Shop, buyer: Buyer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYPAL_CLIENT_ID", "")
    settings.cache_clear()
    refused = shop.begin_payment(buyer, "paypal")
    assert refused.status == 422
    assert [(e["field"], e["code"]) for e in refused.json["errors"]] == [("provider", "provider_not_offered")]
    assert shop.begin_payment(buyer).json["providers"] == ["stripe"]


def test_what_paypal_would_not_take_is_refused_before_it_is_asked(shop: Shop) -> None:
    shop.stock("RUG", 3, price=12_340, currency="KWD")
    buyer = Buyer()
    shop.cart_with(buyer, ("RUG", 1), currency="KWD")
    assert shop.place(buyer).status == 201
    refused = shop.begin_payment(buyer, "paypal")
    assert [(e["field"], e["code"]) for e in refused.json["errors"]] == [("provider", "currency_not_supported")]
    assert shop.count("payments") == 0
    assert shop.begin_payment(buyer).json["providers"] == ["stripe"]


@pytest.mark.parametrize(("currency", "price", "value"), [("JPY", 1280, "1980"), ("EUR", 1999, "24.99")])
def test_what_is_shown_is_charged_booked_and_given_back(shop: Shop, currency: str, price: int, value: str) -> None:
    shop.stock("RUG", 3, price=price, currency=currency)
    buyer = Buyer()
    total = shop.cart_with(buyer, ("RUG", 1), currency=currency).json["totals"]["total"]
    assert shop.place(buyer).status == 201
    assert shop.pay_by_paypal(buyer).json["status"] == "paid"
    shop.settle()
    told = next(e for e in shop.paypal_events() if e["event_type"] == "PAYMENT.CAPTURE.COMPLETED")
    assert told["resource"]["amount"] == {"currency_code": currency, "value": value}
    assert shop.order(buyer)["paid"] == total
    shop.cancel(buyer)
    shop.settle()
    assert shop.order(buyer)["refunded"] == total


@pytest.mark.parametrize("change", [{"received": 1000}, {"received": 9900}, {"currency": "EUR"}])
def test_another_sum_than_quoted_is_held_and_not_confirmed(
    shop: Shop, buyer: Buyer, change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can change an order of PayPal's behind our back, so its word is bent on its way to us."""
    from commerce.payments.gateways.paypal import PayPalGateway

    genuine = PayPalGateway.capture
    monkeypatch.setattr(
        PayPalGateway, "capture", lambda self, payment: genuine(self, payment).model_copy(update=change)
    )
    assert shop.pay_by_paypal(buyer).json["status"] == "paid"
    shop.bus.deliver()
    assert (shop.order(buyer)["status"], shop.order(buyer)["on_hold"]) == ("pending", True)
    monkeypatch.undo()
    settings.cache_clear()


def test_a_token_that_was_withdrawn_is_asked_for_anew(shop: Shop, buyer: Buyer) -> None:
    begun = shop.begin_payment(buyer, "paypal").json
    shop.agree(begun)
    shop.sandbox.paypal_control("POST", "/tokens/revoke")
    assert shop.capture(buyer, begun["id"]).json["status"] == "paid"
    shop.settle()


def test_wrong_credentials_are_a_fault_of_ours(shop: Shop, buyer: Buyer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYPAL_CLIENT_SECRET", "wrong")
    settings.cache_clear()
    refused = shop.begin_payment(buyer, "paypal")
    assert (refused.status, refused.json["code"]) == (503, "provider_unavailable")
    assert "wrong" not in refused.text
