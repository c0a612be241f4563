"""Killed between commit and publish: nothing is lost, nothing happens twice."""

from uuid import uuid4

import httpx
import pytest

from tests.e2e.shopping import Buyer, Shop, is_problem, link_in
from tests.support.stack import wait_for

DIE = "die-before-publish"


def dies(answer: httpx.Response) -> None:
    """The worker is gone in the middle of it; what the gateway says of that tells nothing of our insides."""
    is_problem(answer, 502, "internal_error")


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


def test_while_it_is_cancelled(shop: Shop) -> None:
    sku = shop.stock(5)
    buyer, key = shop.buyer(), str(uuid4())
    buyer.place(sku)
    path, body = f"/orders/{buyer.order['id']}/cancel", {"reason": "changed my mind"}

    dies(buyer.ask("POST", path, body, Idempotency_Key=key, X_Souk_Test=DIE))

    assert shop.level(sku) == (5, 0, 5)
    assert buyer.get("POST", path, body, Idempotency_Key=key)["status"] == "cancelled"
    assert waiting(shop, buyer) == ["OrderCancelled"]
    assert not buyer.mails()

    shop.relay(buyer.order["id"])

    buyer.wait_for_mail("cancelled")
    shop.relay(buyer.order["id"])
    assert not waiting(shop, buyer)
    assert len(buyer.mails()) == 1


@pytest.mark.parametrize(("service", "line"), [("system", "Relayed what was left"), ("orders", "Expired what was due")])
def test_the_schedule_comes_by_once_a_minute(shop: Shop, service: str, line: str) -> None:
    """Tests call these functions themselves, so as not to wait; here it is seen that nobody has to."""

    def came() -> bool:
        found = [entry for entry in shop.stack.log(f"functions-{service}").splitlines() if line in entry]
        return any('"correlation_id":"test"' not in entry for entry in found)

    wait_for(came, seconds=90, every=1, what=f"the schedule has called: {line}")


def test_the_switch_is_only_known_by_its_name(shop: Shop) -> None:
    assert shop.buyer().ask("POST", "/carts", {}, X_Souk_Test="die").status_code == 201
