"""What no event has told of payments is found out; every five minutes."""

from typing import Any

from commerce import orders, payments
from commerce.runtime.observability import correlate, logger


def handler(event: dict[str, Any], _context: Any) -> dict[str, int]:
    correlate(str(event.get("id", "sweep_payments")))
    swept = payments.sweep(
        seconds=30,
        orders_say=orders.say_of_captures,
        may_pay=orders.check_payable,
        may_capture=orders.check_capturable,
    )
    logger.info("Swept payments", extra={"swept": swept})
    return {"swept": swept}
