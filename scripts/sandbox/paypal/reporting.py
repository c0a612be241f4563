"""The merchant's transactions: https://developer.paypal.com/docs/api/transaction-search/v1/."""

from datetime import datetime

from scripts.sandbox.paypal.account import Account, Call, moment
from scripts.sandbox.paypal.amounts import money_of, units_of
from scripts.sandbox.paypal.errors import malformed
from scripts.sandbox.store import Document

# https://developer.paypal.com/docs/transaction-search/transaction-event-codes/
PAYMENT, REFUND, REVERSAL, DISPUTE_HOLD, DISPUTE_RELEASE = "T0006", "T1107", "T1106", "T1110", "T1111"


def record(
    account: Account, code: str, transaction_id: str, amount: Document, *, cost: int = 0, about: str = ""
) -> None:
    """Write a transaction; what leaves the account is negative. `about` is the capture that it is about."""
    units, currency = units_of(amount, "amount")
    out = code in (REFUND, REVERSAL, DISPUTE_HOLD)
    info: Document = {
        "transaction_id": transaction_id,
        "transaction_event_code": code,
        "transaction_initiation_date": moment(),
        "transaction_updated_date": moment(),
        "transaction_amount": _signed(units, currency, "-" if out else ""),
        "transaction_status": "S",
    }
    if cost:
        info["fee_amount"] = _signed(cost, currency, "-")
    if about:
        info |= {"paypal_reference_id": about, "paypal_reference_id_type": "TXN"}
    account.save("transaction", {"id": f"{transaction_id}-{code}", "transaction_info": info})


def _signed(units: int, currency: str, sign: str) -> Document:
    amount = money_of(units, currency)
    return amount | {"value": sign + amount["value"]}


def list_all(call: Call) -> Document:
    """The transactions of a time, oldest first, page by page."""
    begin, end = (_time(call, name) for name in ("start_date", "end_date"))
    size, page = int(call.query.get("page_size", "100")), int(call.query.get("page", "1"))
    if not 1 <= size <= 500:
        raise malformed("INVALID_INTEGER_MAX_VALUE", "page_size is 1 to 500.", "page_size")
    found = [row for row in call.account.store.find("paypal.transaction") if begin <= _of(row) <= end]
    found.reverse()
    shown = found[(page - 1) * size : page * size]
    return {
        "transaction_details": [{"transaction_info": row["transaction_info"]} for row in shown],
        "total_items": len(found),
        "total_pages": -(-len(found) // size),
        "page": page,
    }


def _of(row: Document) -> datetime:
    return datetime.fromisoformat(row["transaction_info"]["transaction_initiation_date"])


def _time(call: Call, name: str) -> datetime:
    try:
        return datetime.fromisoformat(call.query[name]).replace(microsecond=0)
    except (KeyError, ValueError):
        raise malformed("INVALID_REQUEST", f"{name} is a time.", name) from None
