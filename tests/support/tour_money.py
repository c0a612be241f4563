"""The tour's station at the till: what goes back by the decision of staff."""

from typing import Any

from tests.support.till import Till


def take(tour: Any) -> None:
    """Staff and a buyer. `tour` is the `Tour` of `tests.support.tour`."""
    _refunded_in_part(tour)
    _captured_later(tour)
    _disputed(tour)
    _books_read(tour)


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


def _captured_later(tour: Any) -> None:
    """capture_authorization; PaymentAuthorized, OrderPaid."""
    shop, buyer, till = tour.shop, tour.buyer("kathleen", "SAUCER"), Till(tour.shop)
    shop.ready_order(buyer, ("SAUCER", 1))
    begun = shop.begin_payment(buyer, X_Souk_Test="capture-manually")
    assert begun.status == 201
    shop.confirm_card(begun.json["client_secret"])
    tour.settle()
    assert shop.order(buyer)["payment_status"] == "authorized"
    assert till.capture(begun.json["id"]).json["status"] == "paid"
    tour.settle()
    assert shop.order(buyer)["payment_status"] == "paid"
    _not_captured_in_time(tour)


def _not_captured_in_time(tour: Any) -> None:
    """PaymentVoided, OrderHeld; a mail to the shop."""
    shop, buyer = tour.shop, tour.buyer("evelyn", "TRAY")
    shop.ready_order(buyer, ("TRAY", 1))
    begun = shop.begin_payment(buyer, X_Souk_Test="capture-manually").json
    shop.confirm_card(begun["client_secret"])
    tour.settle()
    intent = shop.one("payments", _id=begun["id"])["provider_ref"]
    shop.sandbox.stripe_control("POST", f"/payment_intents/{intent}/lapse")
    tour.settle()
    assert shop.order(buyer)["on_hold"]


def _disputed(tour: Any) -> None:
    """list_disputes; DisputeOpened, DisputeClosed, FraudWarned; two mails to the shop."""
    shop, buyer, till = tour.shop, tour.buyer("mary", "CANDLE"), Till(tour.shop)
    shop.ready_order(buyer, ("CANDLE", 1))
    assert shop.pay_by_paypal(buyer).json["status"] == "paid"
    tour.settle()
    capture = shop.one("payments", order_id=buyer.order_id)["capture_ref"]
    opened = shop.sandbox.paypal_control("POST", "/disputes", {"capture": capture})
    tour.settle()
    assert till.disputes("?status=needs_response")["items"]
    shop.sandbox.paypal_control("POST", f"/disputes/{opened['id']}/close", {"outcome": "RESOLVED_SELLER_FAVOUR"})
    other = tour.buyer("joan", "CANDLESTICK")
    shop.buy(other, ("CANDLESTICK", 1))
    intent = shop.one("payments", order_id=other.order_id)["provider_ref"]
    charges = [e["data"]["object"] for e in shop.stripe_events() if e["type"] == "payment_intent.succeeded"]
    charge = next(made["latest_charge"] for made in charges if made["id"] == intent)
    shop.sandbox.stripe_control("POST", "/fraud_warnings", {"charge": charge})
    tour.settle()
    assert shop.order(buyer)["on_hold"]


def _books_read(tour: Any) -> None:
    """list_transactions and their export, reconcile_payments, list_reconciliations."""
    till = Till(tour.shop)
    assert till.transactions("?kind=sale")["items"]
    asked = till.export({"kind": "sale"}, key="books")
    assert asked.status == 202
    tour.shop.bus.deliver()
    assert till.exported(asked.json["id"]).json["status"] == "finished"
    assert till.reconcile()["checked"] > 0
    assert till.reports()["items"]
    tour.settle()
