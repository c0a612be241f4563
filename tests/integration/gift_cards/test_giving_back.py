"""Gift cards that were bought, and whose money goes back: what is left on them does, and they are empty then."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from commerce import orders
from commerce.payments import refunding
from commerce.payments.refunding import CreateRefund
from tests.integration.gift_cards.test_races import _relay_at_once as _relay_at_once  # noqa: PLC0414  (a fixture)
from tests.integration.gift_cards.test_races import by_card
from tests.integration.payments.test_books import accounts, give_back_in_the_dashboard
from tests.integration.test_interleavings import wipe
from tests.support import books, gifts
from tests.support.desk import faults
from tests.support.killswitch import Killswitch
from tests.support.race import NO_KEY, together
from tests.support.shop import Buyer, Shop
from tests.support.till import Till

LAMP = 1999
SHIPPING = 500


def usd(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "USD"}


def line_of(shop: Shop, buyer: Buyer, sku: str) -> str:
    return str(next(line["line_id"] for line in shop.order(buyer)["lines"] if line["sku"] == sku))


def spend(shop: Shop, code: str, email: str = "bob@example.com") -> Buyer:
    """Someone pays for a lamp with a card that was bought, 24.99."""
    other = Buyer(email=email)
    shop.ready_order(other, ("LAMP", 1))
    assert gifts.pay(other, code).status == 200
    shop.settle()
    return other


def balances(shop: Shop) -> list[int]:
    return sorted(card["balance"] for card in shop.all("gift_cards", origin="purchase"))


def bought(shop: Shop, buyer: Buyer, *wanted: tuple[str, int]) -> list[str]:
    """The whole purchase; answers the codes."""
    shop.buy(buyer, *wanted)
    shop.settle()
    return gifts.codes_in(shop.post)


def test_a_piece_goes_back_and_its_card_is_empty(shop: Shop, buyer: Buyer, till: Till) -> None:
    codes = bought(shop, buyer, ("GIFT-2500", 2))
    line = line_of(shop, buyer, "GIFT-2500")
    made = till.refund(till.payment_of(buyer), lines=[{"line_id": line, "quantity": 1, "restock": True}])
    assert (made.status, made.json["status"], made.json["amount"]) == (201, "succeeded", usd(2500))
    shop.settle()
    assert balances(shop) == [0, 2500]
    assert [shown["refunded"] for shown in shop.order(buyer)["lines"]] == [1]
    left = [gifts.balance(code).json["balance"]["amount"] for code in codes]
    assert sorted(left) == [0, 2500]
    empty = codes[left.index(0)]
    other = Buyer(email="bob@example.com")
    shop.ready_order(other, ("LAMP", 1))
    assert gifts.pay(other, empty).json["errors"][0]["code"] == "gift_card_not_usable"
    again = till.refund(till.payment_of(buyer), lines=[{"line_id": line, "quantity": 2}])
    assert faults(again) == [("lines.0.quantity", "above_bought")]
    assert "refunds" not in accounts(shop), "it was no revenue, so it takes nothing off it"


def test_what_was_spent_is_not_refunded(shop: Shop, buyer: Buyer, till: Till) -> None:
    codes = bought(shop, buyer, ("GIFT-2500", 2), ("LAMP", 1))
    spend(shop, codes[0])
    payment_id, line = till.payment_of(buyer), line_of(shop, buyer, "GIFT-2500")
    assert balances(shop) == [1, 2500]
    spend(shop, codes[0], "eve@example.com")
    assert balances(shop) == [0, 2500], "the last cent has gone, beside what a bank card is yet to pay"
    refused = till.refund(payment_id, lines=[{"line_id": line, "quantity": 2}])
    assert (refused.status, faults(refused)) == (422, [("lines.0.quantity", "gift_card_spent")])
    assert "on 1 of" in refused.json["errors"][0]["message"]
    assert till.refund(payment_id, lines=[{"line_id": line, "quantity": 1}]).json["amount"] == usd(2500)
    assert faults(till.refund(payment_id, lines=[{"line_id": line, "quantity": 1}])) == [
        ("lines.0.quantity", "gift_card_spent")
    ]
    assert till.refund(payment_id, everything=True).json["amount"] == usd(LAMP + SHIPPING)
    refused = till.refund(payment_id, everything=True)
    assert faults(refused) == [("everything", "gift_card_spent")]


def test_a_courtesy_comes_from_the_goods(shop: Shop, buyer: Buyer, till: Till) -> None:
    bought(shop, buyer, ("GIFT-5000", 1), ("LAMP", 1))
    payment_id, goods = till.payment_of(buyer), LAMP + SHIPPING
    assert faults(till.refund(payment_id, amount=usd(goods + 1))) == [("amount.amount", "above_what_is_left")]
    assert till.refund(payment_id, amount=usd(goods - 1)).status == 201
    assert faults(till.refund(payment_id, amount=usd(2))) == [("amount.amount", "above_what_is_left")]
    lamp = line_of(shop, buyer, "LAMP")
    assert faults(till.refund(payment_id, lines=[{"line_id": lamp, "quantity": 1}])) == [
        ("lines", "above_what_is_left")
    ]
    assert till.refund(payment_id, everything=True).json["amount"] == usd(5001)
    assert balances(shop) == [0]


@pytest.mark.parametrize("provider", ["stripe", "paypal"])
def test_a_whole_order_less_what_was_spent(shop: Shop, buyer: Buyer, till: Till, provider: str) -> None:
    shop.ready_order(buyer, ("GIFT-5000", 2), ("LAMP", 2))
    shop.pay(buyer) if provider == "stripe" else shop.pay_by_paypal(buyer)
    shop.settle()
    spend(shop, gifts.codes_in(shop.post)[0])
    made = till.refund(till.payment_of(buyer), everything=True).json
    spent = LAMP + SHIPPING
    assert made["amount"] == usd(10_000 + 2 * LAMP + SHIPPING - spent)
    assert [(line["quantity"], line["amount"]["amount"]) for line in made["lines"]] == [
        (2, 2 * LAMP),
        (2, 10_000 - spent),
    ]
    shop.settle()
    assert balances(shop) == [0, 0]
    assert (shop.order(buyer)["payment_status"], shop.count("refunds")) == ("partially_refunded", 1)


def test_a_cancelled_order_gives_back_all_but_what_was_spent(shop: Shop, buyer: Buyer) -> None:
    """The goods were paid by a gift card, and the gift card by a bank card: each gets back its own."""
    own = gifts.issue(shop, 9000)
    shop.ready_order(buyer, ("GIFT-5000", 1), ("LAMP", 1))
    gifts.pay(buyer, own["code"])
    shop.pay(buyer)
    shop.settle()
    code = next(code for code in gifts.codes_in(shop.post) if code != own["code"])
    other = spend(shop, code)
    shop.cancel(buyer)
    shop.settle()
    assert shop.one("gift_cards", _id=own["id"])["balance"] == 9000
    assert balances(shop) == [0]
    back = {refund["payment_id"]: refund["amount"] for refund in shop.all("refunds")}
    by_bank = shop.one("payments", order_id=buyer.order_id, provider="stripe")["_id"]
    assert sorted(back.values()) == [LAMP + SHIPPING, 5000 - LAMP - SHIPPING]
    assert back[by_bank] == 5000 - LAMP - SHIPPING
    for _ in range(2):
        shop.sweep()
    assert shop.count("refunds") == 2
    # What comes back to the card afterwards is its holder's.
    shop.cancel(other)
    shop.settle()
    assert balances(shop) == [LAMP + SHIPPING]
    assert gifts.balance(code).json["balance"]["amount"] == LAMP + SHIPPING
    again = Buyer(email="eve@example.com")
    shop.ready_order(again, ("LAMP", 1))
    assert gifts.pay(again, code).json["status"] == "confirmed"


def test_cancelled_when_all_was_spent(shop: Shop, buyer: Buyer) -> None:
    (code,) = bought(shop, buyer, ("GIFT-2500", 1))
    other = Buyer(email="bob@example.com")
    shop.ready_order(other, ("LAMP", 3))
    assert gifts.pay(other, code).json["paid"]["amount"] == 2500
    shop.cancel(buyer)
    shop.settle()
    shop.sweep()
    shop.settle()
    assert (shop.count("refunds"), balances(shop)) == (0, [0])
    assert shop.order(buyer)["refunded"] == usd(0)


def test_a_refund_that_does_not_arrive_fills_the_card_again(shop: Shop, buyer: Buyer, till: Till) -> None:
    shop.ready_order(buyer, ("GIFT-2500", 1))
    shop.pay(buyer, "pm_card_pendingRefund")
    shop.settle()
    (code,) = gifts.codes_in(shop.post)
    pending = till.refund(till.payment_of(buyer), everything=True).json
    assert balances(shop) == [0], "as long as it is under way nobody spends it"
    books.check()
    fail_refund(shop, pending)
    assert balances(shop) == [2500]
    assert shop.all("refunds")[0]["status"] == "failed"
    assert gifts.balance(code).json["balance"]["amount"] == 2500
    assert till.refund(till.payment_of(buyer), everything=True).json["status"] == "pending"
    assert balances(shop) == [0]


def fail_refund(shop: Shop, refund: Any) -> None:
    """The provider says that it did not arrive."""
    ref = shop.one("refunds", _id=refund["id"])["provider_ref"]
    shop.sandbox.stripe_control("POST", f"/refunds/{ref}/finish", {"outcome": "failed"})
    shop.settle()


@pytest.mark.parametrize(("given", "left"), [(1000, 5000), (LAMP + SHIPPING, 5000), (4499, 3000), (7499, 0)])
def test_given_back_in_the_dashboard(shop: Shop, buyer: Buyer, given: int, left: int) -> None:
    """What is more than the goods came to is taken off the card: the money is gone already."""
    bought(shop, buyer, ("GIFT-5000", 1), ("LAMP", 1))
    give_back_in_the_dashboard(shop, given)
    shop.settle()
    assert balances(shop) == [left]


def test_spent_and_refunded_at_the_same_moment(shop: Shop, buyer: Buyer, till: Till) -> None:
    """Either the buyer has the money or the card has paid, never both."""
    shop.stock("VASE", 50, price=9000)
    for number in range(8):
        someone = Buyer(email=f"buyer-{number}@example.com")
        code = bought(shop, someone, ("GIFT-2500", 1))[-1]
        other = Buyer(email=f"other-{number}@example.com")
        shop.ready_order(other, ("VASE", 1))
        payment_id = till.payment_of(someone)
        card = shop.all("gift_cards")[-1]["_id"]
        together([by_card(other, code), by_staff(payment_id), by_staff(payment_id)])
        shop.settle()
        books.check()
        refunded = sum(refund["amount"] for refund in shop.all("refunds", payment_id=payment_id))
        spent = sum(part["amount"]["amount"] for part in shop.order(other)["gift_cards"])
        assert (refunded, spent) in {(2500, 0), (0, 2500)}
        assert shop.one("gift_cards", _id=card)["balance"] == 0


def by_staff(payment_id: str) -> Callable[[], Any]:
    """What `create_refund` does behind its door."""
    wanted = CreateRefund(reason="race", everything=True)
    return lambda: refunding.create(payment_id, wanted, who="user_1", once=NO_KEY, email_of=orders.email_of)


@pytest.mark.usefixtures("_relay_at_once")
def test_a_refund_killed_at_any_step(shop: Shop, till: Till, killswitch: Killswitch) -> None:
    """Emptied with the decision, once; asked again under the same key it is the same refund."""
    survived, step = False, 0
    while not survived:
        step += 1
        wipe(shop)
        gifts.offer(shop, 2500)
        someone = Buyer()
        shop.buy(someone, ("GIFT-2500", 2))
        line = {"line_id": line_of(shop, someone, "GIFT-2500"), "quantity": 1}
        work = partial(till.refund, till.payment_of(someone), key="once", lines=[line])
        survived, name = killswitch.survives(step, work), killswitch.names[-1]
        books.check()
        assert balances(shop) in ([0, 2500], [2500, 2500]), name
        assert work().json["status"] == "succeeded", name
        shop.settle()
        books.check()
        assert (balances(shop), shop.count("refunds")) == ([0, 2500], 1), name
    assert step > 20


def test_the_credit_note_says_what_was_left(shop: Shop, buyer: Buyer, till: Till) -> None:
    (code,) = bought(shop, buyer, ("GIFT-5000", 1))
    spend(shop, code)
    assert till.refund(till.payment_of(buyer), everything=True).status == 201
    shop.settle()
    shown = shop.invoice(buyer).json
    assert shown["total"] == usd(5000)
    assert [note["total"] for note in shown["credit_notes"]] == [usd(5000 - LAMP - SHIPPING)]
