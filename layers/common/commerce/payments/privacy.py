"""What payments keep of a person. Who they are is known to the provider, and to the order: here is how they paid."""

from commerce.payments.store import DISPUTES, PAYMENTS, REFUNDS
from commerce.runtime.people import Person, Tables


def personal_data(person: Person) -> Tables:
    """How their orders were paid, what went back and what they disputed. Three round trips."""
    payments = PAYMENTS.find({"order_id": {"$in": list(person.order_ids)}}) if person.order_ids else []
    theirs = {"payment_id": {"$in": [payment.id for payment in payments]}}
    refunds = REFUNDS.find(theirs) if payments else []
    disputes = DISPUTES.find(theirs) if payments else []
    paid = {"id", "order_number", "provider", "status", "amount", "currency", "captured", "refunded", "created_at"}
    back = {"id", "payment_id", "amount", "currency", "status", "created_at"}
    disputed = {"id", "payment_id", "amount", "currency", "status", "reason", "opened_at", "closed_at"}
    return {
        "payments": [payment.model_dump(include=paid) for payment in payments],
        "refunds": [refund.model_dump(include=back) for refund in refunds],
        "disputes": [dispute.model_dump(include=disputed) for dispute in disputes],
    }


def erase(person: Person) -> bool:
    """Nothing need go: amounts, provider's references and the ledger name nobody, and the law wants them kept (see
    `orders.privacy`). What the provider knows is its own to keep, for as long as its own law says.
    """
    del person
    return True
