"""SetupIntents, which save a card without a payment: https://docs.stripe.com/api/setup_intents."""

from scripts.sandbox.store import Document, new_id, public
from scripts.sandbox.stripe import cards
from scripts.sandbox.stripe.account import Account, Call
from scripts.sandbox.stripe.customers import load_customer
from scripts.sandbox.stripe.errors import StripeError, invalid, missing_parameter, refused
from scripts.sandbox.stripe.lists import PAGING, list_objects
from scripts.sandbox.stripe.payment_methods import attach_to, from_data, resolve

UNCONFIRMED = ("requires_payment_method", "requires_confirmation", "requires_action")

# What a publishable key may see, as the API reference marks it.
_CLIENT_FIELDS = frozenset(
    "id object automatic_payment_methods cancellation_reason client_secret created description last_setup_error "
    "livemode next_action payment_method payment_method_configuration_details payment_method_types status usage".split()
)


def _show(call: Call, intent: Document) -> Document:
    if call.key == "secret":
        return public(intent)
    return {name: value for name, value in intent.items() if name in _CLIENT_FIELDS}


def _load(call: Call, intent_id: str) -> Document:
    """The SetupIntent, for a publishable key only with its client secret. Raises StripeError."""
    intent = call.account.load("setup_intent", intent_id, "intent")
    secret = call.params.string("client_secret")
    if secret is None and call.key == "publishable":
        raise missing_parameter("client_secret")
    if secret is not None and secret != intent["client_secret"]:
        raise invalid(
            "The client_secret provided does not match the client_secret associated with the SetupIntent.",
            code="setup_intent_invalid_parameter",
            param="client_secret",
        )
    return intent


def _unexpected_state(message: str, intent: Document) -> StripeError:
    return refused(message, code="setup_intent_unexpected_state", setup_intent=public(intent))


def create(call: Call) -> Document:
    params = call.params
    params.only(
        "automatic_payment_methods", "customer", "description", "metadata", "payment_method_types", "usage",
    )  # fmt: skip
    customer = params.string("customer")
    types = params.strings("payment_method_types")
    if types and types != ["card"]:
        raise invalid("The only payment method type of this account is card.", param="payment_method_types")
    intent_id = new_id("seti_")
    intent: Document = {
        "id": intent_id,
        "object": "setup_intent",
        "application": None,
        "automatic_payment_methods": None if types else {"allow_redirects": "always", "enabled": True},
        "cancellation_reason": None,
        "client_secret": new_id(f"{intent_id}_secret_", 25),
        "created": call.account.now(),
        "customer": load_customer(call, customer, "customer")["id"] if customer else None,
        "description": params.string("description"),
        "excluded_payment_method_types": None,
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": False,
        "mandate": None,
        "metadata": params.metadata(),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": {"mandate_options": None, "network": None,
                                            "request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": params.choice("usage", ("on_session", "off_session"), "off_session"),
    }  # fmt: skip
    call.account.save(intent)
    call.emit("setup_intent.created", intent)
    return _show(call, intent)


def retrieve(call: Call, intent_id: str) -> Document:
    call.params.only("client_secret", "is_stripe_sdk")
    return _show(call, _load(call, intent_id))


