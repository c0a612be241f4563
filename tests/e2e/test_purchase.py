"""Buying: as a guest, signed in, with a card that fails first, with a bank that asks."""

import re

import httpx

from tests.e2e.shopping import DECLINED, THREE_D_SECURE, Buyer, Shop


def test_a_guest_buys(shop: Shop) -> None:
    sku = shop.stock(5, price=1250)
    buyer = shop.buyer()

    cart = buyer.fill((sku, 2))
    assert cart["totals"]["items"] == {"amount": 2500, "currency": "USD"}
    order = buyer.place()
    assert order["status"] == "pending"
    assert order["totals"] == cart["totals"], "what was quoted is what is ordered"
    assert shop.level(sku) == (5, 2, 3)

    assert buyer.pay()["status"] == "succeeded"
    confirmed = buyer.wait_until("confirmed")

    assert confirmed["paid"] == cart["totals"]["total"]
    assert shop.level(sku) == (3, 0, 3)
    charged = shop.stripe(f"/payment_intents/{buyer.intent}")
    assert (charged["amount_received"], charged["currency"]) == (cart["totals"]["total"]["amount"], "usd")
    assert shop.facts_about(order["id"]) == ["OrderPlaced", "PaymentSucceeded", "OrderConfirmed"]


def test_a_signed_in_person_buys(shop: Shop) -> None:
    sku = shop.stock(5)
    ada, eve = shop.buyer(person=True), shop.buyer(person=True)

    assert ada.open_cart()["token"] is None, "a person needs no secret token"
    ada.add(sku)
    ada.deliver()
    assert ada.place()["token"] is None
    ada.pay()
    ada.wait_until("confirmed")

    mine = ada.get("GET", "/me/orders")["items"]
    assert [(order["id"], order["status"]) for order in mine] == [(ada.order["id"], "confirmed")]
    assert eve.get("GET", "/me/orders") == {"items": [], "next_cursor": None}
    assert eve.ask("GET", f"/orders/{ada.order['id']}").status_code == 404
    session = ada.get("GET", "/auth/session")
    assert session["user_id"] == shop.one("orders", _id=ada.order["id"])["user_id"]
    assert session["role"] == "customer"


def test_my_orders_come_in_pages_newest_first(shop: Shop) -> None:
    sku = shop.stock(5)
    ada = shop.buyer(person=True)
    first, second = ada.place(sku), ada.place(sku)

    page = ada.get("GET", "/me/orders?limit=1")
    rest = ada.get("GET", f"/me/orders?limit=1&cursor={page['next_cursor']}")

    assert [order["id"] for order in page["items"]] == [second["id"]]
    assert [order["id"] for order in rest["items"]] == [first["id"]]
    assert rest["next_cursor"] is None


def test_a_declined_card_then_a_good_one_pay_the_same_order(shop: Shop) -> None:
    sku = shop.stock(5)
    buyer = shop.buyer()
    buyer.place(sku)

    assert buyer.pay(DECLINED)["code"] == "card_declined"
    declined = buyer.wait_for(lambda order: len(order["history"]) > 1, "the order knows of the decline")
    assert declined["status"] == "pending"
    first = buyer.payment
    again = buyer.begin_payment()
    assert again["id"] == first["id"], "the same attempt takes another card"
    assert (again["status"], again["decline"]) == ("failed", "generic_decline")
    assert buyer.show_card()["status"] == "succeeded"

    buyer.wait_until("confirmed")
    assert shop.count("payments", {"order_id": buyer.order["id"]}) == 1
    assert shop.count("ledger", {"order_id": buyer.order["id"], "kind": "capture"}) == 1
    assert shop.level(sku) == (4, 0, 4)


def approve(buyer: Buyer, outcome: str) -> str:
    """What the customer does on the bank's page; the address it sends the browser back to."""
    page = buyer.show_card(THREE_D_SECURE)["next_action"]["redirect_to_url"]["url"]
    with httpx.Client(trust_env=False, timeout=30) as browser:
        shown = browser.get(page)
        assert shown.status_code == 200
        assert re.search(rf'<button[^>]* value="{outcome}"', shown.text), shown.text
        sent = browser.post(page, data={"outcome": outcome}, headers={"Origin": page.split("/3d_secure")[0]})
    assert sent.status_code == 303
    return str(sent.headers["location"])


def test_three_d_secure(shop: Shop) -> None:
    sku = shop.stock(5)
    buyer = shop.buyer()
    buyer.place(sku)
    buyer.begin_payment()

    back = approve(buyer, "complete")

    assert back.startswith(f"{shop.stack.facts['shop']}/paid?")
    assert "redirect_status=succeeded" in back
    buyer.wait_until("confirmed")
    assert shop.level(sku) == (4, 0, 4)


def test_three_d_secure_that_fails_leaves_the_order_to_be_paid(shop: Shop) -> None:
    sku = shop.stock(5)
    buyer = shop.buyer()
    buyer.place(sku)
    buyer.begin_payment()

    assert "redirect_status=failed" in approve(buyer, "fail")

    seen = buyer.get("GET", f"/payments/{buyer.payment['id']}?sync=true")
    assert (seen["status"], buyer.look()["status"]) == ("failed", "pending")
    buyer.pay()
    buyer.wait_until("confirmed")


def test_a_browser_that_is_quicker_than_the_webhook(shop: Shop) -> None:
    sku = shop.stock(5)
    buyer = shop.buyer()
    buyer.place(sku)
    with shop.webhooks(hold=True):
        buyer.pay()
        seen = buyer.get("GET", f"/payments/{buyer.payment['id']}?sync=true")
        assert seen["status"] == "paid"
        assert "client_secret" not in seen or seen["client_secret"] is None
        buyer.wait_until("confirmed")
    assert shop.facts_about(buyer.order["id"]) == ["OrderPlaced", "PaymentSucceeded", "OrderConfirmed"]


def test_a_currency_without_cents(shop: Shop) -> None:
    sku = shop.stock(5, price=1500, currency="JPY")
    buyer = shop.buyer()
    cart = buyer.fill((sku, 3), currency="JPY")
    assert cart["totals"]["items"] == {"amount": 4500, "currency": "JPY"}
    buyer.place()
    buyer.pay()
    buyer.wait_until("confirmed")
    charged = shop.stripe(f"/payment_intents/{buyer.intent}")
    assert (charged["amount_received"], charged["currency"]) == (cart["totals"]["total"]["amount"], "jpy")
