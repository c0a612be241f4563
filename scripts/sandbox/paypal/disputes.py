"""Disputes, whose money PayPal holds until it has decided: https://developer.paypal.com/docs/api/customer-disputes/v1/."""

from scripts.sandbox.paypal import reporting
from scripts.sandbox.paypal.account import Account, Call, moment, new_id
from scripts.sandbox.store import Document, public

REASONS = ("MERCHANDISE_OR_SERVICE_NOT_RECEIVED", "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED", "UNAUTHORISED")
OUTCOMES = ("RESOLVED_BUYER_FAVOUR", "RESOLVED_SELLER_FAVOUR")


def open_dispute(account: Account, capture: Document, reason: str) -> Document:
    """The buyer complains. Raises ValueError for a reason that there is not."""
    if reason not in REASONS:
        raise ValueError(f"reason is one of {REASONS}")
    dispute_id = f"PP-R-{new_id(3)}-{new_id(9)}"
    dispute: Document = {
        "id": dispute_id,
        "dispute_id": dispute_id,
        "create_time": moment(),
        "update_time": moment(),
        "disputed_transactions": [{"seller_transaction_id": capture["id"], "custom": capture.get("custom_id")}],
        "reason": reason,
        "status": "WAITING_FOR_SELLER_RESPONSE",
        "dispute_amount": capture["amount"],
        "dispute_life_cycle_stage": "CHARGEBACK",
        "seller_response_due_date": moment(7 * 24 * 3600),
        "money_movements": [_moved(capture["amount"], "DEBIT")],
        "links": [account.link(f"/v1/customer/disputes/{dispute_id}", "self")],
    }
    reporting.record(account, reporting.DISPUTE_HOLD, new_id(), capture["amount"], about=capture["id"])
    return _tell(account, dispute, "CREATED")


def _moved(amount: Document, kind: str) -> Document:
    return {
        "affected_party": "SELLER",
        "amount": amount,
        "initiated_time": moment(),
        "type": kind,
        "reason": "DISPUTE_SETTLEMENT",
    }


def answer_dispute(account: Account, dispute: Document) -> Document:
    """The seller has had their say: PayPal looks at it."""
    if dispute["status"] != "WAITING_FOR_SELLER_RESPONSE":
        raise ValueError(f"the dispute is {dispute['status']}")
    dispute |= {"status": "UNDER_REVIEW", "update_time": moment()}
    return _tell(account, dispute, "UPDATED")


def close_dispute(account: Account, dispute: Document, outcome: str) -> Document:
    """PayPal decides. Raises ValueError for an outcome that there is not."""
    if outcome not in OUTCOMES:
        raise ValueError(f"outcome is one of {OUTCOMES}")
    if outcome == "RESOLVED_SELLER_FAVOUR":
        dispute["money_movements"].append(_moved(dispute["dispute_amount"], "CREDIT"))
        about = dispute["disputed_transactions"][0]["seller_transaction_id"]
        reporting.record(account, reporting.DISPUTE_RELEASE, new_id(), dispute["dispute_amount"], about=about)
    dispute |= {"status": "RESOLVED", "update_time": moment(), "dispute_outcome": {"outcome_code": outcome}}
    return _tell(account, dispute, "RESOLVED")


def _tell(account: Account, dispute: Document, what: str) -> Document:
    account.save("dispute", dispute)
    account.emit(f"CUSTOMER.DISPUTE.{what}", "dispute", f"A dispute was {what.lower()}", dispute)
    return dispute


def retrieve(call: Call, dispute_id: str) -> Document:
    return call.account.load("dispute", dispute_id)


def list_all(call: Call) -> Document:
    """Those about a transaction, where one is named; the newest first."""
    about = call.query.get("disputed_transaction_id")
    found = [
        public(dispute)
        for dispute in call.account.store.find("paypal.dispute")
        if about is None or dispute["disputed_transactions"][0]["seller_transaction_id"] == about
    ]
    return {"items": found, "links": [call.account.link(call.path, "self")]}
