"""Orders that wait for their invoices, and those who deliver the events."""

from datetime import UTC, datetime
from typing import Any

from commerce import invoices, orders
from commerce.invoices import Paid, Sale
from commerce.runtime.consumer import Delivery
from commerce.runtime.errors import Stale
from commerce.runtime.events import BusEvent
from tests.support.bus import as_message
from tests.support.shop import Buyer, Shop

YEAR = datetime.now(UTC).year


def numbers(shop: Shop, kind: str = "invoice") -> list[str]:
    return [document["number"] for document in shop.all("invoices", kind=kind)]


def entries(shop: Shop, *kinds: str) -> list[dict[str, Any]]:
    return [entry for entry in shop.bus.entries if entry["DetailType"] in kinds]


def paid(shop: Shop, number: int = 0) -> Buyer:
    """Someone who has paid; nobody has heard of it yet but the order."""
    buyer = Buyer(email=f"buyer{number}@example.com")
    shop.stock(f"LAMP{number}", 5)
    shop.ready_order(buyer, (f"LAMP{number}", 2))
    shop.pay(buyer)
    for happened in shop.stripe_events():
        shop.webhook(happened)
    return buyer


def confirmed(shop: Shop, number: int = 0) -> tuple[Buyer, dict[str, Any]]:
    """Someone whose order is confirmed, and the event that says so, which nobody has been told but the ledger."""
    buyer = paid(shop, number)
    (told,) = [entry for entry in entries(shop, "PaymentSucceeded") if buyer.order_id in entry["Detail"]]
    shop.bus.deliver_one("orders.on_payment_event", told)
    (said,) = [entry for entry in entries(shop, "OrderConfirmed") if buyer.order_id in entry["Detail"]]
    shop.bus.deliver_one("payments.on_order_event", said)
    shop.bus.delivered = len(shop.bus.entries)
    return buyer, said


def delivery(entry: dict[str, Any], consumer: str = "payments.issue_invoice") -> Delivery:
    return Delivery(consumer, BusEvent.parse(as_message(entry)))


def issue(buyer: Buyer, entry: dict[str, Any]) -> None:
    """What the function does; again as often as its queue would bring it."""
    sale = Sale.model_validate(orders.told_of(buyer.order_id), from_attributes=True)
    means = [Paid(payment_id="pay", by="stripe", amount=sale.totals.total.amount)]
    for _ in range(20):
        try:
            invoices.issue(sale, means, delivery(entry))
        except Stale:
            continue
        return
    raise AssertionError("the queue would have given up")


def entry_order(entry: dict[str, Any]) -> str:
    return str(BusEvent.parse(as_message(entry)).detail.data["order_id"])
