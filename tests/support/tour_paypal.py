"""The tour's station at PayPal: captured, given back, a window that was closed, a bank that takes too long."""

from datetime import UTC, datetime
from typing import Any

from commerce.runtime import mongo
from tests.support.query_shapes import looking


def take(tour: Any) -> None:
    """Three buyers. `tour` is the `Tour` of `tests.support.tour`."""
    _bought_and_given_back(tour)
    _window_closed(tour)
    _bank_takes_too_long(tour)


def _bought_and_given_back(tour: Any) -> None:
    """capture_payment, paypal_webhook; a refund by PayPal."""
    shop, buyer = tour.shop, tour.buyer("dorothy", "SIEVE")
    shop.ready_order(buyer, ("SIEVE", 1))
    assert shop.pay_by_paypal(buyer).json["status"] == "paid"
    tour.settle()
    assert shop.order(buyer)["status"] == "confirmed"
    assert shop.cancel(buyer).status == 200
    shop.bus.deliver()
    tour.settle()
    assert shop.order(buyer)["refunded"] == shop.order(buyer)["totals"]["total"]


def _window_closed(tour: Any) -> None:
    """sweep_payments: the buyer agreed and never came back, and PayPal's event is late."""
    shop, buyer = tour.shop, tour.buyer("annie", "COLANDER")
    shop.ready_order(buyer, ("COLANDER", 1))
    shop.agree(shop.begin_payment(buyer, "paypal").json)
    assert shop.sweep() > 0
    assert shop.order(buyer)["status"] == "confirmed"
    tour.settle()


def _bank_takes_too_long(tour: Any) -> None:
    """PaymentOverdue: the order waits no more for a payment that is processing."""
    shop, buyer = tour.shop, tour.buyer("radia", "TRIVET")
    shop.ready_order(buyer, ("TRIVET", 1))
    assert shop.pay_by_paypal(buyer, "pending").json["status"] == "processing"
    long_ago = {"$set": {"processing_since": datetime(2020, 1, 1, tzinfo=UTC)}}
    with looking():
        mongo.database()["payments"].update_one({"order_id": buyer.order_id}, long_ago)
    shop.expire_time(buyer)
    shop.run_expiry()
    assert shop.order(buyer)["status"] == "expired"
    tour.settle()
