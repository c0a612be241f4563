"""PayPal: Orders v2 and Payments v2 (https://developer.paypal.com/docs/api/orders/v2/, .../payments/v2/)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlencode

from commerce.money import Money, from_decimal, to_decimal
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
from commerce.payments.gateways.paypal_api import Refusal, ask
from commerce.payments.model import CAPTURE_TAKES, DisputeStatus, Payment, Refund
from commerce.runtime.clock import now
from commerce.runtime.errors import ProviderUnavailable
from commerce.runtime.settings import settings

_ORDER: dict[str, Word] = {
    "CREATED": "requires_action",
    "SAVED": "requires_action",
    "PAYER_ACTION_REQUIRED": "requires_action",
    "APPROVED": "authorized",
    "COMPLETED": "processing",  # Unless its capture says more.
    "VOIDED": "voided",
}
# The capture is what counts: a completed order may hold a declined one.
_CAPTURE: dict[str, Word] = {
    "COMPLETED": "paid",
    "PARTIALLY_REFUNDED": "paid",
    "REFUNDED": "paid",
    "PENDING": "processing",
    "DECLINED": "declined",
    "FAILED": "declined",
}
_REFUND: dict[str, RefundWord] = {
    "PENDING": "pending",
    "COMPLETED": "succeeded",
    "FAILED": "failed",
    "CANCELLED": "cancelled",
}

# Refusals of a capture that are the buyer's to mend, by agreeing again with another way to pay
# (https://developer.paypal.com/api/rest/reference/orders/v2/errors/).
_DECLINES = frozenset(
    "INSTRUMENT_DECLINED TRANSACTION_REFUSED PAYER_CANNOT_PAY PAYER_ACCOUNT_RESTRICTED PAYER_ACCOUNT_LOCKED_OR_CLOSED "
    "TRANSACTION_BLOCKED_BY_PAYEE TRANSACTION_LIMIT_EXCEEDED COMPLIANCE_VIOLATION CARD_EXPIRED".split()
)
_NOT_THERE = 404

# https://developer.paypal.com/docs/api/customer-disputes/v1/#disputes_get
_DISPUTE: dict[str, DisputeStatus] = {
    "OPEN": "needs_response",
    "WAITING_FOR_SELLER_RESPONSE": "needs_response",
    "WAITING_FOR_BUYER_RESPONSE": "under_review",
    "UNDER_REVIEW": "under_review",
    "OTHER": "under_review",
}
# https://developer.paypal.com/docs/transaction-search/transaction-event-codes/; T00.. are payments.
_MOVEMENTS: dict[str, Literal["refund", "dispute", "dispute_reinstated"]] = {
    "T1106": "refund",  # reversed by PayPal
    "T1107": "refund",
    "T1110": "dispute",
    "T1111": "dispute_reinstated",
    "T1201": "dispute",
    "T1202": "dispute_reinstated",
}
_REVERSAL = "T1106"
_FOR_THE_SHOP = frozenset({"RESOLVED_SELLER_FAVOUR", "CANCELED_BY_BUYER", "DENIED"})


class PayPalGateway:
    """Orders with intent CAPTURE. Nothing moves until we capture, and we capture what is not voided."""

    def open(self, payment: Payment) -> ProviderPayment:
        """An order; the same payment gets the same one for six hours, and after that nobody can approve the first."""
        back = f"{settings().shop_url}/orders/{payment.order_id}"
        wanted = {
            "intent": "CAPTURE",
            "purchase_units": [
                {
                    "custom_id": payment.id,
                    "invoice_id": payment.id,
                    "description": f"Order {payment.order_number}",
                    "amount": wire(payment.money),
                }
            ],
            "payment_source": {
                "paypal": {
                    "experience_context": {
                        "brand_name": settings().shop_name,
                        "user_action": "PAY_NOW",
                        "shipping_preference": "NO_SHIPPING",
                        # Only what settles at once.
                        "payment_method_preference": "IMMEDIATE_PAYMENT_REQUIRED",
                        "return_url": f"{back}?payment={payment.id}",
                        "cancel_url": f"{back}?payment={payment.id}&turned_back=1",
                    }
                }
            },
        }
        return _payment(_ask("POST", "/v2/checkout/orders", wanted, request_id=payment.id))

    def fetch(self, payment: Payment) -> ProviderPayment:
        """The order as it is now. PayPal forgets one that nobody approves within hours."""
        try:
            said = _payment(ask("GET", f"/v2/checkout/orders/{payment.provider_ref}"))
        except Refusal as refusal:
            if refusal.status != _NOT_THERE or payment.capturing_since:
                raise ProviderUnavailable("PayPal does not know this order.") from refusal
            return _of(payment, "voided")
        if said.status == "requires_action" and payment.status == "failed":
            # After a decline the order waits for another way to pay, and tells nothing of the first any more.
            return said.model_copy(
                update={"status": "unpaid", "decline": payment.decline, "decline_ref": payment.decline_ref}
            )
        return said

    def capture(self, payment: Payment) -> ProviderPayment:
        """Captures the order, once; what PayPal answers is what its capture says, not the order."""
        # PayPal answers a repeated id with the first answer, a decline too: after one the next id in line is used.
        request_id = f"{payment.id}-{payment.declines}"
        try:
            return _payment(ask("POST", _path(payment), {}, request_id=request_id))
        except Refusal as refusal:
            if refusal.issue in _DECLINES:
                update = {"decline": refusal.issue.lower(), "decline_ref": request_id}
                return _of(payment, "unpaid").model_copy(update=update)
            if refusal.issue == "ORDER_NOT_APPROVED":
                raise NotApproved from refusal
            if refusal.issue == "ORDER_ALREADY_CAPTURED":
                return self.fetch(payment)
            raise _refused(refusal) from refusal

    def void(self, payment: Payment) -> ProviderPayment:
        """An approved order can't be cancelled at PayPal, nor need it be: what is voided here is never captured.

        So the word is `voided`, to be written by compare-and-set on the attempt that was read, unless a capture was
        sent: then what came of it, and `processing` as long as it may still be under way.
        """
        if payment.capturing_since is None:
            return _of(payment, "voided")
        said = self.fetch(payment)
        if said.status not in {"requires_action", "unpaid", "authorized"}:
            return said
        under_way = now() - payment.capturing_since < CAPTURE_TAKES
        return said.model_copy(update={"status": "processing" if under_way else "voided"})

    def refund(self, payment: Payment, refund: Refund) -> ProviderRefund:
        """A refund of the capture; the same refund is made once (its id is the PayPal-Request-Id, kept for 45 days)."""
        wanted = {"amount": wire(Money(amount=refund.amount, currency=refund.currency)), "custom_id": refund.id}
        path = f"/v2/payments/captures/{payment.capture_ref}/refund"
        try:
            return _refund(ask("POST", path, wanted, request_id=refund.id))
        except Refusal as refusal:
            found = self._made(payment, refund)
            if found is None and refusal.issue == "CAPTURE_FULLY_REFUNDED":
                raise NothingLeft from refusal
            if found is None:
                raise _refused(refusal) from refusal
            return found

    def fetch_refund(self, ref: str) -> ProviderRefund | None:
        """The refund as it is now; None where there is none."""
        try:
            return _refund(ask("GET", f"/v2/payments/refunds/{ref}"))
        except Refusal as refusal:
            if refusal.status == _NOT_THERE:
                return None
            raise _refused(refusal) from refusal

    def fetch_dispute(self, ref: str) -> ProviderDispute | None:
        """The dispute as it is now; None where there is none."""
        try:
            return _dispute(ask("GET", f"/v1/customer/disputes/{ref}"))
        except Refusal as refusal:
            if refusal.status == _NOT_THERE:
                return None
            raise _refused(refusal) from refusal

    def attempt_of(self, payment_ref: str) -> str:
        """Refunds name their capture, and that its order."""
        try:
            capture = ask("GET", f"/v2/payments/captures/{payment_ref}")
        except Refusal:
            return ""
        related = (capture.get("supplementary_data") or {}).get("related_ids") or {}
        return str(related.get("order_id") or "")

    def movements(self, since: datetime, until: datetime) -> Iterator[ProviderMovement]:
        """The transactions of that time; PayPal's list is some hours behind."""
        times = {"start_date": _stamp(since), "end_date": _stamp(until)}
        page, pages = 1, 1
        while page <= pages:
            query = urlencode(times | {"fields": "transaction_info", "page_size": 500, "page": page})
            found = _ask("GET", f"/v1/reporting/transactions?{query}")
            for entry in found.get("transaction_details") or []:
                if (movement := _movement(entry["transaction_info"])) is not None:
                    yield movement
            page, pages = page + 1, int(found.get("total_pages") or 1)

    def _made(self, payment: Payment, refund: Refund) -> ProviderRefund | None:
        """Ours among the refunds of the order, once PayPal has forgotten the request id."""
        order = _ask("GET", f"/v2/checkout/orders/{payment.provider_ref}")
        known = (order["purchase_units"][0].get("payments") or {}).get("refunds") or []
        return next((_refund(made) for made in known if made.get("custom_id") == refund.id), None)


