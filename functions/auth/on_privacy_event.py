"""People want to have, or to be rid of, their account with the sign-in service; from a queue."""

from commerce import identity
from commerce.runtime.consumer import Consumer, Delivery
from commerce.users import privacy
from commerce.users.events import AccountLocked, ErasureDue, PersonalDataRequested

consume = Consumer("auth.on_privacy_event")


@consume.on(PersonalDataRequested)
def tell(fact: PersonalDataRequested, delivery: Delivery) -> None:
    """Adds this service's part to the export."""
    privacy.tell("auth", fact, delivery, identity.personal_data)


@consume.on(AccountLocked)
def close(fact: AccountLocked, delivery: Delivery) -> None:
    """Erases the account, first of all: nothing new can come of it."""
    privacy.forget("auth", fact, delivery, identity.erase)


@consume.on(ErasureDue)
def forget(fact: ErasureDue, delivery: Delivery) -> None:
    """Erases what was heard of it meanwhile."""
    privacy.forget("auth", fact, delivery, identity.erase)


handler = consume.handler
