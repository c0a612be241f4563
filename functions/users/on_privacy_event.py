"""People want to have what the shop keeps of them: this service's part, and then all parts in one; from a queue."""

from commerce.runtime.consumer import Consumer, Delivery
from commerce.users import estate, exporting, privacy
from commerce.users.events import PersonalDataGathered, PersonalDataRequested

consume = Consumer("users.on_privacy_event")


@consume.on(PersonalDataRequested)
def tell(fact: PersonalDataRequested, delivery: Delivery) -> None:
    """Adds this service's part to the export."""
    privacy.tell("users", fact, delivery, estate.personal_data)


@consume.on(PersonalDataGathered)
def put_together(fact: PersonalDataGathered, delivery: Delivery) -> None:
    """All parts are there: they become the archive."""
    exporting.put_together(delivery.changes(), fact.export_id)


handler = consume.handler
