"""Orders v2: https://developer.paypal.com/docs/api/orders/v2/."""

from typing import Any

from scripts.sandbox.paypal import captures
from scripts.sandbox.paypal.account import MERCHANT, Account, Call, moment, new_id
from scripts.sandbox.paypal.amounts import money_of, units_of
from scripts.sandbox.paypal.errors import malformed, refused
from scripts.sandbox.store import Document

WAITING = ("CREATED", "PAYER_ACTION_REQUIRED")

INSTRUMENTS = ("balance", "declined", "declined_later", "pending")
"""With what the buyer pays: what goes through, what is declined so that another may be chosen, what leaves a completed
order with a declined capture, what takes its time."""


def create(call: Call) -> Document:
    body, account = call.body, call.account
    if body.get("intent") not in ("CAPTURE", "AUTHORIZE"):
        raise malformed("INVALID_PARAMETER_VALUE", "The value of a field is invalid.", "/intent")
    if body["intent"] == "AUTHORIZE":
        raise refused("AUTHORIZATIONS_NOT_ENABLED", "This merchant takes money by intent CAPTURE alone.")
    units = body.get("purchase_units")
    if not isinstance(units, list) or len(units) != 1 or not isinstance(units[0], dict):
        raise malformed("INVALID_ARRAY_LENGTH", "This sandbox takes one purchase unit.", "/purchase_units")
    amount, currency = units_of(units[0].get("amount"), "/purchase_units/@reference_id=='default'/amount")
    unit: Document = {
        "reference_id": str(units[0].get("reference_id") or "default")[:256],
        "amount": money_of(amount, currency),
        "payee": MERCHANT,
    }
    for name in ("custom_id", "invoice_id", "description"):
        if isinstance(units[0].get(name), str):
            unit[name] = units[0][name][:127]
    by_source = "paypal" in (body.get("payment_source") or {})
    order_id = new_id()
    order: Document = {
        "id": order_id,
        "intent": "CAPTURE",
        "status": "PAYER_ACTION_REQUIRED" if by_source else "CREATED",
        "payment_source": {"paypal": {}},
        "purchase_units": [unit],
        "create_time": moment(),
        "_context": _context(body),
        "_by_source": by_source,
    }
    order["links"] = links(account, order)
    account.save("order", order)
    return created(call, order_id)


def _context(body: Document) -> Document:
    """Where the buyer comes back to. Raises PayPalError for addresses that are none."""
    source: Any = (body.get("payment_source") or {}).get("paypal") or {}
    given = source.get("experience_context") or body.get("application_context") or {}
    context = {name: given.get(name) for name in ("return_url", "cancel_url", "brand_name")}
    for name in ("return_url", "cancel_url"):
        if context[name] is not None and not str(context[name]).startswith(("http://", "https://")):
            field = f"/payment_source/paypal/experience_context/{name}"
            raise malformed("INVALID_PARAMETER_SYNTAX", "The value does not conform to the expected format.", field)
    return context


def links(account: Account, order: Document) -> list[Document]:
    """What may be done with the order as it stands."""
    path = f"/v2/checkout/orders/{order['id']}"
    found = [account.link(path, "self")]
    if order["status"] in WAITING:
        approval = {"href": approval_url(account, order["id"]), "method": "GET"}
        found.append({**approval, "rel": "payer-action" if order["_by_source"] else "approve"})
    if order["status"] != "COMPLETED":
        found.append(account.link(f"{path}/capture", "capture", "POST"))
    return found


def approval_url(account: Account, order_id: str) -> str:
    """The page that asks the buyer."""
    return f"{account.config.paypal.public_url}/checkoutnow?token={order_id}"


def retrieve(call: Call, order_id: str) -> Document:
    return call.account.load("order", order_id)


def created(call: Call, order_id: str) -> Document:
    """The answer to a repeated create: the order as it is by now."""
    return call.shown(call.account.load("order", order_id))


def captured(call: Call, order_id: str) -> Document:
    """The answer to a capture, first or repeated. Even the shortest one holds the captures."""
    order = call.account.load("order", order_id)
    return {**call.shown(order), **{name: order[name] for name in ("purchase_units", "payer") if name in order}}


def approve(account: Account, order: Document, instrument: str) -> None:
    """The buyer agrees, with one of INSTRUMENTS. Raises ValueError where there is nothing to agree to."""
    if instrument not in INSTRUMENTS:
        raise ValueError(f"instrument is one of {INSTRUMENTS}")
    if order["status"] not in WAITING:
        raise ValueError(f"the order is {order['status']}")
    payer = {"email_address": "buyer@sandbox.example", "payer_id": "SANDBOXBUYER1",
             "name": {"given_name": "Sandbox", "surname": "Buyer"}}  # fmt: skip
    order |= {"status": "APPROVED", "payer": payer, "update_time": moment(), "_instrument": instrument}
    order["links"] = links(account, order)
    account.save("order", order)
    account.emit("CHECKOUT.ORDER.APPROVED", "checkout-order", "An order has been approved by buyer", order)


def capture(call: Call, order_id: str) -> Document:
    """Takes the money. Raises PayPalError: 422 where the order does not allow it, or the instrument is declined."""
    account = call.account
    order = account.load("order", order_id)
    if order["status"] in WAITING:
        raise refused("ORDER_NOT_APPROVED", "Payer has not yet approved the Order for payment.")
    if order["status"] == "COMPLETED":
        raise refused("ORDER_ALREADY_CAPTURED", "Order already captured: only one capture per order is allowed.")
    if order["_instrument"] == "declined":
        order |= {"status": "PAYER_ACTION_REQUIRED", "update_time": moment(), "_by_source": True}
        order["links"] = links(account, order)
        account.save("order", order)
        redirect = {"href": approval_url(account, order_id), "rel": "redirect", "method": "GET"}
        raise refused(
            "INSTRUMENT_DECLINED",
            "The instrument presented was either declined by the processor or bank, or can't be used for this payment.",
            links=[redirect],
            commit=True,
        )
    status = {"balance": "COMPLETED", "pending": "PENDING", "declined_later": "DECLINED"}[order["_instrument"]]
    made = captures.create(account, order, status)
    order["purchase_units"][0]["payments"] = {"captures": [captures.within_order(made)]}
    order |= {"status": "COMPLETED", "update_time": moment()}
    order["links"] = links(account, order)
    account.save("order", order)
    return captured(call, order_id)
