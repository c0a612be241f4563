"""Rules of pricing, made by staff's own functions."""

import pytest

from tests.support.desk import Desk
from tests.support.shop import Shop
from tests.support.staff import Staff


@pytest.fixture
def desk(shop: Shop) -> Desk:
    """An admin's: staff and more."""
    return Desk(Staff(shop.sandbox, "owner@example.com", "admin"))
