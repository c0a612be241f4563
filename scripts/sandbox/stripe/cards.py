"""Stripe's test cards and test payment methods: https://docs.stripe.com/testing."""

from dataclasses import dataclass
from typing import Any, Literal

from scripts.sandbox.store import Document
from scripts.sandbox.stripe.errors import StripeError


@dataclass(frozen=True)
class Decline:
    """Why a bank says no."""

    code: str
    decline_code: str | None
    message: str


GENERIC = Decline("card_declined", "generic_decline", "Your card was declined.")
INSUFFICIENT = Decline("card_declined", "insufficient_funds", "Your card has insufficient funds.")
LOST = Decline("card_declined", "lost_card", "Your card was declined.")
STOLEN = Decline("card_declined", "stolen_card", "Your card was declined.")
FRAUDULENT = Decline("card_declined", "fraudulent", "Your card was declined.")
EXPIRED = Decline("expired_card", "expired_card", "Your card has expired.")
INCORRECT_CVC = Decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.")
PROCESSING_ERROR = Decline(
    "processing_error",
    "processing_error",
    "An error occurred while processing your card. Try again in a little bit.",
)
AUTHENTICATION_REQUIRED = Decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
)


@dataclass(frozen=True)
class TestCard:
    """What a test card does."""

    number: str
    brand: str = "visa"
    funding: str = "credit"
    decline: Decline | None = None
    authenticate: Literal["never", "unless_set_up", "always"] = "never"
    refund: Literal["succeeded", "pending", "failed"] = "succeeded"
    disputed: str | None = None
    attachable: bool = True


_CARDS = (
    TestCard("4242424242424242"),
    TestCard("4000056655665556", funding="debit"),
    TestCard("5555555555554444", brand="mastercard"),
    TestCard("2223003122003222", brand="mastercard"),
    TestCard("5200828282828210", brand="mastercard", funding="debit"),
    TestCard("378282246310005", brand="amex"),
    TestCard("6011111111111117", brand="discover"),
    TestCard("3566002020360505", brand="jcb"),
    TestCard("4000000000000002", decline=GENERIC, attachable=False),
    TestCard("4000000000009995", decline=INSUFFICIENT, attachable=False),
    TestCard("4000000000009987", decline=LOST, attachable=False),
    TestCard("4000000000009979", decline=STOLEN, attachable=False),
    TestCard("4000000000000069", decline=EXPIRED, attachable=False),
    TestCard("4000000000000127", decline=INCORRECT_CVC, attachable=False),
    TestCard("4000000000000119", decline=PROCESSING_ERROR, attachable=False),
    TestCard("4100000000000019", decline=FRAUDULENT),
    TestCard("4000000000000341", decline=GENERIC),
    TestCard("4000002500003155", authenticate="unless_set_up"),
    TestCard("4000002760003184", authenticate="always"),
    TestCard("4000000000003220", authenticate="always"),
    TestCard("4000000000003063", authenticate="always"),
    TestCard("4000008260003178", authenticate="always", decline=INSUFFICIENT),
    TestCard("4000008400001629", authenticate="always", decline=GENERIC),
    TestCard("4000000000007726", refund="pending"),
    TestCard("4000000000005126", refund="failed"),
    TestCard("4000000000000259", disputed="fraudulent"),
    TestCard("4000000000002685", disputed="product_not_received"),
)
BY_NUMBER = {card.number: card for card in _CARDS}

