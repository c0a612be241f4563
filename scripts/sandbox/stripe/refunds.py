"""Refunds: https://docs.stripe.com/api/refunds."""

from scripts.sandbox.store import Document, new_id, public
from scripts.sandbox.stripe import cards
from scripts.sandbox.stripe.account import Account, Call
from scripts.sandbox.stripe.charges import record_balance
from scripts.sandbox.stripe.currencies import THREE_DECIMAL, format_amount
from scripts.sandbox.stripe.errors import StripeError, invalid, refused
from scripts.sandbox.stripe.lists import PAGING, list_objects

REASONS = ("duplicate", "fraudulent", "requested_by_customer")
SLOW_SECONDS = 0.5
"""How long the test cards for asynchronous refunds take."""


def _charge_of(call: Call) -> Document:
    charge_id, intent_id = call.params.string("charge"), call.params.string("payment_intent")
    if charge_id is None and intent_id is None:
        raise invalid("One of the following params should be provided for this request: payment_intent or charge.")
    if charge_id is not None:
        return call.account.load("charge", charge_id, "charge")
    intent = call.account.load("payment_intent", intent_id or "", "payment_intent")
    charge = call.account.find("charge", intent["latest_charge"] or "")
    if charge is None or not charge["paid"]:
        raise refused(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
            param="payment_intent",
        )
    return charge


def _amount(call: Call, charge: Document) -> int:
    """What to give back, in minor units. Raises StripeError when it is more than is left."""
    dispute = call.account.find("dispute", charge["dispute"]) if charge["disputed"] else None
    if dispute is not None and dispute["status"] != "won":
        raise refused(f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
    left: int = charge["amount"] - charge["amount_refunded"]  # What was not captured counts as refunded.
    if charge["refunded"] or left <= 0:
        raise refused(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = call.params.integer("amount")
    if amount is None:
        return left
    currency = charge["currency"]
    if amount < 1:
        raise invalid(
            "This value must be greater than or equal to 1.", code="parameter_invalid_integer", param="amount"
        )
    if currency in THREE_DECIMAL and amount % 10:
        raise invalid(
            f"Invalid amount: {amount}. Amounts in {currency} must be evenly divisible by 10.",
            code="invalid_charge_amount",
            param="amount",
        )
    asked = format_amount(amount, currency)
    if amount > charge["amount_captured"]:
        captured = format_amount(charge["amount_captured"], currency)
        raise refused(f"Refund amount ({asked}) is greater than charge amount ({captured})", param="amount")
    if amount > left:
        rest = format_amount(left, currency)
        raise refused(f"Refund amount ({asked}) is greater than unrefunded amount on charge ({rest})", param="amount")
    return amount


def create(call: Call) -> Document:
    params = call.params
    params.only(
        "amount", "charge", "currency", "customer", "instructions_email", "metadata", "origin", "payment_intent",
        "reason", "refund_application_fee", "reverse_transfer",
    )  # fmt: skip
    reason = params.choice("reason", REASONS)
    metadata = params.metadata()
    charge = _charge_of(call)
    if not charge["paid"] or not charge["captured"]:
        raise refused(f"Charge {charge['id']} is not captured, so that there is nothing to refund.", param="charge")
    amount = _amount(call, charge)
    method = call.account.load("payment_method", charge["payment_method"], "payment_method")
    behaviour = cards.BY_NUMBER[method["_card"]].refund
    refund: Document = {
        "id": new_id("re_"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": call.account.now(),
        "currency": charge["currency"],
        "destination_details": {
            "card": {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"},
            "type": "card",
        },
        "metadata": metadata,
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if behaviour == "pending" else "succeeded",
        "transfer_reversal": None,
    }
    if behaviour == "pending":
        refund["pending_reason"] = "processing"
    refund["balance_transaction"] = record_balance(call.account, refund, "refund", -amount, 0)
    call.account.save(refund)
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    call.account.save(charge)
    call.emit("refund.created", refund)
    call.emit("charge.refunded", charge)
    if behaviour != "succeeded":
        call.account.timer("refund", SLOW_SECONDS, {"refund": refund["id"], "success": behaviour == "pending"})
    return public(refund)


def finish(account: Account, refund: Document, status: str) -> Document:
    """What becomes of it later: `succeeded`, `failed` or `canceled`. One that does not arrive gives the amount back to
    the charge and to the account.
    """
    previous = {"status": refund["status"]}
    refund.pop("pending_reason", None)
    refund["status"] = status
    if status != "succeeded":
        refund["failure_reason"] = "expired_or_canceled_card" if status == "failed" else "merchant_request"
        refund["failure_balance_transaction"] = record_balance(account, refund, "refund_failure", refund["amount"], 0)
        charge = account.load("charge", refund["charge"], "charge")
        charge["amount_refunded"] -= refund["amount"]
        charge["refunded"] = False
        account.save(charge)
    account.save(refund)
    account.emit("refund.updated", refund, previous=previous)
    if status == "failed":
        account.emit("refund.failed", refund)
    return refund


def retrieve(call: Call, refund_id: str) -> Document:
    return public(call.account.load("refund", refund_id, "refund"))


def update(call: Call, refund_id: str) -> Document:
    call.params.only("metadata")
    refund = call.account.load("refund", refund_id, "refund")
    previous = {"metadata": refund["metadata"]}
    refund["metadata"] = call.params.metadata(refund["metadata"])
    call.account.save(refund)
    call.emit("refund.updated", refund, previous)
    return public(refund)


def cancel(call: Call, refund_id: str) -> Document:
    """Only refunds that wait for the customer can be canceled, and cards have none of those. Raises StripeError."""
    refund = call.account.load("refund", refund_id, "refund")
    raise StripeError(
        400,
        "invalid_request_error",
        f"Refund {refund_id} cannot be canceled because it has a status of {refund['status']}.",
        param="refund",
    )


def list_all(call: Call) -> Document:
    call.params.only(*PAGING, "charge", "payment_intent")
    names = ("charge", "payment_intent")
    return list_objects(call, "refund", {name: call.params.string(name) for name in names})
