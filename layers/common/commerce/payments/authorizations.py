"""Money that a provider holds for us: the buyer has agreed, and it is taken later, by staff or before it lapses.

An authorization confirms its order like money that has come. In the ledger there is nothing of it, since nothing has
moved: the capture is booked, and then the sale. Whether it is captured or voided, where both are tried at once, the
provider decides: it does one of the two.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Literal

from commerce.payments import attempts
from commerce.payments.events import PaymentAuthorized
from commerce.payments.gateways import ProviderPayment, gateway
from commerce.payments.model import AUTHORIZED_FOR, CAPTURED, AttemptClosed, Payment
from commerce.payments.store import PAYMENTS
from commerce.payments.voiding import close
from commerce.runtime import audit
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import now
from commerce.runtime.errors import Conflict

# What would lapse so soon is captured by itself.
MARGIN = timedelta(days=1)
# So often the provider is asked how it stands: it may have been captured or cancelled there.
ASK_AGAIN = timedelta(days=1)

type Verdict = Literal["taken", "refused", "undecided"]
"""What an order says of a payment: it has the money, never will, or has not heard of it."""

type MayCapture = Callable[[str, str], None]
"""Raises where the order of the first id does not want the payment of the second one to be captured."""


class NotAuthorized(Conflict):
    """409: no money is held for us that could be captured."""

    code, title = "not_authorized", "Nothing of this payment waits to be captured"


def capture_authorized(payment_id: str, may_capture: MayCapture, *, who: str) -> Payment:
    """Takes what is held for us, whole; once, however often it is asked: what was captured is answered as it is.

    Args:
        payment_id: the payment.
        may_capture: raises where its order does not want that.
        who: the id of the person who decides.

    Raises:
        NotFound: there is no such payment.
        NotAuthorized: nothing is held for us.
        AttemptClosed: it is held no more.
        WrongState: its order does not want that (what `may_capture` says).
        ProviderRefused: the provider refuses for the moment.
        ProviderUnavailable: the provider did not answer; asking again goes on from there, and the sweep finds out.
    """
    payment = retry_stale(lambda: _decided(payment_id, may_capture, who))
    return payment if payment.status in CAPTURED else _take(payment)


def watch(payment_id: str, verdict: Verdict, may_capture: MayCapture) -> None:
    """Sees to an authorization: its order has heard of it, or lets it go; it is captured before it lapses.

    Args:
        payment_id: the payment.
        verdict: what its order says of it.
        may_capture: raises where its order does not want it to be captured. Then it lapses.

    Raises:
        ProviderUnavailable: the provider did not answer.
    """
    if verdict == "refused":
        close(payment_id, Changes, even_authorized=True)
        return
    payment = attempts.sync(payment_id)
    if not payment.authorized:
        return
    changes = Changes()
    if verdict == "undecided":
        facts = {"order_id": payment.order_id, "payment_id": payment.id}
        changes.emit(PaymentAuthorized(**facts, provider=payment.provider, authorized=payment.money))
    elif (at := (payment.capture_before or payment.created_at + AUTHORIZED_FOR) - MARGIN) <= now():
        may_capture(payment.order_id, payment.id)
        _take(payment)
    else:
        later = {"$set": {"look_at": min(at, now() + ASK_AGAIN)}}
        changes.update_if_there(PAYMENTS, {"_id": payment.id, "version": payment.version}, later)
    changes.commit()


def _decided(payment_id: str, may_capture: MayCapture, who: str) -> Payment:
    payment = attempts.get(payment_id)
    if payment.status in CAPTURED:
        return payment
    if payment.status == "voided":
        raise AttemptClosed
    if not payment.authorized:
        raise NotAuthorized
    may_capture(payment.order_id, payment.id)
    changes = Changes()
    wanted = {"amount": payment.amount, "currency": payment.currency}
    audit.note(changes, who=who, action="payment.captured", subject=payment.id, after=wanted)
    changes.commit()
    return payment


def _take(payment: Payment) -> Payment:
    said = gateway(payment.provider).capture(payment)
    taken = retry_stale(lambda: _noted(payment.id, said))
    if taken.status == "voided":
        raise AttemptClosed
    return taken


def _noted(payment_id: str, said: ProviderPayment) -> Payment:
    """The answer to a capture is never overtaken: it is taken, or void for good."""
    payment = attempts.get(payment_id)
    changes = Changes()
    attempts.apply(changes, payment, said)
    changes.commit()
    return payment
