"""What messages keep of a person: to whom they went, and what they said."""

from commerce.notifications.store import MESSAGES
from commerce.runtime.people import Person, Tables


def personal_data(person: Person) -> Tables:
    """Every message to one of their emails, or about one of their orders. Two round trips."""
    shown = {"template", "recipient", "channel", "status", "created_at", "sent_at", "data"}
    return {"messages": [message.model_dump(include=shown) for message in MESSAGES.of_person(person)]}


def erase(person: Person) -> bool:
    """All of these. Two round trips."""
    MESSAGES.forget(person)
    return True
