"""Cards that Stripe keeps for a shop's customers: https://docs.stripe.com/payments/save-during-payment."""

from typing import Any

import stripe
from pydantic import BaseModel, ConfigDict

from commerce.payments.gateways import ProviderRefused
from commerce.payments.gateways.stripe import call, client, keyed

MOST = 100  # What one page of Stripe's holds; nobody saves more cards.


class KeptCard(BaseModel):
    """A card as Stripe keeps it. `fingerprint` is the same for the same number."""

    model_config = ConfigDict(frozen=True)

    ref: str
    customer_ref: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int
    fingerprint: str


def make_customer(user_id: str) -> str:
    """Stripe's id of a customer; the same person always gets the same one (for a day, which is as long as Stripe keeps
    the key: so it is to be noted at once). Of the person it is told the shop's id alone.
    """
    wanted: stripe.params.CustomerCreateParams = {"metadata": {"user_id": user_id}}
    return call(lambda: keyed(f"customer.{user_id}", lambda o: client().v1.customers.create(wanted, o))).id


def delete_customer(customer_ref: str) -> None:
    """Deletes a customer with all cards; one that is gone already is no fault."""
    try:
        call(lambda: client().v1.customers.delete(customer_ref))
    except ProviderRefused as refused:
        if refused.extra["code_of_provider"] != "resource_missing":
            raise


def begin_saving(customer_ref: str, key: str) -> str:
    """A SetupIntent; answers its client secret, with which a browser adds the card.

    Args:
        customer_ref: whose card it will be.
        key: the same key gets the same one.
    """
    wanted: stripe.params.SetupIntentCreateParams = {
        "customer": customer_ref,
        "usage": "on_session",
        "automatic_payment_methods": {"enabled": True},
    }
    made = call(lambda: keyed(key, lambda o: client().v1.setup_intents.create(wanted, o)))
    return made.client_secret or ""


def cards_of(customer_ref: str) -> list[KeptCard]:
    """The cards of a customer, the newest first."""
    wanted: stripe.params.PaymentMethodListParams = {"customer": customer_ref, "type": "card", "limit": MOST}
    return [_card(kept.to_dict()) for kept in call(lambda: client().v1.payment_methods.list(wanted)).data]


def card(ref: str) -> KeptCard | None:
    """A card; None where there is none."""
    try:
        return _card(call(lambda: client().v1.payment_methods.retrieve(ref)).to_dict())
    except ProviderRefused as refused:
        if refused.extra["code_of_provider"] == "resource_missing":
            return None
        raise


def forget(ref: str) -> None:
    """Nobody can pay with the card any more; one that is forgotten already is no fault."""
    try:
        call(lambda: client().v1.payment_methods.detach(ref))
    except ProviderRefused:
        known = card(ref)
        if known and known.customer_ref:
            raise


def offer(intent_ref: str, customer_ref: str, *, save: bool, card_ref: str = "") -> None:
    """Makes a PaymentIntent that of a customer, whose card is saved with it or not.

    Args:
        intent_ref: Stripe's id of the attempt.
        customer_ref: whose; empty where it stays as it is.
        save: whether the card that pays is kept.
        card_ref: the kept card to pay with, if there is to be one.
    """
    wanted: stripe.params.PaymentIntentUpdateParams = {"setup_future_usage": "on_session" if save else ""}
    if customer_ref:
        wanted["customer"] = customer_ref
    if card_ref:
        wanted["payment_method"] = card_ref
    call(lambda: client().v1.payment_intents.update(intent_ref, wanted))


def _card(kept: dict[str, Any]) -> KeptCard:
    shown = kept.get("card") or {}
    customer = kept.get("customer") or ""
    return KeptCard(
        ref=kept["id"],
        customer_ref=customer if isinstance(customer, str) else customer["id"],
        brand=shown.get("brand") or "",
        last4=shown.get("last4") or "",
        exp_month=shown.get("exp_month") or 0,
        exp_year=shown.get("exp_year") or 0,
        fingerprint=shown.get("fingerprint") or "",
    )
