"""People want to have, or to be rid of, their reviews and what they wait for; from a queue."""

from commerce.catalog import privacy as reviews
from commerce.inventory import privacy as subscriptions
from commerce.runtime.consumer import Consumer, Delivery
from commerce.runtime.people import Person, Tables
from commerce.users import privacy
from commerce.users.events import ErasureDue, PersonalDataRequested

consume = Consumer("products.on_privacy_event")


def personal_data(person: Person) -> Tables:
    """What both contexts of this service keep."""
    return {**reviews.personal_data(person), **subscriptions.personal_data(person)}


@consume.on(PersonalDataRequested)
def tell(fact: PersonalDataRequested, delivery: Delivery) -> None:
    """Adds this service's part to the export."""
    privacy.tell("products", fact, delivery, personal_data)


@consume.on(ErasureDue)
def forget(fact: ErasureDue, delivery: Delivery) -> None:
    """Erases this service's part."""
    privacy.forget("products", fact, delivery, lambda person: reviews.erase(person) and subscriptions.erase(person))


handler = consume.handler