def _ask(method: str, path: str, body: dict[str, Any] | None = None, *, request_id: str = "") -> dict[str, Any]:
    try:
        return ask(method, path, body, request_id=request_id)
    except Refusal as refusal:
        raise _refused(refusal) from refusal


def _refused(refusal: Refusal) -> ProviderRefused:
    return ProviderRefused(code_of_provider=refusal.issue.lower())


def _path(payment: Payment) -> str:
    return f"/v2/checkout/orders/{payment.provider_ref}/capture"


def _of(payment: Payment, status: Word) -> ProviderPayment:
    return ProviderPayment(ref=payment.provider_ref, status=status, received=0, currency=payment.currency)


def _payment(order: dict[str, Any]) -> ProviderPayment:
    unit = order["purchase_units"][0]
    captures = (unit.get("payments") or {}).get("captures") or []
    status, capture = _ORDER[order["status"]], captures[-1] if captures else None
    if capture is not None:
        status = _CAPTURE[capture["status"]]
    links = {link["rel"]: link["href"] for link in order.get("links") or []}
    shown = capture["amount"] if capture is not None else unit["amount"]
    return ProviderPayment(
        ref=order["id"],
        status=status,
        received=from_decimal(shown["value"], shown["currency_code"]) if status == "paid" else 0,
        currency=shown["currency_code"],
        capture_ref=capture["id"] if capture is not None else "",
        approval_url=links.get("payer-action") or links.get("approve") or "",
        decline="capture_declined" if status == "declined" else "",
        decline_ref=capture["id"] if capture is not None and status == "declined" else "",
        **(_fee(capture) if capture is not None and status == "paid" else {}),
    )


