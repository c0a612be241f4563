"""The sweep: every few minutes it finds out what no event has told.

It asks the providers about attempts whose end is not known (a webhook was lost), captures what was approved and what
would lapse, asks for refunds that have not ended, and looks whether an order has every capture: if none takes it, it
goes back (semantics 10).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from commerce.money import Money
from commerce.payments import attempts
from commerce.payments.authorizations import MayCapture, Verdict, watch
from commerce.payments.capturing import MayPay, capture
from commerce.payments.deciding import decide
from commerce.payments.events import PaymentSucceeded
from commerce.payments.gateways import gateway
from commerce.payments.model import CAPTURED, LOOK_AGAIN, Payment
from commerce.payments.refunds import execute
from commerce.payments.store import PAYMENTS, REFUNDS
from commerce.runtime.changes import Changes
from commerce.runtime.clock import now
from commerce.runtime.errors import Conflict, NotFound, ShopError
from commerce.runtime.mongo import Collection, Versioned
from commerce.runtime.observability import logger

BATCH = 50
# A capture that was sent and not answered may be told of so long after its attempt was voided.
LATE_CAPTURE = timedelta(hours=3)

type Ask = Callable[[Mapping[str, str]], Mapping[str, Verdict]]
"""By payment id: what its order (given by id) says."""


def sweep(*, seconds: float, orders_say: Ask, may_pay: MayPay, may_capture: MayCapture) -> int:
    """Goes through all that is due; says how many payments and refunds it dealt with.

    Args:
        seconds: begin nothing new after so long.
        orders_say: what the orders say of captures.
        may_pay: raises where the order of that id does not wait for money.
        may_capture: raises where that order does not want its authorized payment to be captured.
    """
    until = now() + timedelta(seconds=seconds)
    return _sweep_payments(until, orders_say, may_pay, may_capture) + _sweep_refunds(until)


def _sweep_payments(until: datetime, orders_say: Ask, may_pay: MayPay, may_capture: MayCapture) -> int:
    done = 0
    while now() < until and (due := PAYMENTS.due(now(), BATCH)):
        _postpone(PAYMENTS, due)
        secured = [payment for payment in due if payment.secured]
        verdicts = orders_say({payment.id: payment.order_id for payment in secured}) if secured else {}
        work = [_work_on(payment, verdicts[payment.id], may_capture) for payment in secured]
        work += [partial(_find_out, payment.id, may_pay) for payment in due if not payment.secured]
        done += _do(work, until)
    return done


def _work_on(payment: Payment, verdict: Verdict, may_capture: MayCapture) -> Callable[[], object]:
    if payment.authorized:
        return partial(watch, payment.id, verdict, may_capture)
    return partial(_find_a_place, payment, verdict)


def _sweep_refunds(until: datetime) -> int:
    done = 0
    while now() < until and (due := REFUNDS.due(now(), BATCH)):
        _postpone(REFUNDS, due)
        done += _do([partial(execute, refund.id) for refund in due], until)
    return done


def _postpone(where: Collection[Any], due: Sequence[Versioned]) -> None:
    """They are looked at again later, whatever becomes of this look: one that always fails holds up no other."""
    changes = Changes()
    for document in due:
        later = {"$set": {"look_at": now() + LOOK_AGAIN}}
        changes.update_if_there(where, {"_id": document.id, "version": document.version}, later)
    changes.commit()


def _do(work: Sequence[Callable[[], object]], until: datetime) -> int:
    """Does one after the other while there is time; what fails is left for the next sweep. Says how many were done."""
    done = 0
    for piece in work:
        if now() >= until:
            break
        try:
            piece()
        except ShopError as error:
            logger.warning("Left for the next sweep", extra={"reason": error.code})
            continue
        done += 1
    return done


def _find_a_place(payment: Payment, verdict: Verdict) -> None:
    """Money that is here belongs to an order, is told of again, or goes back."""
    changes = Changes()
    if verdict == "undecided":
        paid = Money(amount=payment.captured, currency=payment.currency)
        facts = {"order_id": payment.order_id, "payment_id": payment.id}
        changes.emit(PaymentSucceeded(**facts, provider=payment.provider, paid=paid))
        changes.commit()
        return
    refund = decide(payment.id, reason="no_order_takes_it", again=True) if verdict == "refused" else None
    changes.update_if_there(PAYMENTS, {"_id": payment.id}, {"$unset": {"look_at": ""}})
    changes.commit()
    if refund:
        execute(refund.id)


def _find_out(payment_id: str, may_pay: MayPay) -> None:
    """What the provider says of an attempt whose end is not known."""
    payment = attempts.get(payment_id)
    if payment.status in CAPTURED or not payment.provider_ref:
        return
    since = payment.capturing_since
    if payment.over and (since is None or now() - since > LATE_CAPTURE):
        changes = Changes()
        changes.update_if_there(PAYMENTS, {"_id": payment.id}, {"$unset": {"look_at": ""}})
        changes.commit()
        return
    said = gateway(payment.provider).fetch(payment)
    if said.status == "authorized" and not (payment.over or payment.manual) and payment.status != "failed":
        try:
            capture(payment.id, may_pay)
        except (Conflict, NotFound) as refused:
            logger.info("Approved, but not captured", extra={"payment_id": payment.id, "reason": refused.code})
        return
    changes = Changes()
    attempts.apply(changes, payment, said)
    changes.commit()
