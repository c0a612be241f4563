"""People want to have, or to be rid of, what was written to them; from a queue."""

from commerce import notifications
from commerce.runtime.consumer import Consumer, Delivery
from commerce.users import privacy
from commerce.users.events import ErasureDue, PersonalDataRequested

consume = Consumer("notifications.on_privacy_event")


@consume.on(PersonalDataRequested)
def tell(fact: PersonalDataRequested, delivery: Delivery) -> None:
    """Adds this service's part to the export."""
    privacy.tell("notifications", fact, delivery, notifications.personal_data)


@consume.on(ErasureDue)
def forget(fact: ErasureDue, delivery: Delivery) -> None:
    """Erases this service's part."""
    privacy.forget("notifications", fact, delivery, notifications.erase)


handler = consume.handler
