"""Attempts to pay: stored before the provider is asked, and kept in step with what the provider says.

The provider's word is always fetched after our own state was read, and written back only onto that state (its
version). So whatever order webhooks, polls and retries come in, a stale word never overwrites a newer one.
"""

from commerce.money import Money
from commerce.payments import ledger
from commerce.payments.events import PaymentFailed, PaymentSucceeded, PaymentVoided
from commerce.payments.gateways import ProviderPayment, gateway
from commerce.payments.model import SETTLED, AlreadyPaid, AttemptClosed, Payment, PaymentView, Provider, view
from commerce.payments.store import PAYMENTS
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import now
from commerce.runtime.errors import NotFound, Stale
from commerce.runtime.ids import new_id
from commerce.runtime.settings import settings


def attempt(changes: Changes, *, order_id: str, number: str, amount: Money, provider: Provider, first: bool) -> Payment:
    """The one attempt for an order: the live one if there is one, else a new one, stored by the caller's change.

    Args:
        changes: the caller's change.
        order_id: what is to be paid.
        number: the same for people.
        amount: how much.
        provider: with whom.
        first: the order knows of no attempt yet, so none need be looked for.

    Raises:
        Invalid: the provider does not take such an amount.
        AlreadyPaid: an attempt has succeeded.
    """
    live = None if first else PAYMENTS.open_for(order_id)
    if live and live.status in SETTLED:
        raise AlreadyPaid
    if live:
        return live
    gateway(provider).check(amount)
    payment = Payment(
        id=new_id("pay"),
        order_id=order_id,
        order_number=number,
        provider=provider,
        amount=amount.amount,
        currency=amount.currency,
        created_at=now(),
    )
    changes.insert(PAYMENTS, payment)
    return payment


def start(payment: Payment) -> PaymentView:
    """Makes the attempt with the provider, or finds it there again; the answer carries what the browser needs. An
    attempt that is settled is answered as it is.

    Raises:
        ProviderUnavailable: the provider did not answer; the same attempt is taken up again by the next try.
        AttemptClosed: the order ended meanwhile.
    """
    if payment.status in SETTLED:
        return view(payment)
    provider = gateway(payment.provider)
    if payment.provider_ref:
        said = provider.fetch(payment.provider_ref)
    else:
        said = provider.open(payment)
        payment = _remember(payment, said)
    if payment.status == "voided":
        provider.void(said.ref)
        raise AttemptClosed
    if said.status in SETTLED:
        return view(sync(payment.id))
    known = settings()
    shown = {
        "client_secret": said.client_secret,
        "publishable_key": known.stripe_publishable_key,
        "provider_url": known.stripe_api_base or None,
    }
    return view(payment).model_copy(update=shown)


def get(payment_id: str) -> Payment:
    """An attempt as we know it.

    Raises:
        NotFound: there is none.
    """
    payment = PAYMENTS.get(payment_id)
    if payment is None:
        raise NotFound
    return payment


def sync(payment_id: str) -> Payment:
    """Asks the provider how the attempt stands and stores the answer with its facts.

    Raises:
        NotFound: there is no such payment.
        ProviderUnavailable: the provider did not answer; nothing was changed.
    """

    def once() -> Payment:
        payment = get(payment_id)
        changes = Changes()
        refresh(changes, payment)
        changes.commit()
        return payment

    return retry_stale(once)


def refresh(changes: Changes, payment: Payment) -> None:
    """Fetches the provider's word on an attempt that was read before, and adds what it means to the change."""
    if payment.provider_ref and payment.status not in SETTLED:
        apply(changes, payment, gateway(payment.provider).fetch(payment.provider_ref))


def apply(changes: Changes, payment: Payment, said: ProviderPayment) -> None:
    """What the provider's word means: the new state, the booking and the fact, all in one change, or nothing.

    A voided attempt can't succeed, says the provider; should it say later that it has, the money is booked all the
    same, and the order takes it or sends it back.
    """
    if payment.status in SETTLED and (payment.status, said.status) != ("voided", "paid"):
        return
    if said.status == "paid":
        payment.status, payment.captured, payment.decline = "paid", said.received, ""
        changes.insert(ledger.LEDGER, ledger.capture(payment, said.received))
        paid = Money(amount=said.received, currency=said.currency)
        changes.emit(
            PaymentSucceeded(order_id=payment.order_id, payment_id=payment.id, provider=payment.provider, paid=paid)
        )
    elif said.status == "voided":
        payment.status, payment.open = "voided", None
        changes.emit(PaymentVoided(order_id=payment.order_id, payment_id=payment.id))
    elif said.status == "unpaid" and said.decline:
        if payment.decline_ref == said.decline_ref and payment.status == "failed":
            return
        payment.status, payment.decline, payment.decline_ref = "failed", said.decline, said.decline_ref
        changes.emit(PaymentFailed(order_id=payment.order_id, payment_id=payment.id, reason=said.decline))
    elif said.status != payment.status:
        payment.status = said.status
    else:
        return
    changes.replace(PAYMENTS, payment)


def _remember(payment: Payment, said: ProviderPayment) -> Payment:
    """Keeps the provider's id of the attempt; answers the attempt as it stands then."""
    known = payment.model_copy(update={"provider_ref": said.ref})
    changes = Changes()
    changes.replace(PAYMENTS, known)
    try:
        changes.commit()
    except Stale:  # A twin of this request kept it, or the order ended: either way the stored one is right.
        return get(payment.id)
    return known
