"""Disputes, opened by a test card or on demand: https://docs.stripe.com/api/disputes."""

from scripts.sandbox.store import Document, new_id, public
from scripts.sandbox.stripe.account import Account, Call
from scripts.sandbox.stripe.charges import record_balance
from scripts.sandbox.stripe.lists import PAGING, list_objects

FEE = 1500
"""What a dispute costs, in minor units."""

_EVIDENCE = (
    "access_activity_log appeal billing_address cancellation_policy cancellation_policy_disclosure "
    "cancellation_rebuttal customer_communication customer_email_address customer_name customer_purchase_ip "
    "customer_signature duplicate_charge_documentation duplicate_charge_explanation duplicate_charge_id "
    "product_description receipt refund_policy refund_policy_disclosure refund_refusal_explanation service_date "
    "service_documentation shipping_address shipping_carrier shipping_date shipping_documentation "
    "shipping_tracking_number uncategorized_file uncategorized_text"
).split()


def open_dispute(account: Account, charge: Document, reason: str) -> Document:
    """The cardholder's bank takes the money back until the dispute is decided."""
    dispute: Document = {
        "id": new_id("dp_"),
        "object": "dispute",
        "amount": charge["amount"] - charge["amount_refunded"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": account.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(_EVIDENCE), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": account.now() + 7 * 24 * 3600,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": "needs_response",
    }
    transaction = record_balance(account, dispute, "adjustment", -dispute["amount"], FEE)
    dispute["balance_transactions"].append(public(account.load("balance_transaction", transaction, "id")))
    account.save(dispute)
    charge |= {"disputed": True, "dispute": dispute["id"]}
    account.save(charge)
    account.emit("charge.dispute.created", dispute)
    account.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def submit_evidence(account: Account, dispute: Document) -> Document:
    """The merchant has had its say in the dashboard: the bank looks at it."""
    if dispute["status"] != "needs_response":
        raise ValueError(f"the dispute is {dispute['status']}")
    dispute["status"] = "under_review"
    dispute["evidence_details"] |= {"has_evidence": True, "submission_count": 1, "submission_method": "manual"}
    account.save(dispute)
    account.emit("charge.dispute.updated", dispute, previous={"status": "needs_response"})
    return dispute


def warn_of_fraud(account: Account, charge: Document, kind: str) -> Document:
    """The card's issuer suspects a charge: https://docs.stripe.com/api/radar/early_fraud_warnings."""
    warning: Document = {
        "id": new_id("issfr_"),
        "object": "radar.early_fraud_warning",
        "actionable": True,
        "charge": charge["id"],
        "created": account.now(),
        "fraud_type": kind,
        "livemode": False,
        "payment_intent": charge["payment_intent"],
    }
    account.save(warning)
    account.emit("radar.early_fraud_warning.created", warning)
    return warning


def close_dispute(account: Account, dispute: Document, outcome: str) -> Document:
    """Decide a dispute: `won` gives the money back, `lost` does not."""
    dispute["status"] = outcome
    account.save(dispute)
    account.emit("charge.dispute.closed", dispute)
    if outcome == "won":
        transaction = record_balance(account, dispute, "adjustment", dispute["amount"], 0)
        dispute["balance_transactions"].append(public(account.load("balance_transaction", transaction, "id")))
        account.save(dispute)
        account.emit("charge.dispute.funds_reinstated", dispute)
    return dispute


def retrieve(call: Call, dispute_id: str) -> Document:
    return public(call.account.load("dispute", dispute_id, "dispute"))


def list_all(call: Call) -> Document:
    call.params.only(*PAGING, "charge", "payment_intent")
    names = ("charge", "payment_intent")
    return list_objects(call, "dispute", {name: call.params.string(name) for name in names})
