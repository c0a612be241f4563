"""Gift cards that are bought: what they cost, how they are paid for, and that each piece becomes one card, once."""

from functools import partial
from typing import Any

import pytest

from tests.integration.gift_cards.test_races import _relay_at_once as _relay_at_once  # noqa: PLC0414  (a fixture)
from tests.integration.payments.test_books import accounts
from tests.integration.test_crashes import recover
from tests.integration.test_interleavings import wipe
from tests.support import books, gifts
from tests.support.killswitch import Killswitch
from tests.support.shop import Buyer, Shop
from tests.support.till import Till

LAMP = 1999
SHIPPING = 500


def test_a_gift_card_alone_is_sent_by_mail_and_by_nothing_else(shop: Shop, buyer: Buyer) -> None:
    cart = shop.cart_with(buyer, ("GIFT-2500", 2), ("GIFT-5000", 1)).json
    assert ([line["kind"] for line in cart["lines"]], cart["shipping"], cart["problems"]) == (
        ["gift_card"] * 2,
        None,
        [],
    )
    assert cart["totals"]["total"]["amount"] == 10_000
    order = shop.place(buyer).json
    assert (order["shipping"], order["totals"]["shipping"]["amount"]) == (None, 0)
    shop.pay(buyer)
    shop.settle()
    shown = shop.order(buyer)
    assert (shown["status"], [line["kind"] for line in shown["lines"]]) == ("confirmed", ["gift_card"] * 2)
    cards = shop.all("gift_cards")
    assert sorted(card["balance"] for card in cards) == [2500, 2500, 5000]
    assert {card["recipient"] for card in cards} == {buyer.email}
    assert len({card["origin_ref"] for card in cards}) == 3
    found = gifts.codes_in(shop.post)
    assert sorted(gifts.balance(code).json["balance"]["amount"] for code in found) == [2500, 2500, 5000]
    assert not any(code in str(shown) for code in found), "no page of an order tells a code"
    fee = accounts(shop)["fees:stripe"]
    assert accounts(shop) == {"cash:stripe": 10_000 - fee, "fees:stripe": fee, "gift_cards": -10_000}
    assert shop.count("stock_movements", reference=buyer.order_id) == 0


def test_beside_goods_they_are_no_revenue(shop: Shop, buyer: Buyer) -> None:
    shop.buy(buyer, ("LAMP", 1), ("GIFT-5000", 1))
    booked = accounts(shop)
    assert (booked["revenue"], booked["shipping"], booked["gift_cards"]) == (-LAMP, -SHIPPING, -5000)
    assert "gift_cards_sold" not in booked
    assert shop.level("LAMP")["available"] == 4


def test_what_was_bought_pays(shop: Shop, buyer: Buyer) -> None:
    shop.buy(buyer, ("GIFT-2500", 1))
    shop.settle()
    other = Buyer(email="bob@example.com")
    shop.ready_order(other, ("LAMP", 1))
    paid = gifts.pay(other, gifts.codes_in(shop.post)[0]).json
    assert (paid["status"], paid["paid"]["amount"]) == ("confirmed", LAMP + SHIPPING)


def test_no_gift_card_buys_a_gift_card(shop: Shop, buyer: Buyer) -> None:
    code = gifts.issue(shop, 9000)["code"]
    shop.ready_order(buyer, ("GIFT-5000", 1))
    refused = gifts.pay(buyer, code)
    assert (refused.status, refused.json["errors"][0]["code"]) == (422, "gift_card_buys_gift_card")
    assert gifts.balance(code).json["balance"]["amount"] == 9000


def test_beside_goods_a_gift_card_pays_for_the_goods_at_most(shop: Shop, buyer: Buyer) -> None:
    code, other = gifts.issue(shop, 9000)["code"], gifts.issue(shop, 9000)["code"]
    shop.ready_order(buyer, ("LAMP", 1), ("GIFT-5000", 1))
    paid = gifts.pay(buyer, code).json
    assert (paid["gift_cards"][0]["amount"]["amount"], paid["due"]["amount"]) == (LAMP + SHIPPING, 5000)
    refused = gifts.pay(buyer, other)
    assert refused.json["errors"][0]["code"] == "gift_card_buys_gift_card"
    shop.pay(buyer)
    shop.settle()
    assert shop.order(buyer)["status"] == "confirmed"
    assert len(gifts.codes_in(shop.post)) == 3
    (told,) = (mail["Content"]["Simple"] for mail in shop.post.emails if "is confirmed" in str(mail))
    text, html = (told["Body"][form]["Data"] for form in ("Text", "Html"))
    assert "we are packing. The codes of your gift cards come by email" in text
    last4 = gifts.balance(code).json["last4"]
    assert [line.split()[-1] for line in text.splitlines() if f"...{last4}" in line] == ["$24.99"]
    assert f"Paid by gift card ···· {last4}" in html


def test_an_order_takes_a_hundred(shop: Shop, buyer: Buyer) -> None:
    cart = shop.cart_with(buyer, ("GIFT-2500", 99), ("GIFT-5000", 2)).json
    (problem,) = cart["problems"]
    assert (problem["code"], problem["blocking"], problem["available"]) == ("too_many_gift_cards", True, 1)
    assert problem["line_id"] == cart["lines"][1]["line_id"]
    assert shop.place(buyer).json["code"] == "cart_has_problems"


