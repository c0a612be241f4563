"""The tour's station of imports and exports holds by itself, and every fact of theirs happens on it."""

from tests.support import tour_exchange
from tests.support.shop import Shop
from tests.support.tour import Tour


def test_the_station(shop: Shop) -> None:
    tour_exchange.take(Tour(shop))
    assert set(shop.bus.types()) >= {"ImportPaused", "ImportUndoRequested", "ImportFinished", "ExportRequested"}