def _fee(capture: dict[str, Any]) -> dict[str, Any]:
    """What PayPal keeps of a capture; it says so once the money has come."""
    kept = (capture.get("seller_receivable_breakdown") or {}).get("paypal_fee")
    if not kept:
        return {}
    return {"fee": from_decimal(kept["value"], kept["currency_code"]), "fee_currency": kept["currency_code"]}


def _refund(made: dict[str, Any]) -> ProviderRefund:
    """A refund. What PayPal has reversed by itself it writes with a sign before the amount (its own example of
    PAYMENT.CAPTURE.REVERSED: https://developer.paypal.com/api/rest/webhooks/event-names/).
    """
    amount = made["amount"]
    up = next((link["href"] for link in made.get("links") or [] if link["rel"] == "up"), "")
    return ProviderRefund(
        ref=made["id"],
        status=_REFUND[made["status"]],
        amount=abs(from_decimal(amount["value"], amount["currency_code"])),
        currency=amount["currency_code"],
        payment_ref=up.rpartition("/")[2],
    )


def _dispute(found: dict[str, Any]) -> ProviderDispute:
    outcome = (found.get("dispute_outcome") or {}).get("outcome_code")
    decided: DisputeStatus = "won" if outcome in _FOR_THE_SHOP else "lost"
    amount, due = found["dispute_amount"], found.get("seller_response_due_date")
    moved = [move for move in found.get("money_movements") or [] if move.get("affected_party") == "SELLER"]

    def total(kind: str) -> int:
        amounts = [move["amount"] for move in moved if move.get("type") == kind]
        return sum(from_decimal(part["value"], part["currency_code"]) for part in amounts)

    return ProviderDispute(
        ref=found["dispute_id"],
        payment_ref=found["disputed_transactions"][0]["seller_transaction_id"],
        status=decided if found["status"] == "RESOLVED" else _DISPUTE[found["status"]],
        reason=str(found.get("reason") or "").lower(),
        amount=from_decimal(amount["value"], amount["currency_code"]),
        currency=amount["currency_code"],
        evidence_due_at=datetime.fromisoformat(due) if due else None,
        withdrawn=total("DEBIT"),
        reinstated=total("CREDIT"),
    )


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _movement(info: dict[str, Any]) -> ProviderMovement | None:
    """A transaction that is about a payment. Holds for disputes name the capture, which leads to the dispute."""
    code, amount, fee = info["transaction_event_code"], info["transaction_amount"], info.get("fee_amount")
    kind = _MOVEMENTS.get(code) or ("capture" if code.startswith("T00") else None)
    gross = from_decimal(amount["value"], amount["currency_code"])
    if kind is None or info.get("transaction_status") != "S" or (kind == "capture" and gross < 0):
        return None
    about = info["transaction_id"]
    if kind in {"dispute", "dispute_reinstated"}:
        about = _dispute_of(str(info.get("paypal_reference_id") or "")) or about
    return ProviderMovement(
        ref=info["transaction_id"],
        kind=kind,
        object_ref=about,
        amount=gross,
        fee=-from_decimal(fee["value"], fee["currency_code"]) if fee else 0,
        currency=amount["currency_code"],
        reversal=code == _REVERSAL,
    )


def _dispute_of(capture_ref: str) -> str:
    found = _ask("GET", f"/v1/customer/disputes?{urlencode({'disputed_transaction_id': capture_ref})}")
    return next((str(dispute["dispute_id"]) for dispute in found.get("items") or []), "")


def wire(amount: Money) -> dict[str, str]:
    """Decimal strings; HUF, JPY and TWD without decimals, which ISO 4217 has for two of them."""
    text = to_decimal(amount.amount, amount.currency)
    digits = RULES["paypal"].decimals.get(amount.currency)
    return {"currency_code": amount.currency, "value": text.partition(".")[0] if digits == 0 else text}
