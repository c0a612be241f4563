"""What payments keep of a person. Who they are is known to the provider, and to the order: here is how they paid."""

from commerce.payments import saved
from commerce.payments.giftcards.store import GIFT_CARDS
from commerce.payments.store import DISPUTES, PAYMENTS, REFUNDS
from commerce.runtime import outbox
from commerce.runtime.people import NOBODY, Person, Tables

SOURCE = "souk.payments"


def personal_data(person: Person) -> Tables:
    """How their orders were paid, what went back and what they disputed, the gift cards that they were sent, and the
    cards that Stripe keeps for them. Five round trips, and one to Stripe where it keeps any.

    Raises:
        ProviderUnavailable: Stripe did not answer.
    """
    payments = PAYMENTS.find({"order_id": {"$in": list(person.order_ids)}}) if person.order_ids else []
    theirs = {"payment_id": {"$in": [payment.id for payment in payments]}}
    refunds = REFUNDS.find(theirs) if payments else []
    disputes = DISPUTES.find(theirs) if payments else []
    paid = {"id", "order_number", "provider", "status", "amount", "currency", "captured", "refunded", "created_at"}
    back = {"id", "payment_id", "amount", "currency", "status", "created_at"}
    sent = {"id", "last4", "currency", "issued", "balance", "recipient", "message", "expires_at", "created_at"}
    disputed = {"id", "payment_id", "amount", "currency", "status", "reason", "opened_at", "closed_at"}
    return {
        "gift_cards": [card.model_dump(include=sent) for card in GIFT_CARDS.of(person.emails)],
        "saved_cards": [card.model_dump() for card in saved.list_cards(person.user_id).items],
        "payments": [payment.model_dump(include=paid) for payment in payments],
        "refunds": [refund.model_dump(include=back) for refund in refunds],
        "disputes": [dispute.model_dump(include=disputed) for dispute in disputes],
    }


def erase(person: Person) -> bool:
    """Has Stripe forget their cards and who they were; takes their address, and what they were to read, off the gift
    cards that they were sent and out of the events about those. The gift cards stay, for whoever has the code. Three
    round trips, and one for each card.

    Nothing else need go: amounts, provider's references and the ledger name nobody, and the law wants them kept (see
    `orders.privacy`). What a provider knows of payments is its own to keep, for as long as its own law says.

    Raises:
        StillWaiting: the news of a card has not been sent yet.
        ProviderUnavailable: Stripe did not answer.
    """
    saved.erase(person.user_id)
    sent = [card.id for card in GIFT_CARDS.of(person.emails)]
    outbox.forget(SOURCE, sent)
    for card_id in sent:
        nobody = {"recipient": NOBODY, "message": ""}
        GIFT_CARDS.handle.update_one({"_id": card_id}, {"$set": nobody, "$inc": {"version": 1}})
    return True
