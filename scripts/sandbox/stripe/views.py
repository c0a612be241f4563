"""What a caller may see of a PaymentIntent."""

from scripts.sandbox.store import Document, public
from scripts.sandbox.stripe.account import Call

# What a publishable key may see, as the API reference marks it.
_CLIENT_FIELDS = frozenset(
    "id object amount amount_details automatic_payment_methods canceled_at cancellation_reason capture_method "
    "client_secret confirmation_method created currency description last_payment_error livemode next_action "
    "payment_method payment_method_configuration_details payment_method_types processing receipt_email "
    "setup_future_usage shipping source status".split()
)


def show(call: Call, intent: Document) -> Document:
    """The PaymentIntent as this caller may see it."""
    if call.key == "secret":
        return public(intent)
    return {name: value for name, value in intent.items() if name in _CLIENT_FIELDS}
