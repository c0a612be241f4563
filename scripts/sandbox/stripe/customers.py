"""Customers: https://docs.stripe.com/api/customers."""

import re
import secrets

from scripts.sandbox.store import Document, new_id, public
from scripts.sandbox.stripe.account import Call
from scripts.sandbox.stripe.errors import invalid, missing
from scripts.sandbox.stripe.lists import PAGING, list_objects

_FIELDS = ("description", "email", "name", "phone")
_KNOWN = (*_FIELDS, "address", "metadata", "preferred_locales", "shipping", "invoice_settings", "tax_exempt")


def load_customer(call: Call, customer_id: str, param: str) -> Document:
    """A customer that can still be used. Raises StripeError for a deleted one."""
    customer = call.account.load("customer", customer_id, param)
    if customer.get("deleted"):
        raise missing("customer", customer_id, param)
    return customer


def _apply(call: Call, customer: Document) -> None:
    params = call.params
    params.only(*_KNOWN)
    for name in _FIELDS:
        if name in params:
            customer[name] = params.string(name)
    if customer["email"] and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", customer["email"]):
        raise invalid(f"Invalid email address: {customer['email']}", code="email_invalid", param="email")
    if "address" in params:
        customer["address"] = params.address()
    if "shipping" in params:
        customer["shipping"] = params.shipping()
    if "preferred_locales" in params:
        customer["preferred_locales"] = params.strings("preferred_locales")
    customer["tax_exempt"] = params.choice("tax_exempt", ("none", "exempt", "reverse"), customer["tax_exempt"])
    if "invoice_settings" in params:
        settings = params.hash("invoice_settings")
        settings.only("default_payment_method")
        customer["invoice_settings"]["default_payment_method"] = settings.string("default_payment_method")
    customer["metadata"] = params.metadata(customer["metadata"])


def create(call: Call) -> Document:
    customer: Document = {
        "id": new_id("cus_", 14),
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": call.account.now(),
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "email": None,
        "invoice_prefix": secrets.token_hex(4).upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": {},
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }
    _apply(call, customer)
    call.account.save(customer)
    call.emit("customer.created", customer)
    return public(customer)


def retrieve(call: Call, customer_id: str) -> Document:
    customer = call.account.load("customer", customer_id, "id")
    if customer.get("deleted"):
        return {"id": customer_id, "object": "customer", "deleted": True}
    return public(customer)


def update(call: Call, customer_id: str) -> Document:
    customer = load_customer(call, customer_id, "id")
    before = dict(customer)
    _apply(call, customer)
    call.account.save(customer)
    changed = {name: before[name] for name in before if before[name] != customer[name]}
    if changed:
        call.emit("customer.updated", customer, changed)
    return public(customer)


def delete(call: Call, customer_id: str) -> Document:
    """The id stays known as a deleted customer; saved payment methods are detached."""
    customer = load_customer(call, customer_id, "id")
    for method in list(call.account.store.find("stripe.payment_method", {"customer": customer_id})):
        call.account.save({**method, "customer": None, "_used": True})
    call.emit("customer.deleted", customer)
    call.account.save({**customer, "deleted": True})
    return {"id": customer_id, "object": "customer", "deleted": True}


def list_all(call: Call) -> Document:
    call.params.only(*PAGING, "email", "test_clock")
    return list_objects(call, "customer", {"email": call.params.string("email")}, lambda row: not row.get("deleted"))
