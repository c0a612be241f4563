"""What the webhooks of all providers have in common: each event is applied once, and kept."""

from collections.abc import Callable

from commerce.payments.store import PROVIDER_EVENTS, ProviderEvent
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import now
from commerce.runtime.errors import BadRequest, Conflict


class BadSignature(BadRequest):
    """400: not signed by the provider, or too long ago, or in the future."""

    code, title = "bad_signature", "The webhook signature is not valid"


class _Known(Conflict):
    """This event has been applied already."""


def take_once(event_id: str, kind: str, object_ref: str, react: Callable[[Changes], bool]) -> str:
    """Applies an event, if it was not applied before, in the change that keeps it.

    Args:
        event_id: the provider and its id of the event.
        kind: the provider's type of event.
        object_ref: the provider's id of what it is about.
        react: adds to the change what the event means; says whether it means anything to us.

    Returns:
        What became of it: `applied`, `duplicate` or `ignored` (it means nothing to us, and is kept all the same).
    """

    def once() -> str:
        changes = Changes()
        known = ProviderEvent(id=event_id, type=kind, object_ref=object_ref, received_at=now())
        changes.insert(PROVIDER_EVENTS, known, taken=_Known())
        outcome = "applied" if react(changes) else "ignored"
        changes.commit()
        return outcome

    if PROVIDER_EVENTS.get(event_id):
        return "duplicate"
    try:
        return retry_stale(once)
    except _Known:
        return "duplicate"
