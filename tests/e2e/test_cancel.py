"""Calling an order off: before it is paid, after, and while the card is being shown."""

from tests.e2e.shopping import Shop, is_problem


def test_an_unpaid_order(shop: Shop) -> None:
    sku = shop.stock(5)
    buyer = shop.buyer()
    buyer.place((sku, 2))
    buyer.begin_payment()

    cancelled = buyer.get("POST", f"/orders/{buyer.order['id']}/cancel", {"reason": "too slow"})

    assert cancelled["status"] == "cancelled"
    assert shop.level(sku) == (5, 0, 5), "the stock is free at once"
    mail = buyer.wait_for_mail("cancelled")
    assert cancelled["number"] in mail.text
    buyer.wait_for(lambda _: shop.stripe(f"/payment_intents/{buyer.intent}")["status"] == "canceled", "it is void")
    is_problem(buyer.ask("POST", f"/orders/{buyer.order['id']}/cancel", {}), 409, "order_state")
    assert shop.level(sku) == (5, 0, 5)


def test_a_paid_order(shop: Shop) -> None:
    sku = shop.stock(5)
    buyer = shop.buyer()
    total = buyer.buy((sku, 2))["totals"]["total"]
    assert shop.level(sku) == (3, 0, 3)

    assert buyer.get("POST", f"/orders/{buyer.order['id']}/cancel", {})["status"] == "cancelled"

    assert shop.level(sku) == (5, 0, 5), "the pieces are back"
    ended = buyer.wait_for(lambda order: order["refunded"] == total, "the money is back")
    assert ended["status"] == "cancelled"
    refunds = shop.stripe("/refunds", payment_intent=buyer.intent)["data"]
    assert [(refund["amount"], refund["status"]) for refund in refunds] == [(total["amount"], "succeeded")]
    assert buyer.get("GET", f"/payments/{buyer.payment['id']}")["status"] == "refunded"
    booked = list(shop.stack.mongo["ledger"].find({"order_id": buyer.order["id"]}).sort("_id"))
    assert {entry["kind"] for entry in booked} == {"capture", "fee", "sale", "refund", "credit"}
    assert sum(p["amount"] for entry in booked for p in entry["postings"] if p["account"] == "receivable") == 0
    assert ended["number"] in buyer.wait_for_mail("cancelled").subject
    assert len(buyer.mails("cancelled")) == 1


def test_money_that_comes_after_the_cancellation_goes_back(shop: Shop) -> None:
    sku = shop.stock(5)
    buyer = shop.buyer()
    buyer.place(sku)
    with shop.webhooks(hold=True):
        buyer.pay()
        buyer.get("POST", f"/orders/{buyer.order['id']}/cancel", {})
    total = buyer.order["totals"]["total"]
    buyer.wait_for(lambda order: order["refunded"] == total, "the money is back")
    assert buyer.look()["status"] == "cancelled"
    assert len(shop.stripe("/refunds", payment_intent=buyer.intent)["data"]) == 1
    assert shop.level(sku) == (5, 0, 5)
