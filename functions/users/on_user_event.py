"""What the sign-in service tells of people, from a queue: profiles follow it."""

from commerce import identity, users
from commerce.identity.events import AccountFact, UserDeleted, UserRegistered, UserUpdated
from commerce.runtime.consumer import Consumer, Delivery

consume = Consumer("users.on_user_event")


def follow(fact: AccountFact, delivery: Delivery) -> None:
    """A person is new, or something about them is."""
    changes = delivery.changes()
    if not users.take_account(changes, fact) and users.is_erased(fact.user_id):
        identity.forget_reports(fact.user_id)  # It came too late to be forgotten with all the rest.
    changes.commit()


for happened in (UserRegistered, UserUpdated):
    consume.on(happened)(follow)


@consume.on(UserDeleted)
def forget(fact: UserDeleted, delivery: Delivery) -> None:
    """Nobody can sign in to it any more: there is nothing to wait for."""
    changes = delivery.changes()
    if not users.lock_account(changes, fact.user_id) and users.is_erased(fact.user_id):
        identity.forget_reports(fact.user_id)
    changes.commit()


handler = consume.handler
