"""What the sign-in service keeps of a person, and what we keep of what it told."""

from commerce.identity.gateways import gateway
from commerce.identity.store import NOTICES
from commerce.runtime.people import Person, Tables


def personal_data(person: Person) -> Tables:
    """Their account and where they are signed in, as the service says. Two calls of it.

    Raises:
        SignInUnavailable: it does not answer.
    """
    service = gateway()
    account = service.look_up(person.user_id)
    return {
        "account": [account.model_dump()] if account else [],
        "sessions": [sign_in.model_dump() for sign_in in service.sign_ins(person.user_id)],
    }


def erase(person: Person) -> bool:
    """Deletes the account at the service, and with it every session; and that its webhooks spoke of it. One call, and
    one round trip.

    Raises:
        SignInUnavailable: it does not answer.
    """
    gateway().delete(person.user_id)
    NOTICES.forget(person.user_id)
    return True
