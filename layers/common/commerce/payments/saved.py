"""Saved cards. Stripe keeps them for its customers; of a person we keep which customer they are there, and nothing of a
card: what is shown of one is asked for each time.
"""

from dataclasses import dataclass

from pydantic import BaseModel

from commerce.payments.gateways import ProviderPayment
from commerce.payments.model import CreatePayment
from commerce.runtime.caller import Caller
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import Moment, now
from commerce.runtime.errors import Invalid, NotFound
from commerce.runtime.ids import new_id
from commerce.runtime.mongo import Collection, Document, Index
from commerce.runtime.settings import settings


class ProviderCustomer(Document):
    """Who someone is to Stripe; the id is that of their account."""

    customer_ref: str
    created_at: Moment


class ProviderCustomers(Collection[ProviderCustomer]):
    """The collection `provider_customers`."""

    name = "provider_customers"
    model = ProviderCustomer
    indexes = (Index((("customer_ref", 1),), unique=True),)

    def by_ref(self, customer_ref: str) -> ProviderCustomer | None:
        """The person behind a customer of Stripe's. One round trip."""
        return self.find_one({"customer_ref": customer_ref})


CUSTOMERS = ProviderCustomers()


class SavedCard(BaseModel):
    """A card that can be paid with again. `id` is Stripe's."""

    id: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int


class SavedCards(BaseModel):
    """All of them, the newest first."""

    items: list[SavedCard]


class SavingCard(BaseModel):
    """What Stripe.js needs to save a card; `provider_url` is there where the provider is the sandbox."""

    client_secret: str
    publishable_key: str
    provider_url: str | None


@dataclass(frozen=True)
class Wish:
    """Whose card pays: one that is saved, or one that is to be; empty where it is nobody's who is known."""

    customer_ref: str = ""
    card_ref: str = ""
    save: bool = False


NO_WISH = Wish()


def wish(wanted: CreatePayment, who: Caller) -> Wish:
    """What someone wants of saved cards when they pay.

    Raises:
        Invalid: guests have none; another provider has none; that card is not theirs, or is no more.
        ProviderUnavailable: Stripe did not answer.
    """
    if not (wanted.save_card or wanted.payment_method_id):
        return NO_WISH
    field = "payment_method_id" if wanted.payment_method_id else "save_card"
    if wanted.provider != "stripe":
        raise Invalid.field(field, "not_with_this_provider", "Only cards can be saved.")
    if not who.user_id:
        raise Invalid.field(field, "sign_in_first", "Cards are saved for people who are signed in.")
    if not wanted.payment_method_id:
        return Wish(_customer(who.user_id), save=True)
    known = CUSTOMERS.get(who.user_id)
    if known is None or not _is_theirs(known, wanted.payment_method_id):
        raise Invalid.field("payment_method_id", "unknown_payment_method", "You have no such card.")
    return Wish(known.customer_ref, wanted.payment_method_id)


def offer(attempt: ProviderPayment, wanted: Wish) -> None:
    """Tells Stripe whose card pays an attempt, and whether it is kept, where that is not so yet.

    Raises:
        ProviderUnavailable: Stripe did not answer.
        ProviderRefused: it is too late for that.
    """
    if wanted == NO_WISH and not attempt.saves_card:
        return
    from commerce.payments.gateways import stripe_vault

    stripe_vault.offer(attempt.ref, wanted.customer_ref, save=wanted.save, card_ref=wanted.card_ref)


def list_cards(user_id: str) -> SavedCards:
    """Someone's cards; each once, however often it was saved.

    Raises:
        ProviderUnavailable: Stripe did not answer.
    """
    from commerce.payments.gateways import stripe_vault

    known = CUSTOMERS.get(user_id)
    kept = stripe_vault.cards_of(known.customer_ref) if known else []
    newest = {card.fingerprint: card for card in reversed(kept)}
    shown = {"brand", "last4", "exp_month", "exp_year"}
    cards = [card for card in kept if newest[card.fingerprint] is card]
    return SavedCards(items=[SavedCard(id=card.ref, **card.model_dump(include=shown)) for card in cards])


def begin(user_id: str, key: str | None) -> SavingCard:
    """Begins to save a card without a payment; the browser brings it to Stripe.

    Args:
        user_id: whose.
        key: the Idempotency-Key; the same one begins the same.

    Raises:
        ProviderUnavailable: Stripe did not answer.
    """
    from commerce.payments.gateways import stripe_vault

    known = settings()
    return SavingCard(
        client_secret=stripe_vault.begin_saving(_customer(user_id), f"saving.{user_id}.{key or new_id('once')}"),
        publishable_key=known.stripe_publishable_key,
        provider_url=known.stripe_api_base or None,
    )


def delete(user_id: str, card_ref: str) -> None:
    """Forgets a card, as often as it was saved.

    Raises:
        NotFound: they have no such card.
        ProviderUnavailable: Stripe did not answer; asking again goes on from there.
    """
    from commerce.payments.gateways import stripe_vault

    known = CUSTOMERS.get(user_id)
    if known is None or not _is_theirs(known, card_ref):
        raise NotFound
    kept = stripe_vault.cards_of(known.customer_ref)
    number = next((card.fingerprint for card in kept if card.ref == card_ref), "")
    # The one that was named last: should that be as far as it comes, it can be named again.
    for card in sorted(kept, key=lambda card: card.ref == card_ref):
        if card.ref == card_ref or card.fingerprint == number:
            stripe_vault.forget(card.ref)


def tidy(customer_ref: str) -> bool:
    """A card was saved: where it was saved before, the older ones go. Says whether the customer is one of ours."""
    from commerce.payments.gateways import stripe_vault

    if CUSTOMERS.by_ref(customer_ref) is None:
        return False
    seen: set[str] = set()
    for card in stripe_vault.cards_of(customer_ref):
        if card.fingerprint in seen:
            stripe_vault.forget(card.ref)
        seen.add(card.fingerprint)
    return True


def erase(user_id: str) -> None:
    """Forgets all cards of a person, and who they were to Stripe, there and here. Done again, it goes on."""
    from commerce.payments.gateways import stripe_vault

    known = CUSTOMERS.get(user_id)
    if known:
        stripe_vault.delete_customer(known.customer_ref)
        changes = Changes()
        changes.delete(CUSTOMERS, {"_id": user_id})
        changes.commit()


def _customer(user_id: str) -> str:
    """Stripe's id of someone, who becomes a customer with this if they are none: once, whoever asks beside it."""
    from commerce.payments.gateways import stripe_vault

    def once() -> str:
        known = CUSTOMERS.get(user_id)
        if known:
            return known.customer_ref
        made = ProviderCustomer(id=user_id, customer_ref=stripe_vault.make_customer(user_id), created_at=now())
        changes = Changes()
        changes.insert(CUSTOMERS, made)
        changes.commit()
        return made.customer_ref

    return retry_stale(once)


def _is_theirs(known: ProviderCustomer, card_ref: str) -> bool:
    from commerce.payments.gateways import stripe_vault

    card = stripe_vault.card(card_ref)
    return card is not None and card.customer_ref == known.customer_ref
