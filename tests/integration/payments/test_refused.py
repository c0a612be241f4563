"""What the shop owes and a provider refuses: told to a person once, not asked for ever; nothing for a lost dispute."""

import pytest

from tests.integration.payments.conftest import Paid
from tests.integration.payments.test_books import accounts
from tests.integration.payments.test_disputes import complain, decide
from tests.integration.payments.test_refunding import usd
from tests.support.shop import Buyer, Shop
from tests.support.till import Till

TOTAL = 5497
PROVIDERS = ("stripe", "paypal")
REFUSALS = {"stripe": "charge disputed", "paypal": "transaction disputed"}
MAIL = "A refund did not arrive: order {}"

pytestmark = pytest.mark.parametrize("provider", PROVIDERS)


def cancel_unheard(shop: Shop, paid: Paid, provider: str) -> tuple[Buyer, str]:
    """A buyer disputes the payment and cancels, and nothing is heard of the dispute; its id."""
    buyer = paid(provider)
    dispute = complain(shop, provider)
    assert shop.cancel(buyer).status == 200
    shop.bus.deliver()
    shop.post.deliver()
    return buyer, dispute


def mails(shop: Shop) -> int:
    """How often the shop was told of a refund that failed."""
    number = shop.one("orders")["number"]
    return shop.post.subjects().count(MAIL.format(number))


def sweep(shop: Shop, times: int = 1) -> None:
    for _ in range(times):
        shop.sweep()
        shop.post.deliver()


def test_a_refusal_is_told_once_and_not_asked_again(shop: Shop, paid: Paid, provider: str) -> None:
    buyer, _ = cancel_unheard(shop, paid, provider)
    assert not shop.bus.failures
    refund = shop.one("refunds")
    assert (refund["status"], refund["failure"]) == ("failed", REFUSALS[provider].replace(" ", "_"))
    assert "look_at" not in refund
    sweep(shop, 3)
    assert shop.count("refunds") == 1
    assert mails(shop) == 1
    assert shop.post.recipients()[-1] == "people@example.com"
    assert f"did not arrive ({REFUSALS[provider]})" in shop.post.emails[-1]["Content"]["Simple"]["Body"]["Text"]["Data"]
    assert shop.order(buyer)["history"][-1]["what"] == "refund of USD 54.97 did not arrive"


def test_it_is_made_once_the_dispute_is_won(shop: Shop, paid: Paid, provider: str) -> None:
    """Property 10: no order has the money, so it goes back as soon as it can."""
    buyer, dispute = cancel_unheard(shop, paid, provider)
    decide(shop, provider, dispute, "won")
    shop.settle()
    sweep(shop, 2)
    assert [refund["status"] for refund in shop.all("refunds")] == ["failed", "succeeded"]
    assert shop.order(buyer)["refunded"]["amount"] == TOTAL
    assert accounts(shop).get("receivable", 0) == 0
    assert mails(shop) == 1


def test_nothing_is_owed_of_what_a_lost_dispute_took(shop: Shop, till: Till, paid: Paid, provider: str) -> None:
    buyer, dispute = cancel_unheard(shop, paid, provider)
    decide(shop, provider, dispute, "lost")
    shop.settle()
    sweep(shop, 2)
    assert [refund["status"] for refund in shop.all("refunds") if refund["reason"] != "reversed"] == ["failed"]
    assert till.refund(till.payment_of(buyer), everything=True).json["code"] == "nothing_to_refund"
    assert (shop.one("payments")["refunded"], shop.one("payments")["disputed"]) == (0, TOTAL)
    assert mails(shop) == 1


def test_staff_makes_it_again(shop: Shop, till: Till, paid: Paid, provider: str) -> None:
    """The dispute was won before anybody here has heard of it: now it goes."""
    buyer, dispute = cancel_unheard(shop, paid, provider)
    decide(shop, provider, dispute, "won")
    made = till.refund(till.payment_of(buyer), everything=True)
    assert (made.status, made.json["status"], made.json["amount"]) == (201, "succeeded", usd(TOTAL))
    shop.settle()
    sweep(shop, 2)
    assert shop.moved() == [("capture", TOTAL), ("refund", -TOTAL)]
    assert shop.order(buyer)["refunded"]["amount"] == TOTAL


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_cancelled_while_a_dispute_is_open(shop: Shop, paid: Paid, provider: str, outcome: str) -> None:
    """Nothing is asked of the provider, and nobody is bothered, until it is decided."""
    buyer = paid(provider)
    dispute = complain(shop, provider)
    shop.settle()
    assert shop.cancel(buyer).status == 200
    shop.settle()
    sweep(shop)
    assert shop.count("refunds") == 0
    decide(shop, provider, dispute, outcome)
    shop.settle()
    sweep(shop, 2)
    given = [refund["amount"] for refund in shop.all("refunds") if refund["status"] == "succeeded"]
    assert given == ([TOTAL] if outcome == "won" else [])
    assert mails(shop) == 0


def test_asked_for_before_the_dispute_took_the_money(shop: Shop, paid: Paid, provider: str) -> None:
    """The provider is away when the order is cancelled; when it answers, the dispute is known: nobody need look."""
    buyer = paid(provider)
    control = shop.sandbox.paypal_control if provider == "paypal" else shop.sandbox.stripe_control
    control("POST", "/faults", {"action": "error", "path": "*refund*", "method": "POST", "times": 9})
    assert shop.cancel(buyer).status == 200
    shop.bus.deliver()
    shop.bus.failures.clear()
    assert shop.one("refunds")["status"] == "requested"
    control("DELETE", "/faults", None)
    complain(shop, provider)
    shop.settle()
    sweep(shop, 2)
    assert [(r["status"], r["failure"]) for r in shop.all("refunds")] == [("failed", "of_a_dispute")]
    assert mails(shop) == 0
    assert shop.order(buyer)["history"][-1]["what"] == "refund of USD 54.97 was taken by a dispute"
