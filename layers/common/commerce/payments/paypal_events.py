"""PayPal's webhook: verified over the raw body, each event applied once, the object fetched anew."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from commerce.payments import attempts, disputes, refunds
from commerce.payments.capturing import MayPay, capture
from commerce.payments.gateways import ProviderPayment, gateway
from commerce.payments.model import Payment
from commerce.payments.store import PAYMENTS
from commerce.payments.webhooks import BadSignature, take_once
from commerce.runtime.changes import Changes
from commerce.runtime.errors import BadRequest, Conflict, NotFound, UnsupportedMediaType
from commerce.runtime.observability import logger

_ORDERS, _CAPTURES, _REFUNDS = "/v2/checkout/orders/", "/v2/payments/captures/", "/v2/payments/refunds/"


class _Link(BaseModel):
    rel: str
    href: str


class _Related(BaseModel):
    order_id: str = ""


class _Supplement(BaseModel):
    related_ids: _Related = _Related()


class _Unit(BaseModel):
    custom_id: str = ""


class _Resource(BaseModel):
    """As much of an order, a capture or a refund as says which one it is. A dispute has another id."""

    model_config = ConfigDict(extra="ignore")

    id: str = ""
    dispute_id: str = ""
    custom_id: str = ""
    supplementary_data: _Supplement = _Supplement()
    purchase_units: list[_Unit] = []
    links: list[_Link] = []

    def linked(self, path: str) -> str:
        """The id of the thing of this kind that a link names, with or without what can be done to it."""
        rests = [link.href.partition(path)[2] for link in self.links if path in link.href]
        return rests[0].partition("/")[0] if rests else ""


class _Event(BaseModel):
    """An event as PayPal sends it (https://developer.paypal.com/api/rest/webhooks/event-names/)."""

    model_config = ConfigDict(extra="ignore")

    id: str = Field(min_length=1, max_length=64)
    event_type: str = Field(max_length=128)
    resource_type: str = ""
    resource: _Resource


def take_paypal_event(raw: bytes, headers: Mapping[str, str], may_pay: MayPay) -> str:
    """Applies a PayPal event once: the state comes from the object as it is now, never from the event's copy. An order
    that its buyer has approved is captured, whether or not a browser comes back to ask for that.

    Args:
        raw: the body, as it came.
        headers: the request's, in lower case.
        may_pay: raises where the order of that id does not wait for money.

    Returns:
        What became of it: `applied`, `duplicate` or `ignored` (it means nothing to us, and is kept all the same).

    Raises:
        UnsupportedMediaType: PayPal sends JSON, and says so.
        BadSignature: not signed by PayPal, or out of time.
        ProviderUnavailable: PayPal could not be asked; answered 5xx, so that it delivers the event again.
    """
    from commerce.payments.gateways.paypal_signatures import verify

    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaType
    try:
        verify(raw, headers)
    except ValueError as error:
        logger.info("PayPal's signature is refused", extra={"reason": str(error)})
        raise BadSignature from None
    try:
        event = _Event.model_validate_json(raw)
    except ValidationError as error:
        raise BadRequest("This is not an event of PayPal.") from error
    thing = event.resource
    return take_once(
        f"paypal:{event.id}",
        event.event_type,
        thing.id or thing.dispute_id,
        lambda changes: _react(changes, event, may_pay),
    )


def _react(changes: Changes, event: _Event, may_pay: MayPay) -> bool:
    thing = event.resource
    if event.resource_type == "refund" or thing.linked(_REFUNDS):
        reversal = event.event_type == "PAYMENT.CAPTURE.REVERSED"
        return refunds.refresh(changes, "paypal", thing.id, thing.custom_id, reversal=reversal)
    if thing.dispute_id:
        return disputes.refresh(changes, "paypal", thing.dispute_id)
    if not event.event_type.startswith(("CHECKOUT.ORDER.", "PAYMENT.CAPTURE.")):
        return False
    payment = _payment(thing)
    if payment is None:
        return False
    said = gateway("paypal").fetch(payment)
    if said.status == "authorized" and not payment.over:
        return _capture(changes, payment, said, may_pay)
    attempts.apply(changes, payment, said)
    return True


def _capture(changes: Changes, payment: Payment, said: ProviderPayment, may_pay: MayPay) -> bool:
    """The buyer has agreed: captured before the event is noted, so that after a crash the event comes again."""
    try:
        capture(payment.id, may_pay, provider_ref=payment.provider_ref)
    except (Conflict, NotFound) as refused:  # The order or the attempt has ended, or the buyer took it back.
        logger.info("Approved, but not captured", extra={"payment_id": payment.id, "reason": refused.code})
        known = attempts.get(payment.id)
        known.provider_ref = payment.provider_ref
        attempts.apply(changes, known, said)
    return True


def _payment(thing: _Resource) -> Payment | None:
    """Our attempt behind an order or a capture, also when its id was not stored before the webhook came."""
    order_ref = thing.supplementary_data.related_ids.order_id or thing.linked(_ORDERS) or thing.id
    ours = thing.custom_id or next((unit.custom_id for unit in thing.purchase_units), "")
    payment = PAYMENTS.by_ref(order_ref)
    if payment is None and ours:
        payment = PAYMENTS.get(ours)
        if payment and not payment.provider_ref:
            payment.provider_ref = order_ref
    if payment is None or payment.provider_ref != order_ref or payment.provider != "paypal":
        logger.warning("An order of PayPal's that is not ours", extra={"order_ref": order_ref})
        return None
    return payment
