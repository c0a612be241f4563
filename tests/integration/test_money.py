"""Charged = shown = the sum of the lines, in every currency the shop sells in (semantics 13, 14)."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.test_interleavings import wipe
from tests.support.shop import Buyer, Shop

SHIPPING = {"USD": 500, "EUR": 500, "JPY": 700, "KWD": 1500}


@pytest.mark.parametrize(
    ("currency", "price", "quantity", "shown"),
    [("USD", 1999, 3, "$64.97"), ("EUR", 1, 99, "€5.99"), ("JPY", 1280, 2, "¥3,260"), ("KWD", 12340, 1, "KWD 13.840")],
)
def test_what_is_shown_is_charged_booked_and_given_back(
    shop: Shop, currency: str, price: int, quantity: int, shown: str
) -> None:
    shop.stock("LAMP", 100, price=price, currency=currency)
    buyer = Buyer()
    total = price * quantity + SHIPPING[currency]
    cart = shop.cart_with(buyer, ("LAMP", quantity), currency=currency).json
    assert cart["totals"]["total"] == {"amount": total, "currency": currency}
    assert shop.place(buyer).status == 201
    shop.pay(buyer)
    intent = next(e for e in shop.stripe_events() if e["type"] == "payment_intent.succeeded")["data"]["object"]
    assert (intent["amount_received"], intent["currency"]) == (total, currency.lower())
    shop.settle()
    assert shop.order(buyer)["paid"] == {"amount": total, "currency": currency}
    text = shop.post.emails[0]["Content"]["Simple"]["Body"]["Text"]["Data"]
    assert shown in text.replace("\u00a0", " "), text
    shop.cancel(buyer)
    shop.settle()
    assert shop.order(buyer)["refunded"] == {"amount": total, "currency": currency}


@pytest.mark.parametrize(
    ("currency", "price", "code"),
    [
        ("USD", 49, "amount_too_small"), ("JPY", 49, "amount_too_small"),
        ("USD", 50_000_000, "amount_too_large"),
    ],
)  # fmt: skip
def test_what_stripe_would_not_take_is_refused_before_it_is_asked(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, currency: str, price: int, code: str
) -> None:
    from commerce.runtime.settings import settings as shop_settings

    monkeypatch.setenv("SHIPPING_FLAT_RATES", "USD=0,EUR=0,JPY=0,KWD=0")
    shop_settings.cache_clear()
    shop.stock("LAMP", 5, price=price, currency=currency)
    buyer = Buyer()
    shop.cart_with(buyer, ("LAMP", 2 if code == "amount_too_large" else 1), currency=currency)
    assert shop.place(buyer).status == 201
    refused = shop.begin_payment(buyer)
    assert refused.status == 422
    assert [(error["field"], error["code"]) for error in refused.json["errors"]] == [("amount", code)]
    assert shop.count("payments") == 0
    assert shop.stripe_events() == []


def test_what_is_not_sold_in_the_carts_currency_is_refused(shop: Shop) -> None:
    shop.stock("LAMP", 5, currency="EUR")
    buyer = Buyer()
    shop.cart_with(buyer, currency="USD")
    refused = shop.add(buyer, "LAMP")
    assert (refused.status, refused.json["errors"][0]["code"]) == (422, "not_sold_in_currency")


def test_any_cart_adds_up(shop: Shop) -> None:
    goods = st.lists(st.tuples(st.integers(1, 2_000_000), st.integers(1, 99)), min_size=1, max_size=4)

    @settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(goods, st.sampled_from(sorted(SHIPPING)))
    def check(lines: list[tuple[int, int]], currency: str) -> None:
        wipe(shop)
        wanted = []
        for number, (price, quantity) in enumerate(lines):
            shop.stock(f"THING-{number}", 99, price=price, currency=currency)
            wanted.append((f"THING-{number}", quantity))
        buyer = Buyer()
        cart: Any = shop.cart_with(buyer, *wanted, currency=currency).json
        items = sum(price * quantity for price, quantity in lines)
        totals = {name: part["amount"] for name, part in cart["totals"].items() if isinstance(part, dict)}
        total = items + SHIPPING[currency]
        charged = round(total / 10) * 10 if currency == "KWD" else total  # Cards know no single fils.
        assert totals == {
            "items": items, "discount": 0, "shipping": SHIPPING[currency], "tax": 0, "included_tax": 0,
            "rounding": charged - total, "total": charged,
        }  # fmt: skip
        assert sum(line["line_total"]["amount"] for line in cart["lines"]) == items
        assert sum(part["amount"]["amount"] for part in cart["totals"]["explain"]) == totals["total"]
        placed = shop.place(buyer)
        assert placed.json["totals"] == cart["totals"]

    check()
