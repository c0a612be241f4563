"""Our ledger is held against the providers' books; daily."""

from datetime import timedelta
from typing import Any

from commerce.payments import gateways, reconciling
from commerce.runtime.clock import now
from commerce.runtime.observability import correlate, logger

# A day would do; three forgive a day without a run, and lists that lag behind.
REACH = timedelta(days=3)


def handler(event: dict[str, Any], _context: Any) -> dict[str, int]:
    correlate(str(event.get("id", "reconcile_payments")))
    moment = now()
    reports = [reconciling.reconcile(provider, moment - REACH, moment) for provider in gateways.in_use()]
    found = {
        "checked": sum(report.checked for report in reports),
        "healed": sum(len(report.healed) for report in reports),
        "left": sum(len(report.left) for report in reports),
    }
    logger.info("Reconciled payments", extra=found)
    return found
