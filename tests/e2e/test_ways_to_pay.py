"""Gift cards, bought and spent; money that is held first and taken later."""

from typing import Any

from tests.e2e.shopping import Buyer, Shop, is_problem
from tests.support.gifts import CODE
from tests.support.stack import wait_for

HELD = {"X_Souk_Test": "capture-manually"}


def test_a_gift_card_is_bought_and_spent(shop: Shop) -> None:
    giver, friend = shop.buyer(), shop.buyer()
    card, thing = shop.gift_card(2500), shop.stock(5, price=1250)

    giver.fill((card, 2))
    assert giver.cart["totals"]["total"] == {"amount": 5000, "currency": "USD"}, "no tax, and nothing to send"
    giver.place()
    giver.pay()
    giver.wait_until("confirmed")

    code, _ = codes_for(giver, 2)
    friend.place(thing)
    total = friend.order["totals"]["total"]["amount"]
    assert total < 2500
    paid = friend.get("POST", f"/orders/{friend.order['id']}/gift-cards", {"code": code})
    assert [part["amount"]["amount"] for part in paid["gift_cards"]] == [total]
    friend.wait_until("confirmed")
    left = friend.get("POST", "/gift-cards/balance", {"code": code})
    assert left["balance"] == {"amount": 2500 - total, "currency": "USD"}

    again = shop.buyer()
    again.place(card)
    refused = again.ask("POST", f"/orders/{again.order['id']}/gift-cards", {"code": code})
    problem = is_problem(refused, 422, "validation_failed")
    assert [error["code"] for error in problem["errors"]] == ["gift_card_buys_gift_card"]


def test_what_a_bank_holds_is_taken_once(shop: Shop) -> None:
    buyer, staff = shop.buyer(), shop.staff()
    confirmed = authorized(shop, buyer)
    assert confirmed["paid"]["amount"] == 0
    assert shop.stripe(f"/payment_intents/{buyer.intent}")["status"] == "requires_capture"
    path = f"/admin/payments/{buyer.payment['id']}/capture"
    assert buyer.ask("POST", path).status_code in {401, 403}

    for _ in range(2):
        assert staff.get("POST", path)["status"] == "paid"

    paid = buyer.wait_for(lambda order: order["payment_status"] == "paid", "the order knows that it is paid")
    assert paid["paid"] == paid["totals"]["total"]
    assert shop.stripe(f"/payment_intents/{buyer.intent}")["amount_received"] == paid["paid"]["amount"]
    buyer.wait_for_mail("confirmed")
    assert shop.count("ledger", {"order_id": buyer.order["id"], "kind": "capture"}) == 1


def test_what_a_bank_holds_is_let_go_when_the_order_is_cancelled(shop: Shop) -> None:
    buyer = shop.buyer()
    authorized(shop, buyer)
    buyer.get("POST", f"/orders/{buyer.order['id']}/cancel", {"reason": "changed my mind"})
    buyer.wait_for_mail("cancelled")
    buyer.wait_for(
        lambda _: shop.stripe(f"/payment_intents/{buyer.intent}")["status"] == "canceled", "Stripe holds it no more"
    )
    assert shop.count("ledger", {"order_id": buyer.order["id"]}) == 0, "no money has moved"
    assert shop.count("refunds", {"order_id": buyer.order["id"]}) == 0


def authorized(shop: Shop, buyer: Buyer) -> dict[str, Any]:
    """An order that is confirmed by money that is held for it."""
    buyer.place(shop.stock(5))
    buyer.begin_payment(**HELD)
    assert buyer.show_card()["status"] == "requires_capture"
    confirmed = buyer.wait_until("confirmed")
    assert confirmed["payment_status"] == "authorized"
    return confirmed


def codes_for(buyer: Buyer, number: int) -> list[str]:
    """The codes in the mails to someone, when so many have come."""

    def come() -> list[str]:
        lines = [line for mail in buyer.mails("gift card") for line in mail.text.splitlines()]
        found = [line for line in lines if CODE.fullmatch(line)]
        return found if len(found) == number else []

    return wait_for(come, seconds=30, what=f"{number} mails with the code of a gift card")
