"""What each service does when a person wants to have, or to be rid of, what it keeps of them.

The services' consumers bring their own two functions, `personal_data` and `erase`; what is common to them stands here.
Both may run again: the part takes the place of itself, and what is erased is found no more.
"""

from collections.abc import Callable

from commerce.runtime.changes import retry_stale
from commerce.runtime.consumer import Delivery
from commerce.runtime.people import Person, Tables
from commerce.users import erasing, exporting
from commerce.users.events import AccountLocked, ErasureDue, PersonalDataRequested


def tell(
    service: exporting.Service,
    fact: PersonalDataRequested,
    delivery: Delivery,
    personal_data: Callable[[Person], Tables],
) -> None:
    """Writes a service's part of an export, then notes that it is there."""
    person = exporting.person_of(fact.export_id)
    if person:
        exporting.write_part(fact.export_id, service, personal_data(person))

    def note() -> None:
        changes = delivery.changes()
        exporting.note_part(changes, fact.export_id, service)
        changes.commit()

    retry_stale(note)


def forget(
    service: erasing.Service,
    fact: AccountLocked | ErasureDue,
    delivery: Delivery,
    erase: Callable[[Person], bool],
) -> None:
    """Erases what a service has, then notes that nothing is left, if it is so: else it is asked again later."""
    person = erasing.person_of(fact.erasure_id)
    nothing_left = person is not None and erase(person)

    def note() -> None:
        changes = delivery.changes()
        if nothing_left:
            erasing.note_done(changes, fact.erasure_id, service)
        changes.commit()

    retry_stale(note)
