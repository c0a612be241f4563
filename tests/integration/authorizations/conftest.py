"""A shop that authorizes cards, and captures later."""

from collections.abc import Callable, Iterator

import pytest

from commerce.runtime.settings import settings
from tests.support.shop import Buyer, Shop
from tests.support.till import Till

type Authorized = Callable[[], Buyer]


@pytest.fixture(autouse=True)
def _manual(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    del shop  # whose settings these are
    monkeypatch.setenv("PAYMENT_CAPTURE", "manual")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def till(shop: Shop) -> Till:
    return Till(shop)


@pytest.fixture
def buyer(shop: Shop) -> Buyer:
    """Someone with an order of 24.99, shipping included, that waits for money."""
    shop.stock("LAMP", 3)
    someone = Buyer()
    shop.ready_order(someone, ("LAMP", 1))
    return someone


@pytest.fixture
def authorized(shop: Shop, buyer: Buyer) -> Buyer:
    """The same once their card's bank has said yes."""
    shop.pay(buyer)
    shop.settle()
    assert shop.order(buyer)["payment_status"] == "authorized"
    return buyer
