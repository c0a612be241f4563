"""Events that their makers did not manage to publish; once a minute."""

from typing import Any

from commerce.runtime import outbox
from commerce.runtime.observability import correlate, count, logger


def handler(event: dict[str, Any], _context: Any) -> dict[str, int]:
    correlate(str(event.get("id", "relay_outbox")))
    relayed = outbox.relay(seconds=40)
    if relayed:
        count("EventsRelayed", relayed)
    logger.info("Relayed what was left", extra={"relayed": relayed})
    return {"relayed": relayed}
