"""Chaos once more, with staff that refunds in parts, buyers that dispute, and a reconciliation at the end.

Whatever was lost on the way: in the end what our ledger says lies with a provider is what its own books say, to the
cent, fees included.
"""

from collections import Counter
from typing import Any

import pytest

from commerce.payments.gateways import gateway
from commerce.payments.gateways.amounts import RULES
from tests.integration.payments.test_books import accounts
from tests.integration.payments.test_disputes import ENDS
from tests.integration.paypal import test_chaos
from tests.support import books
from tests.support.shop import Shop
from tests.support.till import Till


class Chaos(test_chaos.Chaos):
    """The same, and what may happen after an order was paid."""

    def __init__(self, shop: Shop, seed: int) -> None:
        super().__init__(shop, seed)
        self.till = Till(shop)
        self.disputes: list[tuple[str, str]] = []

    def paid(self) -> dict[str, Any] | None:
        """A payment with money that an order took, if there is one."""
        found = [p for p in self.shop.all("payments") if p["captured"] and p["capture_ref"]]
        return self.die.choice(found) if found else None

    def refund_some(self) -> None:
        if payment := self.paid():
            order = self.shop.one("orders", _id=payment["order_id"])
            wanted: dict[str, Any] = self.die.choice(
                (
                    {"lines": [{"line_id": order["lines"][0]["line_id"], "quantity": 1, "restock": True}]},
                    {"shipping": True},
                    {"amount": {"amount": self.die.randint(1, 900), "currency": "USD"}},
                    {"everything": True},
                )
            )
            assert self.till.refund(payment["_id"], **wanted).status in {201, 409, 422}

    def dispute_one(self) -> None:
        payment = self.paid()
        if payment is None or payment["_id"] in {known for known, _ in self.disputes} or payment["refunded"]:
            return
        named = {"capture" if payment["provider"] == "paypal" else "charge": payment["capture_ref"]}
        answer = self.opened(payment["provider"], named)
        self.disputes.append((payment["_id"], answer["id"]))

    def opened(self, provider: str, named: dict[str, str]) -> Any:
        control = self.shop.sandbox.stripe_control if provider == "stripe" else self.shop.sandbox.paypal_control
        return control("POST", "/disputes", named)

    def decide_one(self) -> None:
        if self.disputes:
            payment_id, dispute = self.disputes.pop(self.die.randrange(len(self.disputes)))
            provider = self.shop.one("payments", _id=payment_id)["provider"]
            outcome = ENDS[provider, self.die.choice(("won", "lost"))]
            self.control(provider, "POST", f"/disputes/{dispute}/close", {"outcome": outcome})


STEPS = (*test_chaos.STEPS, "refund_some", "refund_some", "dispute_one", "decide_one")


def theirs(provider: Any) -> Counter[str]:
    """What a provider's own books have of payments, by currency."""
    from datetime import timedelta

    from commerce.runtime.clock import now

    sums: Counter[str] = Counter()
    for movement in gateway(provider).movements(now() - timedelta(days=1), now() + timedelta(days=1)):
        sums[movement.currency] += movement.amount - movement.fee
    return sums


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(6))
def test_after_chaos_and_reconciliation_the_books_agree_to_the_cent(shop: Shop, seed: int) -> None:
    chaos = Chaos(shop, seed + 100)
    for _ in range(45):
        getattr(chaos, chaos.die.choice(STEPS))()
    chaos.calm()
    while chaos.disputes:
        chaos.decide_one()
    chaos.till.reconcile()
    shop.bus.deliver()
    chaos.calm()

    assert chaos.till.reconcile()["left"] == 0
    books.check()
    for provider in RULES:
        assert accounts(shop).get(f"cash:{provider}", 0) == theirs(provider)["USD"], provider
