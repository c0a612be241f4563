"""People want to have, or to be rid of, what payments keep of them; from a queue."""

from commerce import invoices, payments
from commerce.runtime.consumer import Consumer, Delivery
from commerce.runtime.people import Person, Tables
from commerce.users import privacy
from commerce.users.events import ErasureDue, PersonalDataRequested

consume = Consumer("payments.on_privacy_event")


def personal_data(person: Person) -> Tables:
    """What both contexts of this service keep."""
    return {**payments.personal_data(person), **invoices.personal_data(person)}


@consume.on(PersonalDataRequested)
def tell(fact: PersonalDataRequested, delivery: Delivery) -> None:
    """Adds this service's part to the export."""
    privacy.tell("payments", fact, delivery, personal_data)


@consume.on(ErasureDue)
def forget(fact: ErasureDue, delivery: Delivery) -> None:
    """Erases this service's part."""
    privacy.forget("payments", fact, delivery, lambda person: payments.erase(person) and invoices.erase(person))


handler = consume.handler
