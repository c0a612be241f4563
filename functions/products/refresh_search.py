"""Every hour: listings that fell behind are mended, and the vocabulary is counted anew."""

from typing import Any

from commerce.catalog.search import upkeep
from commerce.runtime.observability import correlate, logger


def handler(event: dict[str, Any], _context: Any) -> dict[str, int]:
    correlate(str(event.get("id", "refresh_search")))
    done = upkeep.refresh()
    logger.info("Search refreshed", extra=done)
    return done
