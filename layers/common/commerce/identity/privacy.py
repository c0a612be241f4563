"""What the sign-in service keeps of a person, and what we keep of what it told."""

from commerce.identity.gateways import gateway
from commerce.identity.store import NOTICES
from commerce.runtime import outbox
from commerce.runtime.people import Person, Tables

SOURCE = "souk.auth"


def personal_data(person: Person) -> Tables:
    """Their account and where they are signed in, as the service says. Two calls of it.

    Raises:
        SignInUnavailable: it does not answer.
    """
    service = gateway()
    return {
        "account": [account.model_dump() for account in service.look_up([person.user_id])],
        "sessions": [sign_in.model_dump() for sign_in in service.sign_ins(person.user_id)],
    }


def erase(person: Person) -> bool:
    """Deletes the account at the service, and with it every session; then what it told of it. One call, and three round
    trips.

    Raises:
        SignInUnavailable: it does not answer.
        StillWaiting: an event about them has not been sent yet.
    """
    gateway().delete(person.user_id)
    forget_reports(person.user_id)
    return True


def forget_reports(user_id: str) -> None:
    """Leaves of all that the service told of a person that it told something. Three round trips.

    Raises:
        StillWaiting: an event about them has not been sent yet.
    """
    NOTICES.forget(user_id)
    outbox.forget(SOURCE, [user_id])
