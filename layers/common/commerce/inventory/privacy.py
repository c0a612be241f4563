"""What stock keeps of a person: what they wait for."""

from commerce.inventory.subscriptions import SUBSCRIPTIONS
from commerce.runtime import outbox
from commerce.runtime.people import Person, Tables

SOURCE = "souk.products"


def personal_data(person: Person) -> Tables:
    """Every SKU that they want to hear of. One round trip."""
    return {"stock_subscriptions": [one.model_dump(exclude={"id"}) for one in SUBSCRIPTIONS.of(person.emails)]}


def erase(person: Person) -> bool:
    """All of these, and the events that told of them. Up to four round trips.

    Raises:
        StillWaiting: an event about one has not been sent yet.
    """
    waiting = [one.id for one in SUBSCRIPTIONS.of(person.emails)]
    if waiting:
        outbox.forget(SOURCE, waiting)
        SUBSCRIPTIONS.handle.delete_many({"_id": {"$in": waiting}})
    return True
