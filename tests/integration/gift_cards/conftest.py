"""The till, and someone in front of lamps and gift cards."""

import pytest

from tests.support import gifts
from tests.support.shop import Buyer, Shop
from tests.support.till import Till


@pytest.fixture
def till(shop: Shop) -> Till:
    return Till(shop)


@pytest.fixture
def buyer(shop: Shop) -> Buyer:
    shop.stock("LAMP", 5)
    gifts.offer(shop, 2500, 5000)
    return Buyer()
