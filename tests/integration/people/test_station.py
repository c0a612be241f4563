"""The tour's station for customers, by itself."""

from tests.support import tour_people
from tests.support.shop import Shop
from tests.support.tour import Tour


def test_a_customer_from_the_first_day_to_the_last(shop: Shop) -> None:
    tour_people.take(Tour(shop))
