"""Disputes, whose money PayPal holds until it has decided: https://developer.paypal.com/docs/api/customer-disputes/v1/."""

from scripts.sandbox.paypal import captures, reporting
from scripts.sandbox.paypal.account import Account, Call, moment, new_id
from scripts.sandbox.paypal.amounts import money_of
from scripts.sandbox.store import Document, public

REASONS = ("MERCHANDISE_OR_SERVICE_NOT_RECEIVED", "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED", "UNAUTHORISED")
OUTCOMES = ("RESOLVED_BUYER_FAVOUR", "RESOLVED_SELLER_FAVOUR")


def open_dispute(account: Account, capture: Document, reason: str, *, hold: bool = True) -> Document:
    """The buyer complains about what of the money has not gone back; PayPal holds that, or merely asks. Raises
    ValueError for a reason that there is not, or where nothing is left.
    """
    if reason not in REASONS:
        raise ValueError(f"reason is one of {REASONS}")
    left = captures.left(account, capture)
    if left <= 0 or captures.disputed(account, capture):
        raise ValueError("there is nothing of it to dispute")
    amount = money_of(left, capture["amount"]["currency_code"])
    dispute_id = f"PP-R-{new_id(3)}-{new_id(9)}"
    dispute: Document = {
        "id": dispute_id,
        "dispute_id": dispute_id,
        "create_time": moment(),
        "update_time": moment(),
        "disputed_transactions": [{"seller_transaction_id": capture["id"], "custom": capture.get("custom_id")}],
        "reason": reason,
        "status": "WAITING_FOR_SELLER_RESPONSE",
        "dispute_amount": amount,
        "dispute_life_cycle_stage": "CHARGEBACK" if hold else "INQUIRY",
        "seller_response_due_date": moment(7 * 24 * 3600),
        "money_movements": [_moved(amount, "DEBIT")] if hold else [],
        "links": [account.link(f"/v1/customer/disputes/{dispute_id}", "self")],
        "_capture": capture["id"],
    }
    if hold:
        reporting.record(account, reporting.DISPUTE_HOLD, new_id(), amount, about=capture["id"])
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
    """PayPal decides. Either way it lets go of what it held; from a seller who has lost it takes the money by reversing
    the capture, and so tells of it twice. Raises ValueError for an outcome that there is not.
    """
    if outcome not in OUTCOMES:
        raise ValueError(f"outcome is one of {OUTCOMES}")
    first = dispute["status"] != "RESOLVED"
    dispute |= {"status": "RESOLVED", "update_time": moment(), "dispute_outcome": {"outcome_code": outcome}}
    amount, about, lost = dispute["dispute_amount"], dispute["_capture"], outcome == "RESOLVED_BUYER_FAVOUR"
    moved, held = dispute["money_movements"], bool(dispute["money_movements"])
    if held and not lost:
        moved.append(_moved(amount, "CREDIT"))
    if held and (first or not lost):
        reporting.record(account, reporting.DISPUTE_RELEASE, new_id(), amount, about=about)
    if lost and not held:
        moved.append(_moved(amount, "DEBIT"))
    if lost and first:
        captures.reverse(account, account.load("capture", about))
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
