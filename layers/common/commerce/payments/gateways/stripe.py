"""Stripe, by its official SDK."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

import stripe
from stripe import StripeClient

from commerce.money import Money
from commerce.payments.gateways import (
    NotApproved,
    NothingLeft,
    ProviderDispute,
    ProviderMovement,
    ProviderPayment,
    ProviderRefund,
    ProviderRefused,
    RefundWord,
    Word,
)
from commerce.payments.gateways.amounts import RULES
from commerce.payments.model import DisputeStatus, Payment, Refund
from commerce.runtime.clock import from_unix
from commerce.runtime.errors import ProviderUnavailable
from commerce.runtime.observability import logger
from commerce.runtime.settings import settings

TIMEOUT_SECONDS = 8
RULE = RULES["stripe"]
_FEE = "latest_charge.balance_transaction"
LAST_KEY = 20  # So many 500s to one request are no accident any more.
# Pinned: the shapes below are this version's (https://docs.stripe.com/api/versioning).
API_VERSION = stripe.api_version

_STATUS: dict[str, Word] = {
    "requires_payment_method": "unpaid",
    "requires_confirmation": "unpaid",
    "requires_action": "requires_action",
    "processing": "processing",
    "requires_capture": "authorized",
    "succeeded": "paid",
    "canceled": "voided",
}
# https://docs.stripe.com/api/refunds/object#refund_object-status
_REFUND_STATUS: dict[str, RefundWord] = {
    "pending": "pending",
    "requires_action": "pending",
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "cancelled",
}

# https://docs.stripe.com/api/disputes/object#dispute_object-status; inquiries (`warning_...`) take no money.
_DISPUTE_STATUS: dict[str, DisputeStatus] = {
    "warning_needs_response": "needs_response",
    "warning_under_review": "under_review",
    "warning_closed": "won",
    "needs_response": "needs_response",
    "under_review": "under_review",
    "prevented": "lost",
    "won": "won",
    "lost": "lost",
}

# https://docs.stripe.com/reports/balance-transaction-types
_MOVEMENTS: dict[str, Literal["capture", "refund", "refund_failed", "dispute", "dispute_reinstated"]] = {
    "charge": "capture",
    "payment": "capture",
    "refund": "refund",
    "payment_refund": "refund",
    "refund_failure": "refund_failed",
    "payment_failure_refund": "refund_failed",
}


def client() -> StripeClient:
    """The client for the key as it is now: a rotated one is taken up without a new execution environment."""
    return _client_with(settings().secret("stripe_secret_key"), settings().stripe_api_base)


@lru_cache(maxsize=1)
def _client_with(key: str, base: str) -> StripeClient:
    return StripeClient(
        key,
        stripe_version=API_VERSION,
        base_addresses={"api": base} if base else {},
        max_network_retries=1,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
    )


class StripeGateway:
    """PaymentIntents and refunds."""

    def open(self, payment: Payment) -> ProviderPayment:
        """A PaymentIntent; the same payment always gets the same one (its id is the idempotency key)."""
        wanted: stripe.params.PaymentIntentCreateParams = {
            "amount": RULE.units(payment.money),
            "currency": payment.currency.lower(),
            "automatic_payment_methods": {"enabled": True},
            "description": f"Order {payment.order_number}",
            "metadata": {"payment_id": payment.id, "order_id": payment.order_id},
        }
        if payment.manual:
            wanted["capture_method"] = "manual"
        # One that was made behind a 500 is of no harm: nobody was given its secret.
        intent = call(lambda: keyed(payment.id, lambda o: client().v1.payment_intents.create(wanted, o)))
        return _payment(intent)

    def fetch(self, payment: Payment) -> ProviderPayment:
        """The PaymentIntent as it is now."""
        fee: stripe.params.PaymentIntentRetrieveParams = {"expand": [_FEE]}
        return _payment(call(lambda: client().v1.payment_intents.retrieve(payment.provider_ref, fee)))

    def capture(self, payment: Payment) -> ProviderPayment:
        """The browser confirms and Stripe captures in one; what is left to do is to look. What is held for us is taken
        (its id is the idempotency key), or what became of it is answered.
        """
        if payment.authorized:
            return self._take(payment)
        said = self.fetch(payment)
        if said.status in {"unpaid", "requires_action", "authorized"}:
            raise NotApproved
        return said

    def _take(self, payment: Payment) -> ProviderPayment:
        key, ref = f"{payment.id}.capture", payment.provider_ref
        wanted: stripe.params.PaymentIntentCaptureParams = {"expand": [_FEE]}
        try:
            return _payment(call(lambda: keyed(key, lambda o: client().v1.payment_intents.capture(ref, wanted, o))))
        except ProviderRefused:
            said = self.fetch(payment)
            if said.status == "authorized":
                raise
            return said

    def void(self, payment: Payment) -> ProviderPayment:
        """Cancels the PaymentIntent; one that has succeeded or is processing is left as it is."""
        try:
            return _payment(call(lambda: client().v1.payment_intents.cancel(payment.provider_ref)))
        except ProviderRefused:
            return self.fetch(payment)

    def refund(self, payment: Payment, refund: Refund) -> ProviderRefund:
        """A refund of the payment; the same refund is made once (its id is the idempotency key)."""
        amount = RULE.units(Money(amount=refund.amount, currency=refund.currency))
        wanted: stripe.params.RefundCreateParams = {
            "payment_intent": payment.provider_ref,
            "amount": amount,
            "metadata": {"refund_id": refund.id, "payment_id": payment.id},
        }

        def ours() -> stripe.Refund | None:
            known = client().v1.refunds.list({"payment_intent": payment.provider_ref, "limit": 100})
            return next((r for r in known.data if refund.id in (r.to_dict()["metadata"] or {}).values()), None)

        try:
            made = call(lambda: keyed(refund.id, lambda o: client().v1.refunds.create(wanted, o), find=ours))
        except ProviderRefused as refused:
            # Stripe forgets keys after a day; then it says that nothing is left, and its list which refund was ours.
            found = call(ours)
            if found is None and refused.extra["code_of_provider"] == "charge_already_refunded":
                raise NothingLeft from refused
            if found is None:
                raise
            made = found
        return _refund(made)

    def fetch_refund(self, ref: str) -> ProviderRefund | None:
        """The refund as it is now; None where there is none."""
        try:
            return _refund(call(lambda: client().v1.refunds.retrieve(ref)))
        except ProviderRefused as refused:
            if refused.extra["code_of_provider"] == "resource_missing":
                return None
            raise

    def fetch_dispute(self, ref: str) -> ProviderDispute | None:
        """The dispute as it is now; None where there is none."""
        try:
            return _dispute(call(lambda: client().v1.disputes.retrieve(ref)))
        except ProviderRefused as refused:
            if refused.extra["code_of_provider"] == "resource_missing":
                return None
            raise

    def attempt_of(self, payment_ref: str) -> str:
        """Refunds and disputes name their PaymentIntent; Stripe's books name charges, and those it."""
        if payment_ref.startswith("pi_"):
            return payment_ref
        try:
            charge = call(lambda: client().v1.charges.retrieve(payment_ref)).to_dict()
        except ProviderRefused:
            return ""
        return str(charge.get("payment_intent") or "")

    def movements(self, since: datetime, until: datetime) -> Iterator[ProviderMovement]:
        """The balance transactions of that time."""
        wanted: stripe.params.BalanceTransactionListParams = {
            "created": {"gte": int(since.timestamp()), "lte": int(until.timestamp())},
            "limit": 100,
        }
        while True:
            page = call(lambda: client().v1.balance_transactions.list(wanted))
            for entry in page.data:
                if (movement := _movement(entry.to_dict())) is not None:
                    yield movement
            if not page.has_more:
                return
            wanted["starting_after"] = page.data[-1].id


