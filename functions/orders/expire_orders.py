"""Unpaid orders past their time end; once a minute."""

from typing import Any

from commerce import orders
from commerce.runtime.observability import correlate, logger


def handler(event: dict[str, Any], _context: Any) -> dict[str, int]:
    correlate(str(event.get("id", "expire_orders")))
    moved = orders.expire_due(seconds=40)
    logger.info("Expired what was due", extra={"moved": moved})
    return {"moved": moved}
