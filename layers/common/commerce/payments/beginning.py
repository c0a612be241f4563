"""The beginning of an attempt: stored before the provider is asked, and at most one for an order."""

from commerce.money import Money
from commerce.payments import attempts, gateways, saved
from commerce.payments.gateways import ProviderPayment, gateway
from commerce.payments.model import (
    CAPTURED,
    LOOK_AGAIN,
    AlreadyPaid,
    AttemptClosed,
    AttemptUnderWay,
    Payment,
    PaymentView,
    Provider,
    view,
)
from commerce.payments.saved import NO_WISH, Wish
from commerce.payments.store import PAYMENTS
from commerce.payments.voiding import close
from commerce.runtime import switches
from commerce.runtime.changes import Changes
from commerce.runtime.clock import now
from commerce.runtime.errors import Stale
from commerce.runtime.ids import new_id
from commerce.runtime.settings import settings


def attempt(changes: Changes, *, order_id: str, number: str, amount: Money, provider: Provider, first: bool) -> Payment:
    """The one attempt for an order: the live one if there is one, else a new one, stored by the caller's change.

    A live one with another provider, or for another amount, is closed first, and only its promise that it can't charge
    any more makes room.

    Args:
        changes: the caller's change.
        order_id: what is to be paid.
        number: the same for people.
        amount: how much.
        provider: with whom.
        first: the order knows of no attempt yet, so none need be looked for.

    Raises:
        Invalid: the shop or the provider does not take such an amount.
        AlreadyPaid: an attempt has succeeded.
        AttemptUnderWay: the one that is live may still succeed.
        ProviderUnavailable: its provider did not answer.
    """
    gateways.check(provider, amount)
    live = None if first else PAYMENTS.open_for(order_id)
    if live and live.status not in CAPTURED and (live.provider, live.money) == (provider, amount):
        return live
    if live:
        make_room(live)
    payment = Payment(
        id=new_id("pay"),
        order_id=order_id,
        order_number=number,
        provider=provider,
        amount=amount.amount,
        currency=amount.currency,
        manual=_captured_later(provider),
        look_at=now() + LOOK_AGAIN,
        created_at=now(),
    )
    changes.insert(PAYMENTS, payment)
    return payment


def start(payment: Payment, wish: Wish = NO_WISH) -> PaymentView:
    """Makes the attempt with the provider, or finds it there again; the answer carries what the browser needs. An
    attempt that is over is answered as it is.

    Args:
        payment: the attempt, as it is stored.
        wish: what its buyer wants of saved cards.

    Raises:
        ProviderUnavailable: the provider did not answer; the same attempt is taken up again by the next try.
        AttemptClosed: the order ended meanwhile.
        ProviderRefused: the attempt is so far that its card can't be chosen any more.
    """
    if payment.over:
        return view(payment)
    provider = gateway(payment.provider)
    if payment.provider_ref:
        said = provider.fetch(payment)
    else:
        said = provider.open(payment)
        payment = _remember(payment, said)
    if payment.status == "voided":
        provider.void(payment.model_copy(update={"provider_ref": said.ref}))
        raise AttemptClosed
    if said.status in {"paid", "declined", "voided"} or (payment.manual and said.status == "authorized"):
        return view(attempts.sync(payment.id))
    if payment.provider == "stripe" and said.status != "processing":
        saved.offer(said, wish)
    return view(payment).model_copy(update=_for_the_browser(payment, said))


def _captured_later(provider: Provider) -> bool:
    """Whether the money is to be held first. PayPal's is captured at once with either setting (ADR 17)."""
    wanted = settings().payment_capture == "manual" or switches.on("capture-manually")
    return wanted and provider == "stripe"


def _for_the_browser(payment: Payment, said: ProviderPayment) -> dict[str, object]:
    shown: dict[str, object] = {"providers": gateways.offered(payment.money)}
    if payment.provider == "paypal":
        return shown | {"approval_url": said.approval_url or None}
    known = settings()
    return shown | {
        "client_secret": said.client_secret,
        "publishable_key": known.stripe_publishable_key,
        "provider_url": known.stripe_api_base or None,
    }


def make_room(live: Payment) -> None:
    """Closes a live attempt, with its provider's promise that it can't charge any more.

    Raises:
        AlreadyPaid: it has succeeded, or its money is held for us.
        AttemptUnderWay: it may still succeed.
        ProviderUnavailable: its provider did not answer.
    """
    found = live if live.secured else close(live.id, Changes)
    if found.secured:
        raise AlreadyPaid
    if not found.over:
        raise AttemptUnderWay


def _remember(payment: Payment, said: ProviderPayment) -> Payment:
    """Keeps the provider's id of the attempt; answers the attempt as it stands then."""
    known = payment.model_copy(update={"provider_ref": said.ref})
    changes = Changes()
    changes.replace(PAYMENTS, known)
    try:
        changes.commit()
    except Stale:  # A twin of this request kept it, or the order ended: either way the stored one is right.
        return attempts.get(payment.id)
    return known
