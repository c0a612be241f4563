"""Killed between commit and publish: nothing is lost, nothing happens twice."""

from uuid import uuid4

import httpx

from tests.e2e.shopping import Buyer, Shop, link_in
from tests.support.stack import wait_for

DIE = "die-before-publish"


def dies(answer: httpx.Response) -> None:
    """The worker is gone; the gateway says so without a word of ours."""
    assert answer.status_code >= 500, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def waiting(shop: Shop, buyer: Buyer) -> list[str]:
    """The events about the order that nobody has published."""
    found = shop.stack.mongo["outbox"].find({"data.order_id": buyer.order["id"], "waiting": True})
    return [entry["type"] for entry in found]


def test_while_the_order_is_placed(shop: Shop) -> None:
    sku = shop.stock(5)
    buyer, key = shop.buyer(), str(uuid4())
    buyer.fill(sku)

    dies(buyer.try_to_place(Idempotency_Key=key, X_Souk_Test=DIE))

    stored = shop.one("orders", cart_id=buyer.cart["id"])
    assert shop.level(sku) == (5, 1, 4)
    buyer.place(Idempotency_Key=key)
    assert buyer.order["id"] == stored["_id"], "the retry finds the order that was placed"
    assert shop.level(sku) == (5, 1, 4)
    assert waiting(shop, buyer) == ["OrderPlaced"]
    shop.relay(buyer.order["id"])
    wait_for(lambda: not waiting(shop, buyer), what="the relay has sent it")
    buyer.pay()
    buyer.wait_until("confirmed")


def test_while_the_payment_is_taken_note_of(shop: Shop) -> None:
    sku = shop.stock(5)
    buyer = shop.buyer()
    buyer.place(sku)
    with shop.webhooks(hold=True):
        buyer.pay()
        dies(buyer.ask("GET", f"/payments/{buyer.payment['id']}?sync=true", X_Souk_Test=DIE))
        assert buyer.get("GET", f"/payments/{buyer.payment['id']}")["status"] == "paid"
        assert waiting(shop, buyer) == ["PaymentSucceeded"]
        assert buyer.look()["status"] == "pending"

        shop.relay(buyer.order["id"])

        buyer.wait_until("confirmed")
    mail = buyer.wait_for_mail("confirmed")
    assert link_in(mail.text)[0] == buyer.order["id"]
    shop.stack.sandbox.stripe_control("POST", "/webhooks/flush")
    shop.relay(buyer.order["id"])
    assert shop.facts_about(buyer.order["id"]) == ["OrderPlaced", "PaymentSucceeded", "OrderConfirmed"]
    assert len(buyer.mails()) == 1
    assert shop.level(sku) == (4, 0, 4)


def test_while_it_is_cancelled_the_schedule_brings_the_event(shop: Shop) -> None:
    """Nobody calls the relay here: it comes once a minute by itself, for what is older than ten seconds."""
    sku = shop.stock(5)
    buyer, key = shop.buyer(), str(uuid4())
    buyer.place(sku)
    path, body = f"/orders/{buyer.order['id']}/cancel", {"reason": "changed my mind"}

    dies(buyer.ask("POST", path, body, Idempotency_Key=key, X_Souk_Test=DIE))

    assert shop.level(sku) == (5, 0, 5)
    assert buyer.get("POST", path, body, Idempotency_Key=key)["status"] == "cancelled"
    assert waiting(shop, buyer) == ["OrderCancelled"]
    wait_for(lambda: not waiting(shop, buyer), seconds=90, every=1, what="the schedule has relayed it")
    buyer.wait_for_mail("cancelled")
    assert len(buyer.mails()) == 1


def test_the_switch_is_only_known_by_its_name(shop: Shop) -> None:
    assert shop.buyer().ask("POST", "/carts", {}, X_Souk_Test="die").status_code == 201