def _payment(made: stripe.PaymentIntent) -> ProviderPayment:
    intent = made.to_dict()
    currency = intent["currency"].upper()
    error = intent.get("last_payment_error") or {}
    return ProviderPayment(
        ref=intent["id"],
        status=_STATUS[intent["status"]],
        received=RULE.minor(intent.get("amount_received") or 0, currency),
        currency=currency,
        client_secret=intent.get("client_secret") or "",
        decline=error.get("decline_code") or error.get("code") or "",
        decline_ref=error.get("charge") or "",
        saves_card=bool(intent.get("setup_future_usage")),
        held=RULE.minor(intent.get("amount_capturable") or 0, currency),
        capture_before=_capture_before(intent.get("latest_charge")),
        capture_ref=_charge_id(intent.get("latest_charge")),
        **_fee(intent.get("latest_charge")),
    )


def _charge_id(charge: dict[str, Any] | str | None) -> str:
    return str(charge["id"]) if isinstance(charge, dict) else charge or ""


def _capture_before(charge: dict[str, Any] | str | None) -> datetime | None:
    """Until when the card's bank holds the money, as far as it was asked for."""
    card = (charge.get("payment_method_details") or {}).get("card") or {} if isinstance(charge, dict) else {}
    return from_unix(card["capture_before"]) if card.get("capture_before") else None


def _fee(charge: dict[str, Any] | str | None) -> dict[str, Any]:
    """What Stripe keeps of a charge, as far as it was asked for and is known."""
    settled = charge.get("balance_transaction") if isinstance(charge, dict) else None
    if not isinstance(settled, dict) or not settled["fee"]:
        return {}
    currency = settled["currency"].upper()
    return {"fee": RULE.minor(settled["fee"], currency), "fee_currency": currency}


