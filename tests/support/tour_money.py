"""The tour's station at the till: what goes back by the decision of staff."""

from typing import Any

from tests.support.till import Till


def take(tour: Any) -> None:
    """Staff and a buyer. `tour` is the `Tour` of `tests.support.tour`."""
    _refunded_in_part(tour)


def _refunded_in_part(tour: Any) -> None:
    """create_refund, list_refunds; RefundRequested."""
    shop, buyer, till = tour.shop, tour.buyer("frances", "PLATE"), Till(tour.shop)
    order = shop.buy(buyer, ("PLATE", 2))
    payment_id = till.payment_of(buyer)
    line = {"line_id": order["lines"][0]["line_id"], "quantity": 1, "restock": True}
    assert till.refund(payment_id, lines=[line]).status == 201
    assert till.refunds(payment_id)["items"]
    tour.settle()
    assert shop.order(buyer)["lines"][0]["refunded"] == 1
