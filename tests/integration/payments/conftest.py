"""The till, and orders that were paid."""

from collections.abc import Callable

import pytest

from tests.support.shop import Buyer, Shop
from tests.support.till import Till

type Paid = Callable[..., Buyer]


@pytest.fixture
def till(shop: Shop) -> Till:
    return Till(shop)


@pytest.fixture
def paid(shop: Shop) -> Paid:
    """Has someone buy two lamps and a vase for 54.97, shipping included; answers who."""

    def buy(provider: str = "stripe") -> Buyer:
        shop.stock("LAMP", 5)
        shop.stock("VASE", 5, price=999)
        buyer = Buyer()
        shop.ready_order(buyer, ("LAMP", 2), ("VASE", 1))
        shop.pay(buyer) if provider == "stripe" else shop.pay_by_paypal(buyer)
        shop.settle()
        assert shop.order(buyer)["status"] == "confirmed"
        return buyer

    return buy
