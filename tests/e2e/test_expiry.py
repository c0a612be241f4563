"""Unpaid orders end, and what happens to money that comes too late."""

from tests.e2e.shopping import Buyer, Shop


def expire(shop: Shop, buyer: Buyer) -> None:
    """Time is over, and the schedule comes by."""
    buyer.backdate()
    shop.stack.invoke("orders.expire_orders")


def test_without_an_attempt_the_stock_is_free_at_once(shop: Shop) -> None:
    sku = shop.stock(2)
    buyer = shop.buyer()
    buyer.place((sku, 2))
    assert shop.level(sku) == (2, 2, 0)

    expire(shop, buyer)

    assert buyer.look()["status"] == "expired"
    assert shop.level(sku) == (2, 0, 2)
    shop.buyer().place((sku, 2))
    assert shop.facts_about(buyer.order["id"]) == ["OrderPlaced", "OrderExpired"]
    answer = buyer.ask("POST", f"/orders/{buyer.order['id']}/payments", {"provider": "stripe"})
    assert (answer.status_code, answer.json()["code"]) == (409, "order_state")


def test_an_open_attempt_is_voided_first(shop: Shop) -> None:
    sku = shop.stock(2)
    buyer = shop.buyer()
    buyer.place(sku)
    buyer.begin_payment()

    expire(shop, buyer)

    buyer.wait_until("expired")
    assert shop.level(sku) == (2, 0, 2)
    assert shop.stripe(f"/payment_intents/{buyer.intent}")["status"] == "canceled"
    assert buyer.get("GET", f"/payments/{buyer.payment['id']}")["status"] == "voided"
    assert shop.facts_about(buyer.order["id"]) == ["OrderPlaced", "OrderExpiring", "PaymentVoided", "OrderExpired"]
    assert buyer.show_card()["type"] == "invalid_request_error", "the card is not taken any more"


def test_while_it_is_expiring_no_attempt_may_start(shop: Shop) -> None:
    sku = shop.stock(2)
    buyer = shop.buyer()
    buyer.place(sku)
    buyer.backdate()

    answer = buyer.ask("POST", f"/orders/{buyer.order['id']}/payments", {"provider": "stripe"})

    assert (answer.status_code, answer.json()["code"]) == (409, "order_state")


def test_money_that_was_there_before_the_end_confirms(shop: Shop) -> None:
    """Paid, but the webhook has not come yet when time is over: expiring asks Stripe, and the order is good."""
    sku = shop.stock(2)
    buyer = shop.buyer()
    buyer.place(sku)
    with shop.webhooks(hold=True):
        buyer.pay()
        expire(shop, buyer)
        buyer.wait_until("confirmed")
    assert shop.level(sku) == (1, 0, 1)
    assert shop.stripe(f"/payment_intents/{buyer.intent}")["status"] == "succeeded"


def late(shop: Shop, sku: str) -> Buyer:
    """An order that ended before its payment was known to be tried, and was paid all the same; Stripe's word waits."""
    buyer = shop.buyer()
    buyer.place(sku)
    buyer.begin_payment()
    shop.stack.mongo["orders"].update_one({"_id": buyer.order["id"]}, {"$set": {"payment_tried": False}})
    expire(shop, buyer)
    assert buyer.look()["status"] == "expired"
    assert buyer.show_card()["status"] == "succeeded"
    return buyer


def test_late_money_takes_the_stock_again(shop: Shop) -> None:
    sku = shop.stock(1)
    with shop.webhooks(hold=True):
        buyer = late(shop, sku)
    buyer.wait_until("confirmed")
    assert shop.level(sku) == (0, 0, 0)
    buyer.wait_for_mail("confirmed")


def test_late_money_goes_back_when_others_have_bought_meanwhile(shop: Shop) -> None:
    sku = shop.stock(1)
    with shop.webhooks(hold=True):
        buyer = late(shop, sku)
        shop.buyer().place(sku)
    ended = buyer.wait_for(lambda order: order["refunded"]["amount"] > 0, "the money is on its way back")

    assert ended["status"] == "expired"
    assert ended["refunded"] == ended["totals"]["total"]
    assert any("sold out" in entry["what"] for entry in ended["history"]), "and the order says so"
    refunds = shop.stripe("/refunds", payment_intent=buyer.intent)["data"]
    assert [refund["amount"] for refund in refunds] == [ended["totals"]["total"]["amount"]]
    assert shop.level(sku) == (1, 1, 0)
    assert "OrderConfirmed" not in shop.facts_about(buyer.order["id"])
    assert not buyer.mails("confirmed")
