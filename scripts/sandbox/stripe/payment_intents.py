"""PaymentIntents before and after confirmation: https://docs.stripe.com/api/payment_intents."""

from scripts.sandbox.store import Document, new_id, public
from scripts.sandbox.stripe import confirmation
from scripts.sandbox.stripe.account import Account, Call
from scripts.sandbox.stripe.charges import fee, record_balance
from scripts.sandbox.stripe.currencies import check_amount, check_currency
from scripts.sandbox.stripe.customers import load_customer
from scripts.sandbox.stripe.errors import StripeError, invalid, missing_parameter, refused
from scripts.sandbox.stripe.lists import PAGING, list_objects
from scripts.sandbox.stripe.params import Params
from scripts.sandbox.stripe.payment_methods import from_data, resolve
from scripts.sandbox.stripe.views import show

UNPAID = ("requires_payment_method", "requires_confirmation", "requires_action")
CANCELABLE = ("requires_payment_method", "requires_capture", "requires_confirmation", "requires_action")

_DETAILS = ("description", "receipt_email", "statement_descriptor", "statement_descriptor_suffix", "transfer_group")
_WRITABLE = ("amount", "currency", "customer", "metadata", "payment_method", "payment_method_data",
             "payment_method_options", "payment_method_types", "setup_future_usage", "shipping", *_DETAILS)  # fmt: skip


def load(call: Call, intent_id: str) -> Document:
    """The PaymentIntent, for a publishable key only with its client secret. Raises StripeError."""
    intent = call.account.load("payment_intent", intent_id, "intent")
    secret = call.params.string("client_secret")
    if secret is None and call.key == "publishable":
        raise missing_parameter("client_secret")
    if secret is not None and secret != intent["client_secret"]:
        raise invalid(
            "The client_secret provided does not match the client_secret associated with the PaymentIntent.",
            code="payment_intent_invalid_parameter",
            param="client_secret",
        )
    return intent


def unexpected_state(message: str, intent: Document) -> StripeError:
    return refused(message, code="payment_intent_unexpected_state", payment_intent=public(intent))


def _apply(call: Call, intent: Document) -> None:
    """Everything that create and update share, except the amount."""
    params = call.params
    for name in _DETAILS:
        if name in params:
            intent[name] = params.string(name)
    if intent["statement_descriptor"] and intent["payment_method_types"] == ["card"]:
        raise invalid(
            "Statement descriptor can't be passed for card charges: use statement_descriptor_suffix instead.",
            param="statement_descriptor",
        )
    if "customer" in params:
        customer = params.string("customer")
        intent["customer"] = load_customer(call, customer, "customer")["id"] if customer else None
    if "shipping" in params:
        intent["shipping"] = params.shipping()
    if "setup_future_usage" in params:
        intent["setup_future_usage"] = params.choice("setup_future_usage", ("on_session", "off_session"))
    intent["metadata"] = params.metadata(intent["metadata"])
    method = params.string("payment_method")
    data = params.hash("payment_method_data")
    if method or data.values:
        found = resolve(call, method, "payment_method") if method else from_data(call, data)
        if found["customer"] and found["customer"] != intent["customer"]:
            raise refused(
                "The payment method you provided belongs to another customer, or the PaymentIntent has none.",
                code="payment_method_invalid_parameter",
                param="payment_method",
            )
        intent |= {"payment_method": found["id"], "status": "requires_confirmation", "next_action": None}


def _methods(params: Params, intent: Document) -> None:
    types = params.strings("payment_method_types")
    automatic = params.hash("automatic_payment_methods")
    automatic.only("enabled", "allow_redirects")
    if types and "automatic_payment_methods" in params:
        raise invalid(
            "You may only specify one of these parameters: automatic_payment_methods, payment_method_types.",
            code="parameters_exclusive",
        )
    if types:
        if types != ["card"]:
            raise invalid("The only payment method type of this account is card.", param="payment_method_types")
        intent["automatic_payment_methods"] = None
    elif "automatic_payment_methods" in params:
        if not automatic.boolean("enabled"):
            intent["automatic_payment_methods"] = None
            return
        redirects = automatic.choice("allow_redirects", ("always", "never"), "always")
        intent["automatic_payment_methods"] = {"allow_redirects": redirects, "enabled": True}


def create(call: Call) -> Document:
    params = call.params
    params.only(
        *_WRITABLE, "automatic_payment_methods", "capture_method", "confirm", "confirmation_method", "off_session",
        "return_url", "use_stripe_sdk", "error_on_requires_action", "payment_method_configuration",
    )  # fmt: skip
    amount = params.integer("amount")
    if amount is None:
        raise missing_parameter("amount")
    currency = check_currency(params.required("currency"))
    check_amount(amount, currency)
    intent_id = new_id("pi_")
    intent: Document = {
        "id": intent_id,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": {"allow_redirects": "always", "enabled": True},
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": params.choice(
            "capture_method", ("automatic", "automatic_async", "manual"), "automatic_async"
        ),
        "client_secret": new_id(f"{intent_id}_secret_", 25),
        "confirmation_method": params.choice("confirmation_method", ("automatic", "manual"), "automatic"),
        "created": call.account.now(),
        "currency": currency,
        "customer": None,
        "description": None,
        "excluded_payment_method_types": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {
            "card": {
                "installments": None,
                "mandate_options": None,
                "network": None,
                "request_three_d_secure": "automatic",
            }
        },
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }
    _methods(params, intent)
    _apply(call, intent)
    confirm = params.boolean("confirm")
    if not confirm and ("return_url" in params or "off_session" in params):
        name = "return_url" if "return_url" in params else "off_session"
        raise invalid(f"`{name}` may only be given when `confirm` is true.", param=name)
    call.account.save(intent)
    call.emit("payment_intent.created", intent)
    if confirm:
        confirmation.confirm(call, intent)
    return show(call, intent)


