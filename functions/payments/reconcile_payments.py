"""Our ledger is held against the providers' books; daily."""

from datetime import timedelta
from typing import Any

from commerce.payments import gateways, reconciling
from commerce.runtime.clock import now
from commerce.runtime.observability import correlate, logger

# Of the minute that the function has: a day of theirs that was begun is finished.
BEGIN_NONE_AFTER = timedelta(seconds=30)


def handler(event: dict[str, Any], _context: Any) -> dict[str, int]:
    correlate(str(event.get("id", "reconcile_payments")))
    stop = now() + BEGIN_NONE_AFTER
    runs = [reconciling.reconcile(provider, stop=stop) for provider in gateways.in_use()]
    reports = [report for report in runs if report]
    found = {
        "checked": sum(report.checked for report in reports),
        "healed": sum(len(report.healed) for report in reports),
        "left": sum(len(report.left) for report in reports),
    }
    logger.info("Reconciled payments", extra=found)
    return found