# pm_card_<name>, and tok_<name> for the card hash.
_TOKENS = {
    "visa": "4242424242424242",
    "visa_debit": "4000056655665556",
    "mastercard": "5555555555554444",
    "mastercard_debit": "5200828282828210",
    "amex": "378282246310005",
    "discover": "6011111111111117",
    "jcb": "3566002020360505",
    "us": "4242424242424242",
    "chargeDeclined": "4000000000000002",
    "visa_chargeDeclined": "4000000000000002",
    "chargeDeclinedInsufficientFunds": "4000000000009995",
    "visa_chargeDeclinedInsufficientFunds": "4000000000009995",
    "chargeDeclinedLostCard": "4000000000009987",
    "visa_chargeDeclinedLostCard": "4000000000009987",
    "chargeDeclinedStolenCard": "4000000000009979",
    "visa_chargeDeclinedStolenCard": "4000000000009979",
    "chargeDeclinedExpiredCard": "4000000000000069",
    "chargeDeclinedIncorrectCvc": "4000000000000127",
    "chargeDeclinedProcessingError": "4000000000000119",
    "chargeDeclinedFraudulent": "4100000000000019",
    "chargeCustomerFail": "4000000000000341",
    "authenticationRequired": "4000002760003184",
    "authenticationRequiredOnSetup": "4000002500003155",
    "authenticationRequiredChargeDeclinedInsufficientFunds": "4000008260003178",
    "threeDSecureRequired": "4000000000003063",
    "threeDSecure2Required": "4000000000003220",
    "threeDSecureRequiredChargeDeclined": "4000008400001629",
    "pendingRefund": "4000000000007726",
    "refundFail": "4000000000005126",
    "createDispute": "4000000000000259",
    "createDisputeProductNotReceived": "4000000000002685",
}


def number_for_token(token: str) -> str | None:
    """The card behind `pm_card_visa` or `tok_visa`; None for other ids."""
    for prefix in ("pm_card_", "tok_"):
        if token.startswith(prefix):
            return _TOKENS.get(token.removeprefix(prefix))
    return None


def passes_luhn(number: str) -> bool:
    """The check digit of ISO/IEC 7812."""
    total = 0
    for position, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + position % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def card_error(decline: Decline, *, param: str | None = None, commit: bool = False, **more: Any) -> StripeError:
    """A 402 in Stripe's shape."""
    if decline.decline_code is not None:
        more = {"decline_code": decline.decline_code, **more}
    return StripeError(402, "card_error", decline.message, code=decline.code, param=param, commit=commit, **more)


def check_card(number: str, exp_month: int, exp_year: int, cvc: str | None, today: tuple[int, int]) -> TestCard:
    """The test card. Raises StripeError as Stripe does at tokenization; `today` is (year, month)."""
    digits = number.replace(" ", "")
    if not digits.isdigit() or not 12 <= len(digits) <= 19 or not passes_luhn(digits):
        raise card_error(Decline("incorrect_number", None, "Your card number is incorrect."), param="number")
    if not 1 <= exp_month <= 12:
        raise card_error(
            Decline("invalid_expiry_month", None, "Your card's expiration month is invalid."), param="exp_month"
        )
    if exp_year < 100:
        exp_year += 2000
    if not today <= (exp_year, exp_month) or exp_year > today[0] + 50:
        raise card_error(
            Decline("invalid_expiry_year", None, "Your card's expiration year is invalid."), param="exp_year"
        )
    card = BY_NUMBER.get(digits)
    if cvc is not None:
        length = 4 if card is not None and card.brand == "amex" else 3
        if not cvc.isdigit() or len(cvc) not in {length, 3}:
            raise card_error(Decline("invalid_cvc", None, "Your card's security code is invalid."), param="cvc")
    if card is None:
        message = "Your card was declined. Your request was in test mode, but used a non test card. "
        message += "For a list of valid test cards, visit: https://stripe.com/docs/testing."
        raise card_error(Decline("card_declined", "test_mode_live_card", message))
    return card


def card_hash(card: TestCard, exp_month: int, exp_year: int, *, cvc_given: bool) -> Document:
    """The `card` of a PaymentMethod."""
    failed = card.decline is INCORRECT_CVC
    return {
        "brand": card.brand,
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": ("fail" if failed else "pass") if cvc_given else None,
        },
        "country": "US",
        "display_brand": card.brand,
        "exp_month": exp_month,
        "exp_year": exp_year,
        # One print per number, so that the same card is known again.
        "fingerprint": f"sandbox{card.number[:4]}{card.number[-6:]}",
        "funding": card.funding,
        "generated_from": None,
        "last4": card.number[-4:],
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }
