"""People want to have, or to be rid of, what orders keep of them; from a queue."""

from commerce import orders
from commerce.runtime.consumer import Consumer, Delivery
from commerce.users import privacy
from commerce.users.events import ErasureDue, PersonalDataRequested

consume = Consumer("orders.on_privacy_event")


@consume.on(PersonalDataRequested)
def tell(fact: PersonalDataRequested, delivery: Delivery) -> None:
    """Adds this service's part to the export."""
    privacy.tell("orders", fact, delivery, orders.personal_data)


@consume.on(ErasureDue)
def forget(fact: ErasureDue, delivery: Delivery) -> None:
    """Erases this service's part."""
    privacy.forget("orders", fact, delivery, orders.erase)


handler = consume.handler
