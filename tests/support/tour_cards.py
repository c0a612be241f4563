"""The tour's station with saved cards: one is saved, pays, and is forgotten."""

from typing import Any

from tests.support import vault


def take(tour: Any) -> None:
    """One person. `tour` is the `Tour` of `tests.support.tour`."""
    shop = tour.shop
    buyer = tour.buyer("shafi", "CARAFE", token=shop.sandbox.session_token("shafi@example.com"))
    assert vault.save(shop, buyer)["status"] == "succeeded"
    (card,) = vault.cards(buyer)
    shop.ready_order(buyer, ("CARAFE", 1))
    begun = vault.pay(shop, buyer, payment_method_id=card["id"]).json
    assert vault.confirm(shop, begun["client_secret"], card["id"])["status"] == "succeeded"
    tour.settle()
    assert shop.order(buyer)["status"] == "confirmed"
    path = f"{vault.PATH}/{card['id']}"
    assert vault.ask(buyer, "delete_payment_method", "DELETE", path).status == 204
