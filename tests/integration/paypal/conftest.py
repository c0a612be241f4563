"""Buyers who pay with PayPal."""

import pytest

from tests.support.shop import Buyer, Shop


@pytest.fixture
def buyer(shop: Shop) -> Buyer:
    """Someone with an order to pay: 24.99."""
    shop.stock("LAMP", 3)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 1))
    return buyer
