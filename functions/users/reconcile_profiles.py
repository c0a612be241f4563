"""Profiles against the sign-in service, whose webhooks may be lost: every hour."""

from datetime import timedelta
from typing import Any

from commerce import identity
from commerce.runtime.clock import now
from commerce.runtime.observability import correlate, logger
from commerce.users import reconciling

SECONDS = 35  # Of the fifty that it has: what was begun is done.


def handler(event: dict[str, Any], _context: Any) -> dict[str, int]:
    correlate(str(event.get("id", "reconcile_profiles")))
    done = reconciling.reconcile(identity.look_up, until=now() + timedelta(seconds=SECONDS))
    logger.info("Profiles reconciled", extra=done)
    return done
