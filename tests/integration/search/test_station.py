"""The tour's station of search holds by itself."""

from tests.support import tour_search
from tests.support.shop import Shop
from tests.support.tour import Tour


def test_the_station(shop: Shop) -> None:
    tour_search.take(Tour(shop))