def test_delivered_twice_is_made_once(shop: Shop, buyer: Buyer) -> None:
    shop.buy(buyer, ("GIFT-2500", 2))
    (confirmed,) = (entry for entry in shop.bus.entries if entry["DetailType"] == "OrderConfirmed")
    told_again = {**confirmed, "Detail": confirmed["Detail"].replace('"event_id":"', '"event_id":"again-')}
    for entry in (confirmed, told_again):
        shop.bus.deliver_one("payments.on_order_event", entry)
    assert shop.count("gift_cards") == 2
    assert shop.count("ledger", kind="gift_cards_issued") == 1


@pytest.mark.usefixtures("_relay_at_once")
@pytest.mark.parametrize("what", ["confirmed", "cancelled"])
def test_killed_at_any_step(shop: Shop, killswitch: Killswitch, what: str) -> None:
    """The consumer that makes them, or empties them, ends wherever it likes; the event comes again."""
    fact = {"confirmed": "OrderConfirmed", "cancelled": "OrderCancelled"}[what]
    step = steps = 0
    while step <= steps:
        wipe(shop)
        gifts.offer(shop, 2500)
        buyer = Buyer()
        shop.ready_order(buyer, ("GIFT-2500", 2))
        shop.pay(buyer)
        if what == "cancelled":
            shop.settle()
            shop.cancel(buyer)
        else:
            for happened in shop.stripe_events():
                shop.webhook(happened)
            tell_orders(shop)
        entry = next(entry for entry in shop.bus.entries if entry["DetailType"] == fact)
        work = partial(shop.bus.deliver_one, "payments.on_order_event", entry)
        assert killswitch.survives(step, work) == (step == 0)
        steps, name = steps or killswitch.steps, killswitch.names[-1]
        books.check()
        work()
        recover(shop)
        shop.settle()
        books.check()
        balances = [card["balance"] for card in shop.all("gift_cards")]
        assert balances == ([2500, 2500] if what == "confirmed" else [0, 0]), name
        assert len(gifts.codes_in(shop.post)) == 2, name
        assert shop.count("refunds") == (what == "cancelled"), name
        step += 1
    assert steps >= 6


def tell_orders(shop: Shop) -> None:
    """Orders hear of the payment; what follows from that stays on the bus."""
    for entry in list(shop.bus.entries):
        if shop.bus.hears("orders.on_payment_event", entry):
            shop.bus.deliver_one("orders.on_payment_event", entry)


def test_cancelled_before_the_news_of_its_confirmation(shop: Shop, buyer: Buyer) -> None:
    """No card is made then, whichever of the two comes first."""
    shop.ready_order(buyer, ("GIFT-2500", 1), ("LAMP", 1))
    shop.pay(buyer)
    for happened in shop.stripe_events():
        shop.webhook(happened)
    tell_orders(shop)
    shop.cancel(buyer)
    by_kind: dict[str, Any] = {entry["DetailType"]: entry for entry in shop.bus.entries}
    for kind in ("OrderCancelled", "OrderConfirmed"):
        shop.bus.deliver_one("payments.on_order_event", by_kind[kind])
        books.check()
    shop.settle()
    assert shop.count("gift_cards") == 0
    assert shop.order(buyer)["payment_status"] == "refunded"
    assert accounts(shop).keys() == {"cash:stripe", "fees:stripe", "revenue", "refunds"}


def test_refunded_before_the_news_of_its_confirmation(shop: Shop, buyer: Buyer, till: Till) -> None:
    """Somebody gives all, or more than the goods, back before the sale is booked: what is left of the cards is made."""
    shop.ready_order(buyer, ("GIFT-2500", 2), ("LAMP", 1))
    shop.pay(buyer)
    for happened in shop.stripe_events():
        shop.webhook(happened)
    tell_orders(shop)
    amount = {"amount": LAMP + SHIPPING + 3000, "currency": "USD"}
    assert till.refund(till.payment_of(buyer), amount=amount).status == 201
    shop.settle()
    assert [card["balance"] for card in shop.all("gift_cards")] == [2000]
    (refund,) = shop.all("refunds")
    (line,) = refund["credit"]["lines"][-1:]
    assert (line["gift_card"], line["quantity"], line["amount"]["amount"]) == (True, 1, 3000)
    rest = till.refund(till.payment_of(buyer), everything=True)
    assert (rest.status, rest.json["amount"]["amount"]) == (201, 2000)
    assert [card["balance"] for card in shop.all("gift_cards")] == [0]


def test_refunded_before_that_news_and_in_vain(shop: Shop, buyer: Buyer, till: Till) -> None:
    """Cards were not made since their money was on its way back; it did not arrive, and can go again."""
    shop.ready_order(buyer, ("GIFT-2500", 2), ("LAMP", 1))
    shop.pay(buyer, "pm_card_pendingRefund")
    for happened in shop.stripe_events():
        shop.webhook(happened)
    tell_orders(shop)
    payment_id, whole = till.payment_of(buyer), LAMP + SHIPPING + 5000
    assert till.refund(payment_id, amount={"amount": whole - 1000, "currency": "USD"}).json["status"] == "pending"
    shop.bus.deliver()
    assert [card["balance"] for card in shop.all("gift_cards")] == [1000]
    ref = shop.one("refunds")["provider_ref"]
    shop.sandbox.stripe_control("POST", f"/refunds/{ref}/finish", {"outcome": "failed"})
    shop.settle()
    books.check()
    assert [card["balance"] for card in shop.all("gift_cards")] == [1000]
    assert till.refund(payment_id, everything=True).json["amount"]["amount"] == whole
    assert [card["balance"] for card in shop.all("gift_cards")] == [0]