def confirm(call: Call, intent_id: str) -> Document:
    params = call.params
    params.only("client_secret", "payment_method", "payment_method_data", "return_url", "use_stripe_sdk",
                "expected_payment_method_type", "mandate_data")  # fmt: skip
    intent = _load(call, intent_id)
    if intent["status"] not in UNCONFIRMED:
        raise _unexpected_state(
            f"You cannot confirm this SetupIntent because it has a status of {intent['status']}.", intent
        )
    method_id, data = params.string("payment_method"), params.hash("payment_method_data")
    if not method_id and not data.values:
        raise _unexpected_state("You cannot confirm this SetupIntent because it's missing a payment method.", intent)
    method = resolve(call, method_id, "payment_method") if method_id else from_data(call, data)
    if method["customer"] not in (None, intent["customer"]):
        raise refused("The payment method you provided belongs to another customer.", param="payment_method")
    intent |= {"payment_method": method["id"], "next_action": None, "last_setup_error": None}
    return_url = params.string("return_url")
    if intent["automatic_payment_methods"] and not return_url and not params.boolean("use_stripe_sdk"):
        raise invalid(
            "This SetupIntent is configured to accept payment methods enabled in your Dashboard. Because some of these "
            "payment methods might redirect your customer off of your page, you must provide a `return_url`.",
            param="return_url",
        )
    if cards.BY_NUMBER[method["_card"]].authenticate != "never":
        _require_action(call, intent, return_url)
        return _show(call, intent)
    _finish(call.account, intent, call=call)
    return _show(call, intent)


def _require_action(call: Call, intent: Document, return_url: str | None) -> None:
    """Wait for 3-D Secure on the sandbox's own page."""
    url = f"{call.account.config.stripe.public_url}/3d_secure/{intent['id']}?client_secret={intent['client_secret']}"
    if return_url is not None:
        action = {"redirect_to_url": {"return_url": return_url, "url": url}, "type": "redirect_to_url"}
    else:
        sdk = {"stripe_js": url, "type": "three_d_secure_redirect"}
        action = {"type": "use_stripe_sdk", "use_stripe_sdk": sdk}
    intent |= {"status": "requires_action", "next_action": action, "_return_url": return_url}
    call.account.save(intent)
    call.emit("setup_intent.requires_action", intent)


def authenticate(account: Account, intent: Document, *, success: bool) -> None:
    """End 3-D Secure: save the card, or go back to requires_payment_method. Declines do not raise here."""
    intent["next_action"] = None
    if not success:
        message = "The provided PaymentMethod has failed authentication."
        code = "setup_intent_authentication_failure"
        _fail(account, intent, {"code": code, "message": message, "type": "invalid_request_error"})
        return
    try:
        _finish(account, intent)
    except StripeError as error:
        if not error.commit:
            raise


def _finish(account: Account, intent: Document, *, call: Call | None = None) -> None:
    """Ask the bank, then keep the card. Raises StripeError (402) when it declines."""
    method = account.load("payment_method", intent["payment_method"], "payment_method")
    reason = cards.BY_NUMBER[method["_card"]].decline
    if reason is not None:
        error = cards.card_error(reason, commit=True, payment_method=public(method))
        _fail(account, intent, dict(error.error), call=call)
        if call is not None:
            error.error["setup_intent"] = _show(call, intent)
        raise error
    method["_set_up"] = True
    account.save(method)
    intent["status"] = "succeeded"
    account.save(intent)
    if intent["customer"] and method["customer"] is None:
        attach_to(account, method, intent["customer"], call=call)
    account.emit("setup_intent.succeeded", intent, call=call)


def _fail(account: Account, intent: Document, error: Document, *, call: Call | None = None) -> None:
    intent |= {"status": "requires_payment_method", "payment_method": None, "last_setup_error": error}
    account.save(intent)
    account.emit("setup_intent.setup_failed", intent, call=call)


def cancel(call: Call, intent_id: str) -> Document:
    call.params.only("cancellation_reason")
    intent = _load(call, intent_id)
    if intent["status"] not in UNCONFIRMED:
        raise _unexpected_state(
            f"You cannot cancel this SetupIntent because it has a status of {intent['status']}.", intent
        )
    reason = call.params.choice("cancellation_reason", ("abandoned", "duplicate", "requested_by_customer"))
    intent |= {"status": "canceled", "cancellation_reason": reason, "next_action": None}
    call.account.save(intent)
    call.emit("setup_intent.canceled", intent)
    return _show(call, intent)


def list_all(call: Call) -> Document:
    call.params.only(*PAGING, "customer", "payment_method")
    names = ("customer", "payment_method")
    return list_objects(call, "setup_intent", {name: call.params.string(name) for name in names})