def _refund(refund: stripe.Refund) -> ProviderRefund:
    currency = refund.currency.upper()
    intent = refund.payment_intent
    return ProviderRefund(
        ref=refund.id,
        status=_REFUND_STATUS[refund.status or "pending"],
        amount=RULE.minor(refund.amount, currency),
        currency=currency,
        payment_ref=(intent if isinstance(intent, str) else intent.id) if intent else "",
        failure=refund.to_dict().get("failure_reason") or "",
    )


def _dispute(found: stripe.Dispute) -> ProviderDispute:
    dispute = found.to_dict()
    currency = dispute["currency"].upper()
    amount = RULE.minor(dispute["amount"], currency)
    booked = dispute.get("balance_transactions") or []
    taken = [one for one in booked if one["amount"] < 0]
    fee = sum(one["fee"] for one in booked)
    settled = booked[0]["currency"].upper() if booked else ""
    due = (dispute.get("evidence_details") or {}).get("due_by")
    return ProviderDispute(
        ref=dispute["id"],
        payment_ref=dispute.get("payment_intent") or "",
        status=_DISPUTE_STATUS[dispute["status"]],
        reason=dispute.get("reason") or "",
        amount=amount,
        currency=currency,
        evidence_due_at=from_unix(due) if due else None,
        # In the dispute's currency: what Stripe settles in may be another one.
        withdrawn=amount if taken else 0,
        reinstated=amount if len(booked) > len(taken) else 0,
        fee=RULE.minor(fee, settled) if fee > 0 else 0,
        fee_currency=settled,
    )


def _movement(entry: dict[str, Any]) -> ProviderMovement | None:
    """An entry that is about a payment; its source is named by its id alone, since it may be of any kind."""
    source = str(entry.get("source") or "")
    kind = _MOVEMENTS.get(entry["type"])
    if entry["type"] == "adjustment" and source.startswith(("dp_", "du_")):
        kind = "dispute" if entry["amount"] < 0 else "dispute_reinstated"
    if kind is None:
        return None
    currency = entry["currency"].upper()
    return ProviderMovement(
        ref=entry["id"],
        kind=kind,
        object_ref=source,
        amount=RULE.minor(entry["amount"], currency),
        fee=RULE.minor(entry["fee"], currency),
        currency=currency,
    )


def keyed[Made](
    key: str, make: Callable[[stripe.RequestOptions], Made], *, find: Callable[[], Made | None] = lambda: None
) -> Made:
    """Makes something once, however often it is asked for.

    Stripe keeps its first answer to a key for a day, a 500 too (https://docs.stripe.com/api/idempotent_requests), and
    would repeat that to every try of ours. So when it repeats one, `find` looks for what was made all the same, and
    else the next key in line is used; every try walks the same line.
    """
    lost_before = False
    number = 0
    while True:
        # Without the SDK's own second try, which would be no more than the repetition of a 500.
        options: stripe.RequestOptions = {
            "idempotency_key": f"{key}.{number}" if number else key,
            "max_network_retries": 0,
        }
        try:
            return make(options)
        except stripe.APIConnectionError:
            if lost_before:
                raise
            lost_before = True
        except stripe.APIError as error:
            if (error.headers or {}).get("idempotent-replayed") != "true" or number == LAST_KEY:
                raise
            if (made := find()) is not None:
                return made
            number += 1


def call[Answer](ask: Callable[[], Answer]) -> Answer:
    """What Stripe answers, its faults in our words.

    Raises:
        ProviderUnavailable: it does not answer.
        ProviderRefused: it refuses; `code_of_provider` says why.
    """
    with _faults():
        return ask()


@contextmanager
def _faults() -> Iterator[None]:
    """Stripe's faults in our words. Its messages may quote what we sent, so they go to the log by code alone."""
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise ProviderUnavailable("Stripe does not answer for the moment.") from error
    except stripe.IdempotencyError as error:
        raise ProviderUnavailable("Stripe is still busy with the first try.", retry_after=2) from error
    except (stripe.InvalidRequestError, stripe.CardError) as error:
        logger.warning("Stripe refused", extra={"stripe_code": error.code, "request_id": error.request_id})
        raise ProviderRefused(code_of_provider=error.code or "") from error
    except stripe.AuthenticationError:
        logger.error("Stripe does not accept our key")
        raise
    except stripe.APIError as error:
        raise ProviderUnavailable("Stripe does not work for the moment.") from error


def read_event(raw: bytes, signature: str, secret: str) -> dict[str, Any]:
    """The event in a webhook body whose signature is good for this secret.

    It is read as plain JSON: the SDK would look for the class of each object in it, and there are objects of products
    that this shop does not use, whose classes the layer leaves out.

    Raises:
        ValueError: it is not.
    """
    try:
        stripe.WebhookSignature.verify_header(raw.decode(), signature, secret, tolerance=300)
    except (stripe.SignatureVerificationError, TypeError) as error:  # TypeError: signs that no signature has
        raise ValueError("the signature is not good") from error
    event: dict[str, Any] = json.loads(raw)
    return event
