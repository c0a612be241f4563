"""Captures and refunds, Payments v2: https://developer.paypal.com/docs/api/payments/v2/."""

from scripts.sandbox.paypal import reporting
from scripts.sandbox.paypal.account import Account, Call, moment, new_id
from scripts.sandbox.paypal.amounts import for_people, money_of, units_of
from scripts.sandbox.paypal.errors import refused
from scripts.sandbox.store import Document, public

SLOW_REFUNDS = "paypal.slow_refunds"
"""Setting: {times} for refunds that are not to be done at once."""

_EVENTS = {
    "COMPLETED": ("PAYMENT.CAPTURE.COMPLETED", "Payment completed for"),
    "PENDING": ("PAYMENT.CAPTURE.PENDING", "Payment pending for"),
    "DECLINED": ("PAYMENT.CAPTURE.DECLINED", "Payment declined for"),
}


def fee(amount: int) -> int:
    """3.49% and 49 minor units, rounded: what PayPal charges in the US, near enough for any currency here."""
    return min(amount, (amount * 349 + 5000) // 10000 + 49)


def create(account: Account, order: Document, status: str) -> Document:
    """The capture of an order: COMPLETED, PENDING or DECLINED."""
    unit = order["purchase_units"][0]
    capture_id = new_id()
    path = f"/v2/payments/captures/{capture_id}"
    capture: Document = {
        "id": capture_id,
        "status": status,
        "amount": unit["amount"],
        "final_capture": True,
        "seller_protection": {"status": "NOT_ELIGIBLE"},
        "supplementary_data": {"related_ids": {"order_id": order["id"]}},
        "create_time": moment(),
        "update_time": moment(),
        "links": [
            account.link(path, "self"),
            account.link(f"{path}/refund", "refund", "POST"),
            account.link(f"/v2/checkout/orders/{order['id']}", "up"),
        ],
        "_order": order["id"],
    }
    capture |= {name: unit[name] for name in ("custom_id", "invoice_id") if name in unit}
    if status == "PENDING":
        capture["status_details"] = {"reason": "ECHECK"}
    if status == "COMPLETED":
        capture["seller_receivable_breakdown"] = _breakdown(capture)
    account.save("capture", capture)
    if status == "COMPLETED":
        _write_down(account, capture)
    _tell(account, capture, *_EVENTS[status])
    return capture


def _tell(account: Account, capture: Document, event_type: str, words: str) -> None:
    account.emit(event_type, "capture", f"{words} {for_people(capture['amount'])}", capture)


def _breakdown(capture: Document) -> Document:
    amount, currency = units_of(capture["amount"], "amount")
    cost = fee(amount)
    return {
        "gross_amount": capture["amount"],
        "paypal_fee": money_of(cost, currency),
        "net_amount": money_of(amount - cost, currency),
    }


def _write_down(account: Account, capture: Document) -> None:
    """The money is in the merchant's account."""
    cost = units_of(capture["seller_receivable_breakdown"]["paypal_fee"], "fee")[0]
    reporting.record(account, reporting.PAYMENT, capture["id"], capture["amount"], cost=cost)


def within_order(capture: Document) -> Document:
    """A capture as its order shows it."""
    return {name: value for name, value in public(capture).items() if name != "supplementary_data"}


def settle(account: Account, capture: Document, *, success: bool) -> Document:
    """End PENDING: the money has come, or never will. Raises ValueError for a capture that waits for nothing."""
    if capture["status"] != "PENDING":
        raise ValueError(f"the capture is {capture['status']}")
    capture.pop("status_details", None)
    capture |= {"status": "COMPLETED" if success else "DECLINED", "update_time": moment()}
    if success:
        capture["seller_receivable_breakdown"] = _breakdown(capture)
        _write_down(account, capture)
    _keep(account, capture)
    denied = ("PAYMENT.CAPTURE.DENIED", "Payment denied for")
    _tell(account, capture, *(_EVENTS["COMPLETED"] if success else denied))
    return capture


def _keep(account: Account, capture: Document, refund: Document | None = None) -> None:
    """Store a capture, and with its order what the order shows of it."""
    account.save("capture", capture)
    order = account.load("order", capture["_order"])
    payments = order["purchase_units"][0]["payments"]
    payments["captures"] = [within_order(capture)]
    if refund is not None:
        others = [known for known in payments.get("refunds", []) if known["id"] != refund["id"]]
        payments["refunds"] = [*others, public(refund)]
    account.save("order", order)


def retrieve(call: Call, capture_id: str) -> Document:
    return call.account.load("capture", capture_id)


def _refunded(account: Account, capture: Document) -> int:
    """What has gone back of a capture, or is on its way."""
    found = account.store.find("paypal.refund", {"_capture": capture["id"]})
    live = (refund for refund in found if refund["status"] in ("COMPLETED", "PENDING"))
    return sum(refund["_units"] for refund in live)


def left(account: Account, capture: Document) -> int:
    """What of a capture has neither gone back nor is on its way, in PayPal's smallest units."""
    return units_of(capture["amount"], "amount")[0] - _refunded(account, capture)


def disputed(account: Account, capture: Document) -> bool:
    """Whether a dispute about it is open."""
    found = account.store.find("paypal.dispute", {"_capture": capture["id"]})
    return any(dispute["status"] != "RESOLVED" for dispute in found)


def refund(call: Call, capture_id: str) -> Document:
    """Gives back all, or the amount that is named. Raises PayPalError when it is more than is left."""
    account = call.account
    capture = account.load("capture", capture_id)
    currency, most = units_of(capture["amount"], "amount")[1], left(account, capture)
    if capture["status"] == "REFUNDED" or (capture["status"] != "PENDING" and most <= 0):
        raise refused("CAPTURE_FULLY_REFUNDED", "The capture has already been fully refunded.")
    if capture["status"] not in ("COMPLETED", "PARTIALLY_REFUNDED"):
        issue = "REFUND_NOT_PERMITTED_DUE_TO_CAPTURE_STATUS"
        raise refused(issue, f"Refund is not permitted: the capture is {capture['status']}.")
    if disputed(account, capture):
        raise refused("TRANSACTION_DISPUTED", "Refunds cannot be offered: there is an open case on this transaction.")
    amount = most
    if call.body.get("amount") is not None:
        amount, asked = units_of(call.body["amount"], "/amount")
        if asked != currency:
            raise refused("REFUND_CAPTURE_CURRENCY_MISMATCH", "Refund must be in the same currency as the capture.")
    if amount > most:
        raise refused("REFUND_AMOUNT_EXCEEDED", "The refund amount is more than what has not yet been refunded.")
    slow = (account.store.setting(SLOW_REFUNDS) or {"times": 0})["times"]
    if slow > 0:
        account.store.set_setting(SLOW_REFUNDS, {"times": slow - 1})
    status = "PENDING" if slow > 0 else "COMPLETED"
    noted = {name: text for name in ("custom_id", "invoice_id", "note_to_payer") if (text := call.text(name))}
    made = _make(account, capture, amount, status, noted)
    if status == "COMPLETED":
        _done(account, capture, made)
    else:
        _keep(account, capture, made)
        account.emit("PAYMENT.REFUND.PENDING", "refund", f"A {for_people(made['amount'])} refund is pending", made)
    return call.shown(made)


def _make(
    account: Account, capture: Document, amount: int, status: str, noted: Document, *, sign: str = ""
) -> Document:
    refund_id, money = new_id(), money_of(amount, units_of(capture["amount"], "amount")[1])
    made: Document = {
        "id": refund_id,
        "amount": money | {"value": sign + money["value"]},
        **noted,
        "status": status,
        "create_time": moment(),
        "update_time": moment(),
        "links": [
            account.link(f"/v2/payments/refunds/{refund_id}", "self"),
            account.link(f"/v2/payments/captures/{capture['id']}", "up"),
        ],
        "_capture": capture["id"],
        "_units": amount,
    }
    return account.save("refund", made)


def _done(account: Account, capture: Document, made: Document, event: str = "PAYMENT.CAPTURE.REFUNDED") -> None:
    """The money has gone back."""
    whole = units_of(capture["amount"], "amount")[0]
    capture["status"] = "REFUNDED" if _refunded(account, capture) >= whole else "PARTIALLY_REFUNDED"
    capture["update_time"] = moment()
    _keep(account, capture, made)
    code = reporting.REFUND if event.endswith("REFUNDED") else reporting.REVERSAL
    amount = money_of(made["_units"], made["amount"]["currency_code"])
    reporting.record(account, code, made["id"], amount, about=capture["id"])
    how = "refunded" if event.endswith("REFUNDED") else "reversed"
    account.emit(event, "refund", f"A {for_people(made['amount'])} capture payment was {how}", made)


def finish(account: Account, made: Document, status: str) -> Document:
    """End a refund that is pending: COMPLETED, FAILED or CANCELLED, of which no webhook tells. Raises ValueError for
    one that is not.
    """
    if made["status"] != "PENDING":
        raise ValueError(f"the refund is {made['status']}")
    made |= {"status": status, "update_time": moment()}
    account.save("refund", made)
    capture = account.load("capture", made["_capture"])
    if status == "COMPLETED":
        _done(account, capture, made)
        return made
    _keep(account, capture, made)
    if status == "FAILED":
        account.emit("PAYMENT.REFUND.FAILED", "refund", f"A {for_people(made['amount'])} refund failed", made)
    return made


def reverse(account: Account, capture: Document) -> Document:
    """PayPal takes what is left back from the merchant, who was not asked. Such a refund has a sign before its amount,
    as in PayPal's own example of the event. Raises ValueError where nothing is left.
    """
    amount = left(account, capture)
    if capture["status"] not in ("COMPLETED", "PARTIALLY_REFUNDED") or amount <= 0:
        raise ValueError(f"the capture is {capture['status']}")
    made = _make(account, capture, amount, "COMPLETED", {"note_to_payer": "Payment reversed"}, sign="-")
    _done(account, capture, made, "PAYMENT.CAPTURE.REVERSED")
    return made


def retrieve_refund(call: Call, refund_id: str) -> Document:
    return call.account.load("refund", refund_id)


def refunded(call: Call, refund_id: str) -> Document:
    """The answer to a repeated request: the refund as it is by now."""
    return call.shown(call.account.load("refund", refund_id))
