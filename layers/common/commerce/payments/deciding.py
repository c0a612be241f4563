"""Deciding that money goes back: stored, with who and why and what it takes off the sale, before anybody is asked.

Every decision counts on what earlier ones have left, and moves the versions of the payment and of the sale: two that
are made at once can't both count on the same money, or on the same pieces.
"""

from collections.abc import Sequence

from commerce.payments import attempts, crediting, sales
from commerce.payments.credit import Credit
from commerce.payments.events import RefundRequested
from commerce.payments.giftcards import bought
from commerce.payments.giftcards.bought import Bought, Share
from commerce.payments.model import LOOK_AGAIN, Payment, Refund, RefundTo
from commerce.payments.sales import Sale
from commerce.payments.store import PAYMENTS, REFUNDS
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import now
from commerce.runtime.ids import new_id


def decide(payment_id: str, *, reason: str, again: bool = False) -> Refund | None:
    """Stores that all that is left of a payment shall go back, if that is not stored yet. Nobody is asked. Gift cards
    that it had bought are emptied; what was spent from them stays paid.

    Args:
        payment_id: of what.
        reason: why.
        again: whether it is decided anew where it has failed before, or left something.
    """

    def once() -> Refund | None:
        payment = attempts.get(payment_id)
        refund_id = whole_id(payment)
        sale = sales.of_payment(payment.order_id, payment.id)
        earlier = REFUNDS.of_payments(sale.payment_ids if sale else [payment.id])
        known = next((refund for refund in earlier if refund.id == refund_id), None)
        left = remaining(payment, earlier)
        if left <= 0 or (known and not again):
            return known
        before = sales.credited(earlier)
        amount, share = Bought.of(sale, before, payment).rest(left)
        if not amount:
            return known
        credit = crediting.of_amount(sale, before, amount, share.lines) if sale else None
        changes = Changes()
        id_ = new_id("ref") if known else refund_id
        refund = store(changes, payment, sale, amount, credit, refund_id=id_, reason=reason, share=share)
        changes.commit()
        return refund

    return retry_stale(once)


def whole_id(payment: Payment) -> str:
    """The id of the first refund that gives back all that is left of a payment, and mostly the only one."""
    return "ref_" + payment.id.partition("_")[2]


def remaining(payment: Payment, refunds: Sequence[Refund]) -> int:
    """What of a payment can still be promised, in minor units."""
    promised = sum(refund.amount for refund in refunds if refund.payment_id == payment.id and refund.under_way)
    return payment.held - promised


def store(
    changes: Changes,
    payment: Payment,
    sale: Sale | None,
    amount: int,
    credit: Credit | None,
    *,
    refund_id: str,
    reason: str,
    by: str = "",
    to: RefundTo = "origin",
    recipient: str = "",
    share: Share | None = None,
) -> Refund:
    """Adds a decision to the change: the sweep executes it, should nobody come to that before.

    Args:
        changes: the caller's change.
        payment: as it was read for the decision.
        sale: the same; None where no order has taken the payment.
        amount: in minor units.
        credit: what it takes off the sale.
        refund_id: of the refund to be.
        reason: why.
        by: who decided it; empty for the shop itself.
        to: where it goes.
        recipient: who gets the code, where it goes to a gift card.
        share: what of it is for gift cards that had been bought, which are emptied.
    """
    refund = Refund(
        id=refund_id,
        payment_id=payment.id,
        order_id=payment.order_id,
        amount=amount,
        currency=payment.currency,
        reason=reason,
        by=by,
        credit=credit,
        to=to,
        recipient=recipient,
        look_at=now() + LOOK_AGAIN,
        created_at=now(),
    )
    if share:
        bought.empty(changes, refund, share)
    changes.insert(REFUNDS, refund)
    changes.replace(PAYMENTS, payment)
    if sale:
        changes.replace(sales.SALES, sale)
    changes.emit(RefundRequested(**refund.told(), reason=reason, by=by))
    return refund