def retrieve(call: Call, intent_id: str) -> Document:
    call.params.only("client_secret", "is_stripe_sdk")
    return show(call, load(call, intent_id))


def update(call: Call, intent_id: str) -> Document:
    call.params.only(*_WRITABLE)
    intent = load(call, intent_id)
    for name in ("amount", "currency"):
        if name in call.params and intent["status"] not in UNPAID:
            raise unexpected_state(
                f"This PaymentIntent's {name} could not be updated because it has a status of {intent['status']}. You "
                f"may only update the {name} of a PaymentIntent with one of the following statuses: "
                f"{', '.join(UNPAID)}.",
                intent,
            )
    amount = call.params.integer("amount")
    currency = check_currency(call.params.string("currency") or intent["currency"])
    if amount is not None or currency != intent["currency"]:
        intent |= {"amount": amount if amount is not None else intent["amount"], "currency": currency}
        check_amount(intent["amount"], currency)
        if intent["status"] == "requires_action":
            # A challenge was for another sum: it has to be confirmed anew.
            intent |= {"status": "requires_confirmation", "next_action": None}
    if intent["status"] not in UNPAID and ("payment_method" in call.params or "customer" in call.params):
        name = "payment_method" if "payment_method" in call.params else "customer"
        raise unexpected_state(
            f"This PaymentIntent's {name} could not be updated because it has a status of {intent['status']}.", intent
        )
    _apply(call, intent)
    call.account.save(intent)
    return show(call, intent)


def confirm(call: Call, intent_id: str) -> Document:
    call.params.only(
        "client_secret", "payment_method", "payment_method_data", "payment_method_options", "return_url", "off_session",
        "receipt_email", "setup_future_usage", "shipping", "use_stripe_sdk", "mandate_data",
        "expected_payment_method_type", "error_on_requires_action", "set_as_default_payment_method",
    )  # fmt: skip
    intent = load(call, intent_id)
    if intent["status"] == "succeeded":
        raise unexpected_state(
            "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.",
            intent,
        )
    if intent["status"] not in UNPAID:
        raise unexpected_state(
            f"You cannot confirm this PaymentIntent because it has a status of {intent['status']}. Only a "
            "PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, "
            "requires_action.",
            intent,
        )
    _apply(call, intent)
    if intent["payment_method"] is None:
        raise unexpected_state(
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the "
            "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a "
            "payment method or ConfirmationToken.",
            intent,
        )
    confirmation.confirm(call, intent)
    return show(call, intent)


def cancel(call: Call, intent_id: str) -> Document:
    call.params.only("cancellation_reason")
    reason = call.params.choice(
        "cancellation_reason", ("abandoned", "duplicate", "fraudulent", "requested_by_customer")
    )
    intent = load(call, intent_id)
    if intent["status"] not in CANCELABLE:
        raise unexpected_state(
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}. Only a PaymentIntent "
            "with one of the following statuses may be canceled: requires_payment_method, requires_capture, "
            "requires_confirmation, requires_action, processing.",
            intent,
        )
    end(call.account, intent, reason, call=call)
    return show(call, intent)


def end(account: Account, intent: Document, reason: str | None, *, call: Call | None = None) -> None:
    """Cancels it; what was held of the card is let go."""
    intent |= {
        "status": "canceled",
        "canceled_at": account.now(),
        "cancellation_reason": reason,
        "next_action": None,
        "amount_capturable": 0,
    }
    account.save(intent)
    if intent["latest_charge"] is not None:
        charge = account.load("charge", intent["latest_charge"], "charge")
        if charge["paid"] and not charge["captured"]:
            charge |= {"refunded": True, "amount_refunded": charge["amount"]}
            account.save(charge)
            account.emit("charge.refunded", charge, call=call)
    account.emit("payment_intent.canceled", intent, call=call)


def capture(call: Call, intent_id: str) -> Document:
    call.params.only("amount_to_capture", "metadata", "statement_descriptor_suffix")
    intent = load(call, intent_id)
    if intent["status"] != "requires_capture":
        raise unexpected_state(
            f"This PaymentIntent could not be captured because it has a status of {intent['status']}. Only a "
            "PaymentIntent with one of the following statuses may be captured: requires_capture.",
            intent,
        )
    amount = call.params.integer("amount_to_capture") or intent["amount_capturable"]
    if not 1 <= amount <= intent["amount_capturable"]:
        raise refused(
            "The amount_to_capture is greater than the capturable amount.",
            code="amount_too_large",
            param="amount_to_capture",
        )
    charge = call.account.load("charge", intent["latest_charge"], "charge")
    charge |= {"captured": True, "amount_captured": amount, "amount_refunded": charge["amount"] - amount}
    charge["balance_transaction"] = record_balance(call.account, charge, "charge", amount, fee(amount))
    call.account.save(charge)
    intent["metadata"] = call.params.metadata(intent["metadata"])
    intent |= {"status": "succeeded", "amount_received": amount, "amount_capturable": 0}
    call.account.save(intent)
    call.emit("charge.captured", charge)
    call.emit("payment_intent.succeeded", intent)
    return show(call, intent)


def list_all(call: Call) -> Document:
    call.params.only(*PAGING, "customer")
    return list_objects(call, "payment_intent", {"customer": call.params.string("customer")})
