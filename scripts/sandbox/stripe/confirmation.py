"""What happens when a payment is tried: success, decline, authentication, slow settlement."""

from scripts.sandbox.store import Document, public
from scripts.sandbox.stripe import cards
from scripts.sandbox.stripe.account import Account, Call
from scripts.sandbox.stripe.charges import create_charge
from scripts.sandbox.stripe.disputes import open_dispute
from scripts.sandbox.stripe.errors import StripeError, invalid
from scripts.sandbox.stripe.payment_methods import attach_to
from scripts.sandbox.stripe.views import show

SETTLEMENT = "stripe.settlement"
"""Setting: {seconds, outcome, times} for the payments that are not to settle at once."""

AUTHENTICATION_FAILED = (
    "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod "
    "to attempt to fulfill this PaymentIntent again."
)


def confirm(call: Call, intent: Document) -> None:
    """Try to pay with the method that the intent has. Raises StripeError (402) for a decline, which takes effect."""
    account, params = call.account, call.params
    return_url = params.string("return_url")
    if return_url is not None and not return_url.startswith(("http://", "https://")):
        raise invalid("Not a valid URL", code="url_invalid", param="return_url")
    automatic = intent["automatic_payment_methods"]
    redirects = automatic is not None and automatic["allow_redirects"] == "always"
    if redirects and not return_url and not params.boolean("use_stripe_sdk"):
        raise invalid(
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of "
            "these payment methods might redirect your customer off of your page, you must provide a `return_url`. "
            "If you don't want to accept redirect-based payment methods, set "
            "`automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to "
            "`never` when creating Setup Intents and Payment Intents.",
            param="return_url",
        )
    method = account.load("payment_method", intent["payment_method"], "payment_method")
    card = cards.BY_NUMBER[method["_card"]]
    intent |= {"next_action": None, "last_payment_error": None}
    if card.authenticate == "always" or (card.authenticate == "unless_set_up" and not method["_set_up"]):
        if params.boolean("off_session") or params.boolean("error_on_requires_action"):
            raise decline(account, intent, method, cards.AUTHENTICATION_REQUIRED, call=call)
        require_action(call, intent, return_url)
        return
    charge_now(account, intent, method, call=call)


def require_action(call: Call, intent: Document, return_url: str | None) -> None:
    """Wait for 3-D Secure on the sandbox's own page."""
    url = f"{call.account.config.stripe.public_url}/3d_secure/{intent['id']}?client_secret={intent['client_secret']}"
    if return_url is not None:
        intent["next_action"] = {
            "redirect_to_url": {"return_url": return_url, "url": url},
            "type": "redirect_to_url",
        }
    else:
        intent["next_action"] = {
            "type": "use_stripe_sdk",
            "use_stripe_sdk": {"stripe_js": url, "type": "three_d_secure_redirect"},
        }
    intent |= {"status": "requires_action", "_return_url": return_url}
    call.account.save(intent)
    call.emit("payment_intent.requires_action", intent)


def authenticate(account: Account, intent: Document, *, success: bool) -> None:
    """End 3-D Secure: charge the card, or go back to requires_payment_method. Declines do not raise here."""
    method = account.load("payment_method", intent["payment_method"], "payment_method")
    intent["next_action"] = None
    if not success:
        _fail(
            account,
            intent,
            {
                "code": "payment_intent_authentication_failure",
                "doc_url": "https://stripe.com/docs/error-codes/payment-intent-authentication-failure",
                "message": AUTHENTICATION_FAILED,
                "payment_method": public(method),
                "type": "invalid_request_error",
            },
        )
        return
    try:
        charge_now(account, intent, method, authenticated=True)
    except StripeError as error:
        if not error.commit:
            raise


def charge_now(
    account: Account, intent: Document, method: Document, *, call: Call | None = None, authenticated: bool = False
) -> None:
    """Ask the bank. Raises StripeError (402) when it declines."""
    card = cards.BY_NUMBER[method["_card"]]
    if card.decline is not None:
        raise decline(account, intent, method, card.decline, call=call)
    later = account.store.setting(SETTLEMENT) or {"times": 0}
    if later["times"] > 0:
        account.store.set_setting(SETTLEMENT, {**later, "times": later["times"] - 1})
        intent |= {"status": "processing", "processing": {"type": "card", "card": {}}}
        account.save(intent)
        account.emit("payment_intent.processing", intent, call=call)
        if later["seconds"] is not None:
            account.timer("settle", later["seconds"], {"intent": intent["id"], "outcome": later["outcome"]})
        return
    succeed(account, intent, method, call=call, authenticated=authenticated)


def settle(account: Account, intent: Document, *, success: bool) -> None:
    """End `processing`."""
    method = account.load("payment_method", intent["payment_method"], "payment_method")
    intent["processing"] = None
    if success:
        succeed(account, intent, method)
    else:
        decline(account, intent, method, cards.GENERIC)


def succeed(
    account: Account, intent: Document, method: Document, *, call: Call | None = None, authenticated: bool = False
) -> None:
    """The bank said yes: captured at once, or held for a manual capture."""
    captured = intent["capture_method"] != "manual"
    charge = create_charge(account, intent, method, captured=captured, authenticated=authenticated)
    intent |= {"latest_charge": charge["id"], "last_payment_error": None, "processing": None}
    if captured:
        intent |= {"status": "succeeded", "amount_received": intent["amount"]}
    else:
        intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
    account.save(intent)
    account.emit("charge.succeeded", charge, call=call)
    account.emit(
        "payment_intent.succeeded" if captured else "payment_intent.amount_capturable_updated", intent, call=call
    )
    method |= {"_used": True, "_set_up": method["_set_up"] or intent["setup_future_usage"] is not None}
    account.save(method)
    if intent["setup_future_usage"] and intent["customer"] and method["customer"] is None:
        attach_to(account, method, intent["customer"], call=call)
    card = cards.BY_NUMBER[method["_card"]]
    if card.disputed is not None and captured:
        open_dispute(account, charge, card.disputed)


def decline(
    account: Account, intent: Document, method: Document, reason: cards.Decline, *, call: Call | None = None
) -> StripeError:
    """The bank said no. Returns the error to raise where a caller waits for one."""
    charge = create_charge(account, intent, method, decline=reason)
    intent["latest_charge"] = charge["id"]
    account.emit("charge.failed", charge, call=call)
    param = {"incorrect_cvc": "cvc", "expired_card": "exp_month"}.get(reason.code)
    error = cards.card_error(reason, param=param, commit=True, charge=charge["id"], payment_method=public(method))
    _fail(account, intent, dict(error.error), call=call)
    if call is not None:
        error.error["payment_intent"] = show(call, intent)
    return error


def _fail(account: Account, intent: Document, error: Document, *, call: Call | None = None) -> None:
    intent |= {
        "status": "requires_payment_method",
        "payment_method": None,
        "processing": None,
        "next_action": None,
        "last_payment_error": error,
    }
    account.save(intent)
    account.emit("payment_intent.payment_failed", intent, call=call)
