"""One purchase from end to end, as a guest and signed in."""

from tests.support.shop import Buyer, Shop


def test_a_guest_buys(shop: Shop) -> None:
    shop.stock("MUG-BLUE", 5, price=1250)
    buyer = Buyer()

    order = shop.buy(buyer, ("MUG-BLUE", 2))

    assert order["status"] == "confirmed"
    assert order["totals"]["total"] == {"amount": 3000, "currency": "USD"}
    assert order["paid"] == order["totals"]["total"]
    assert {k: shop.level("MUG-BLUE")[k] for k in ("on_hand", "reserved", "available")} == {
        "on_hand": 3,
        "reserved": 0,
        "available": 3,
    }
    assert shop.bus.types() == ["OrderPlaced", "PaymentSucceeded", "OrderConfirmed"]
