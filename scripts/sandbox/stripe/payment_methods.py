"""PaymentMethods of type card: https://docs.stripe.com/api/payment_methods."""

import time

from scripts.sandbox.store import Document, new_id, public
from scripts.sandbox.stripe import cards
from scripts.sandbox.stripe.account import Account, Call
from scripts.sandbox.stripe.customers import load_customer
from scripts.sandbox.stripe.errors import StripeError, invalid, refused
from scripts.sandbox.stripe.lists import PAGING, list_objects
from scripts.sandbox.stripe.params import Params

# The second row is what Stripe.js adds of its own.
_KNOWN = (
    "type", "card", "billing_details", "metadata", "allow_redisplay", "radar_options",
    "guid", "muid", "sid", "payment_user_agent", "time_on_page", "referrer", "pasted_fields",
)  # fmt: skip


def _build(call: Call, card: cards.TestCard, month: int, year: int, given: Params, *, cvc_given: bool) -> Document:
    details = given.hash("billing_details")
    details.only("address", "email", "name", "phone", "tax_id")
    empty_address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    method: Document = {
        "id": new_id("pm_"),
        "object": "payment_method",
        "allow_redisplay": given.choice("allow_redisplay", ("always", "limited", "unspecified"), "unspecified"),
        "billing_details": {
            "address": details.address() or empty_address,
            **{name: details.string(name) for name in ("email", "name", "phone", "tax_id")},
        },
        "card": cards.card_hash(card, month, year, cvc_given=cvc_given),
        "created": call.account.now(),
        "customer": None,
        "livemode": False,
        "metadata": given.metadata(),
        "type": "card",
        # Only numbers of Stripe's published test cards come this far.
        "_card": card.number,
        "_used": False,
        "_set_up": False,
    }
    return call.account.save(method)


def from_token(call: Call, token: str, param: str) -> Document:
    """A new PaymentMethod of a test token such as `pm_card_visa`."""
    number = cards.number_for_token(token)
    if number is None:
        raise StripeError(
            404,
            "invalid_request_error",
            f"No such PaymentMethod: '{token}'",
            code="resource_missing",
            param=param,
        )
    year = time.gmtime().tm_year + 1
    return _build(call, cards.BY_NUMBER[number], 12, year, Params({}), cvc_given=True)


def from_data(call: Call, given: Params) -> Document:
    """A new PaymentMethod of `type=card&card[number]=...`, as Stripe.js sends it, or of `card[token]`."""
    given.only(*_KNOWN)
    if given.required("type") != "card":
        raise refused(
            f'The payment method type "{given.string("type")}" is invalid: only card is activated in this account.',
            code="payment_method_unactivated",
            param=given.name("type"),
        )
    card = given.hash("card")
    card.only("number", "exp_month", "exp_year", "cvc", "token", "networks")
    token = card.string("token")
    if token is not None:
        return from_token(call, token, card.name("token"))
    if call.key == "secret":
        raise StripeError(
            402,
            "invalid_request_error",
            "Sending credit card numbers directly to the Stripe API is generally unsafe. We suggest you use test "
            "tokens that map to the test card you are using, see https://stripe.com/docs/testing.",
            stored=False,
        )
    number, month, year = card.required("number"), card.integer("exp_month"), card.integer("exp_year")
    if month is None or year is None:
        raise invalid(
            "Missing required param: exp_month and exp_year.", code="parameter_missing", param=card.name("exp_month")
        )
    year += 2000 if year < 100 else 0
    now = time.gmtime()
    cvc = card.string("cvc")
    found = cards.check_card(number, month, year, cvc, (now.tm_year, now.tm_mon))
    return _build(call, found, month, year, given, cvc_given=cvc is not None)


def resolve(call: Call, method_id: str, param: str) -> Document:
    """The PaymentMethod to pay with, fit to be used. Raises StripeError if it was used up."""
    if method_id.startswith("pm_card_"):
        return from_token(call, method_id, param)
    method = call.account.find("payment_method", method_id)
    if method is None:
        raise StripeError(
            404, "invalid_request_error", f"No such PaymentMethod: '{method_id}'", code="resource_missing", param=param
        )
    if method["_used"] and method["customer"] is None:
        raise refused(
            "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared "
            "with a connected account without Customer attachment, or was detached from a Customer. It may not be "
            "used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.",
        )
    return method


def create(call: Call) -> Document:
    method = from_data(call, call.params)
    return public(method)


def retrieve(call: Call, method_id: str) -> Document:
    return public(call.account.load("payment_method", method_id, "payment_method"))


def update(call: Call, method_id: str) -> Document:
    call.params.only("metadata", "allow_redisplay")
    method = call.account.load("payment_method", method_id, "payment_method")
    method["metadata"] = call.params.metadata(method["metadata"])
    call.account.save(method)
    call.emit("payment_method.updated", method)
    return public(method)


def attach_to(account: Account, method: Document, customer_id: str, *, call: Call | None = None) -> None:
    """Save a method with a customer. Raises StripeError for a card that the bank declines."""
    card = cards.BY_NUMBER[method["_card"]]
    if not card.attachable and card.decline is not None:
        raise cards.card_error(card.decline)
    method["customer"] = customer_id
    account.save(method)
    account.emit("payment_method.attached", method, call=call)


def attach(call: Call, method_id: str) -> Document:
    call.params.only("customer")
    customer = load_customer(call, call.params.required("customer"), "customer")
    method = resolve(call, method_id, "payment_method")
    if method["customer"] not in (None, customer["id"]):
        raise refused(
            "The payment method you provided has already been attached to a customer.", code="resource_already_exists"
        )
    attach_to(call.account, method, customer["id"], call=call)
    return public(method)


def detach(call: Call, method_id: str) -> Document:
    """A detached method can never be used again."""
    call.params.only()
    method = call.account.load("payment_method", method_id, "payment_method")
    if method["customer"] is None:
        raise refused(
            "The payment method you provided is not attached to a customer so detachment is impossible.",
            param="payment_method",
        )
    previous = {"customer": method["customer"]}
    method |= {"customer": None, "_used": True}
    call.account.save(method)
    call.emit("payment_method.detached", method, previous)
    return public(method)


def list_all(call: Call) -> Document:
    call.params.only(*PAGING, "customer", "type")
    customer = call.params.string("customer")
    if customer is None:
        raise invalid("Missing required param: customer.", code="parameter_missing", param="customer")
    load_customer(call, customer, "customer")
    return list_objects(call, "payment_method", {"customer": customer, "type": call.params.string("type")})


def list_of_customer(call: Call, customer_id: str) -> Document:
    call.params.only(*PAGING, "type", "allow_redisplay")
    load_customer(call, customer_id, "customer")
    return list_objects(call, "payment_method", {"customer": customer_id, "type": call.params.string("type")})
