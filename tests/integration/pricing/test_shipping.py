"""Shipping: what is offered where, what was chosen, and what becomes of it when the cart or the rules change."""

import pytest

from tests.support import rules
from tests.support.api import Answer, call
from tests.support.pricing import amounts, codes, options
from tests.support.shop import Buyer, Shop

EUROPE = [{"country": "DE"}, {"country": "FR"}]


@pytest.fixture
def buyer(shop: Shop) -> Buyer:
    """Someone with two mugs for 10.00 each in the cart, ready for London."""
    shop.stock("MUG", 50, price=1000)
    buyer = Buyer()
    shop.cart_with(buyer, ("MUG", 2))
    return buyer


def to_germany(shop: Shop, buyer: Buyer, **more: str) -> Answer:
    return shop.deliver_to(buyer, country="DE", city="Berlin", postal_code="10115", **more)


def test_without_zones_it_is_the_flat_rate_everywhere(shop: Shop, buyer: Buyer) -> None:
    offered = options(buyer).json
    assert [(o["id"], o["price"]) for o in offered["items"]] == [("flat", {"amount": 500, "currency": "USD"})]
    assert offered["next_cursor"] is None
    assert shop.cart(buyer).json["shipping"]["title"] == "Standard"


def test_the_cheapest_is_taken_unless_one_is_named(shop: Shop, buyer: Buyer) -> None:
    zone = rules.zone()
    slow = rules.method(zone.id, title="Slow", min_days=4, max_days=9)
    fast = rules.method(zone.id, title="Fast", rates={"USD": [{"amount": 1500}]})
    cart = shop.deliver_to(buyer).json
    assert (cart["delivery"]["method"], cart["shipping"]["price"]["amount"]) == (slow.id, 500)
    assert [o["title"] for o in options(buyer).json["items"]] == ["Slow", "Fast"]
    chosen = shop.deliver_by(buyer, fast.id).json
    assert (chosen["shipping"]["title"], chosen["totals"]["total"]["amount"]) == ("Fast", 3500)
    order = shop.place(buyer).json
    assert (order["shipping"]["id"], order["totals"]["shipping"]["amount"]) == (fast.id, 1500)


def test_options_for_a_place_that_is_only_asked_about(shop: Shop, buyer: Buyer) -> None:
    rules.method(rules.zone(areas=EUROPE, title="Europe").id, title="Europe")
    rules.method(rules.zone(areas=[{"country": "US", "regions": ["HI"]}]).id, title="Hawaii")
    assert [o["title"] for o in options(buyer, "?country=FR").json["items"]] == ["Europe"]
    assert [o["title"] for o in options(buyer, "?country=US&region=HI").json["items"]] == ["Hawaii"]
    refused = options(buyer, "?country=US&region=CA")
    assert (refused.status, codes(refused)) == (422, [("country", "country_not_served")])
    assert options(buyer, "?country=usa").status == 400


def test_options_need_a_place(shop: Shop) -> None:
    shop.stock("MUG", 5)
    buyer = Buyer()
    made = call("carts.create_cart", "POST", "/carts", body={}).json
    buyer.cart_id, buyer.cart_token = made["id"], made["token"]
    assert codes(options(buyer)) == [("country", "delivery_missing")]
    assert options(Buyer(cart_id=buyer.cart_id, cart_token="0.no"), "?country=GB").status == 404


def test_a_country_that_is_not_served(shop: Shop, buyer: Buyer) -> None:
    rules.method(rules.zone(areas=EUROPE).id)
    refused = shop.deliver_to(buyer)
    assert (refused.status, codes(refused)) == (422, [("shipping_address.country", "country_not_served")])
    cart = shop.cart(buyer).json
    assert [(p["code"], p["blocking"]) for p in cart["problems"]] == [("delivery_stale", True)]
    assert shop.place(buyer).json["code"] == "cart_has_problems"


def test_an_unknown_method(shop: Shop, buyer: Buyer) -> None:
    here = rules.method(rules.zone(areas=[{"country": "GB"}]).id)
    there = rules.method(rules.zone(areas=EUROPE).id)
    refused = shop.deliver_by(buyer, there.id)
    assert (refused.status, codes(refused)) == (422, [("method", "unknown_shipping_method")])
    assert here.id in refused.json["errors"][0]["message"]


def test_nothing_is_heavy_enough_to_be_lost(shop: Shop, buyer: Buyer) -> None:
    """By weight, up to the very gram; beyond the ladder there is no way."""
    shop.stock("ANVIL", 5, price=100)
    shop.weigh("ANVIL", 1000)
    zone = rules.zone()
    rules.method(
        zone.id, kind="by_weight", rates={"USD": [{"up_to": 1000, "amount": 700}, {"up_to": 2000, "amount": 900}]}
    )
    costs = []
    for _ in range(2):
        shop.add(buyer, "ANVIL")
        costs.append(shop.deliver_to(buyer).json["shipping"]["price"]["amount"])
    assert costs == [700, 900]
    stale = shop.add(buyer, "ANVIL").json
    assert [(p["code"], p["blocking"]) for p in stale["problems"]] == [("delivery_stale", True)]
    assert codes(shop.deliver_to(buyer)) == [("shipping_address", "no_shipping_method")]


def test_free_from_a_sum_on_and_the_choice_is_stale_when_it_changes(shop: Shop, buyer: Buyer) -> None:
    rules.method(rules.zone().id, free_over={"USD": 3000})
    assert shop.deliver_to(buyer).json["totals"]["shipping"]["amount"] == 500
    more = shop.add(buyer, "MUG").json
    assert more["totals"]["shipping"]["amount"] == 0
    (problem,) = more["problems"]
    assert (problem["code"], problem["blocking"], problem["was"]["amount"], problem["now"]["amount"]) == (
        "delivery_stale", False, 500, 0,
    )  # fmt: skip
    assert shop.deliver_to(buyer).json["problems"] == []


def test_a_rate_that_staff_changes_makes_the_quote_stale(shop: Shop, buyer: Buyer) -> None:
    made = rules.method(rules.zone().id)
    quote = shop.deliver_to(buyer).json["quote"]["hash"]
    rules.change(made, rates={"USD": [{"amount": 501}]})
    assert shop.place(buyer, quote=quote).json["code"] == "quote_stale"


def test_tax_comes_with_the_address(shop: Shop, buyer: Buyer) -> None:
    rules.tax("DE", 190_000, included=True)
    rules.tax("US", 72_500, region="CA", name="Sales tax", on_shipping=False)
    german = to_germany(shop, buyer).json["totals"]
    assert amounts(german) == {"items": 2000, "shipping": 500, "included_tax": 399, "total": 2500}
    assert [(t["name"], t["percent"], t["base"]["amount"], t["included"]) for t in german["taxes"]] == [
        ("VAT", "19", 2101, True)
    ]
    california = shop.deliver_to(
        buyer, country="US", region="California", city="Los Angeles", postal_code="90012"
    ).json["totals"]
    assert amounts(california) == {"items": 2000, "shipping": 500, "tax": 145, "total": 2645}
    order = shop.place(buyer).json
    assert order["totals"] == california
    shop.pay(buyer)
    shop.webhooks()
    assert shop.order(buyer)["paid"]["amount"] == 2645
