"""Exports that wait for a part, and accounts whose end is due, go on: every five minutes."""

from typing import Any

from commerce import orders
from commerce.runtime.observability import correlate, logger
from commerce.users import erasing, exporting


def handler(event: dict[str, Any], _context: Any) -> dict[str, int]:
    correlate(str(event.get("id", "advance_privacy")))
    done = {"reminded": exporting.remind(), "advanced": erasing.advance(orders.references)}
    logger.info("Privacy", extra=done)
    return done
