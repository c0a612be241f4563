"""Any basket and any rules, for hypothesis: small shops in which rules meet often, amounts that roundings show in.

What a promotion, a method or a rate is like is drawn in one piece from what there can be: few draws are quick, and
shrink well.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

from hypothesis import strategies as st

from commerce.carts.model import MAX_QUANTITY
from commerce.catalog.drafts import MAX_PRICE
from commerce.pricing.calculation import Rules
from commerce.pricing.model import Basket, Customer, Destination, PricedLine
from commerce.pricing.promotions import Promotion
from commerce.pricing.shipping import MethodKind, RateStep, ShippingMethod, ShippingZone
from commerce.pricing.taxes import TaxPolicy, TaxRate

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
HERE = Destination("US", "CA")
ABROAD = "DE"
CATEGORIES = ("home", "lamps", "books")
SUBTREES = {"home": frozenset({"home", "lamps"})}
TAX_CATEGORIES = ("", "reduced")
COUPON = "promo_0"

type Case = tuple[Basket, Rules]


def _at_most(most: int) -> st.SearchStrategy[int]:
    """So many things: none now and then, mostly some."""
    return st.sampled_from([0, *range(1, most + 1), *range(2, most + 1)])


currencies = st.sampled_from(["USD", "JPY", "KWD"])
policies = st.builds(
    TaxPolicy,
    per=st.sampled_from(["line", "total"]),
    rounding=st.sampled_from(["half_even", "half_up", "down"]),
    shipping=st.sampled_from(["rated", "proportional"]),
)
# Now and then the dearest there is, and things that are given away.
prices = st.integers(1, 3_000) | st.sampled_from([0, 1, 2, 3, MAX_PRICE])
quantities = st.integers(1, 4) | st.just(MAX_QUANTITY)
_one_in_five = st.sampled_from([False, False, False, False, True])
_features = st.sampled_from(
    list(product(("lamp", "novel"), CATEGORIES, (True, True, False), TAX_CATEGORIES, (0, 700), (True, True, False)))
)


@st.composite
def lines(draw: st.DrawFn, max_size: int = 5) -> tuple[PricedLine, ...]:
    """Lines that differ in all that a rule can ask of them."""
    made = []
    for number in range(draw(_at_most(max_size))):
        product_id, category, taxable, tax_category, weight, ships = draw(_features)
        made.append(
            PricedLine(
                line_id=f"line_{number:02}",
                quantity=draw(quantities),
                unit_price=draw(prices),
                product_id=product_id,
                category=category,
                taxable=taxable,
                tax_category=tax_category,
                weight_grams=weight,
                requires_shipping=ships,
                gift_card=draw(_one_in_five),
            )
        )
    return tuple(made)


_reductions = st.sampled_from(
    [
        {"kind": kind, "target": target, "target_ids": ids, "per_piece": per_piece, "stacks": stacks}
        for kind, (target, ids), per_piece, stacks in product(
            ("percent", "fixed", "buy_x_get_y"),
            (("order", []), ("products", ["lamp"]), ("categories", ["home"]), ("categories", ["lamps", "books"])),
            (False, True),
            (True, True, False),
        )
        if kind == "fixed" or not per_piece
    ]
    + [{"kind": kind, "target": "shipping"} for kind in ("percent", "fixed")] * 3
    + [{"kind": "free_shipping", "stacks": stacks} for stacks in (True, False)] * 3
)
_sizes = st.sampled_from([1, 3, 333, 1_000, 1_250, 5_000, 10_000]) | st.integers(1, 10_000)


@st.composite
def promotions(draw: st.DrawFn, /, number: int, currency: str, **fixed: Any) -> Promotion:
    """A promotion that holds for everyone, as the administration would take it."""
    size = draw(_sizes)
    buy, get = draw(st.sampled_from([(1, 1), (2, 1), (1, 2), (3, 2)]))
    made = {
        "id": f"promo_{number}",
        "title": f"Offer {number}",
        "basis_points": size,
        "amounts": {currency: size // 2},
        "buy": buy,
        "get": get,
        "priority": draw(st.integers(0, 1)),
        "created_at": AT,
    }
    return Promotion.model_validate(made | draw(_reductions) | fixed)


_YESTERDAY, _TOMORROW = AT - timedelta(days=1), AT + timedelta(days=1)
_conditions: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {},
        {"active": False},
        {"starts_at": _TOMORROW},
        {"ends_at": AT},
        {"starts_at": AT, "ends_at": _TOMORROW},
        {"starts_at": _YESTERDAY, "ends_at": _YESTERDAY},
        {"user_id": "user_1"},
        {"email": "ADA@example.com"},
        {"first_order": True},
        {"limit": 2},
        {"limit_per_customer": 1},
        {"minimums": {"USD": 2_000, "JPY": 2_000}},
    ]
)
customers = st.sampled_from(
    [
        Customer(user_id, email, orders, {COUPON: used}, {COUPON: min(used, own)})
        for user_id, email, orders, used, own in product(
            ("", "user_1", "user_2"), ("", "ada@example.com", "bob@example.com"), (0, 1), (0, 1, 2), (0, 1)
        )
    ]
)


@st.composite
def methods(draw: st.DrawFn, number: int, currency: str, goods: int, *, steady: bool) -> ShippingMethod:
    """A shipping method; a `steady` one costs the same whatever the goods are worth. Others often turn at `goods`."""
    kinds: list[MethodKind] = ["flat", "by_weight", "pickup"] if steady else ["by_total", "by_total", "flat"]
    kind = draw(st.sampled_from(kinds))
    turn = st.sampled_from([goods, max(0, goods - 1), goods * 4 // 5, 2_000])
    low, high, step = draw(st.tuples(st.integers(0, 900), st.integers(0, 900), turn))
    ladder = [RateStep(amount=low)]
    if kind in {"by_weight", "by_total"}:
        ladder = [RateStep(up_to=step, amount=low), RateStep(up_to=None, amount=high)]
    return ShippingMethod(
        id=f"method_{number}",
        zone_id="zone",
        title="Post",
        kind=kind,
        rates={currency: ladder},
        free_over={} if steady or draw(st.booleans()) else {currency: draw(turn)},
        pickup_country=ABROAD if kind == "pickup" and draw(st.booleans()) else "",
        created_at=AT,
    )


_taxes = st.sampled_from(
    [
        {"country": where, "region": region, "category": name, "included": inside, "adds": adds, "on_shipping": shipped}
        for (where, region), name, inside, adds, shipped in product(
            [("US", "")] * 2 + [("US", "CA")] * 2 + [(ABROAD, "")],
            TAX_CATEGORIES,
            (True, False),
            (True, False),
            (True, True, False),
        )
    ]
)
_ppm = st.sampled_from([0, 20_000, 50_000, 88_750, 99_750, 190_000, 200_000]) | st.integers(0, 250_000)


@st.composite
def tax_rates(draw: st.DrawFn) -> list[TaxRate]:
    """Rates of countries, regions and categories, inside the prices and on top, up to 100 % together."""
    return [
        TaxRate.model_validate(
            {"id": f"rate_{number}", "name": f"Tax {number}", "ppm": draw(_ppm), "created_at": AT} | draw(_taxes)
        )
        for number in range(draw(_at_most(4)))
    ]


@st.composite
def cases(
    draw: st.DrawFn, *, most: int = 3, steady: bool | None = None, guarded: bool = False, delivered: bool = False
) -> Case:
    """A basket and the rules of its shop, most often on its way to somewhere.

    Args:
        draw: hypothesis.
        most: that many promotions.
        steady: whether the shipping costs the same whatever the goods are worth.
        guarded: whether promotions have conditions that the moment or the customer may not fulfil.
        delivered: whether it always goes somewhere.
    """
    currency = draw(currencies)
    steady = draw(st.booleans()) if steady is None else steady
    offers: Sequence[Promotion] = [
        draw(promotions(number, currency, **(draw(_conditions) if guarded else {})))
        for number in range(draw(_at_most(most)))
    ]
    basket = Basket(
        currency=currency,
        lines=(wanted := draw(lines())),
        at=AT,
        destination=HERE if delivered else draw(st.sampled_from([HERE, HERE, HERE, None])),
        method=draw(st.sampled_from(["", "", "method_0", "method_1"])),
        coupon=draw(st.sampled_from(["", COUPON])),
        customer=draw(customers) if guarded else Customer(),
    )
    goods = sum(line.total for line in wanted)
    rules = Rules(
        promotions=offers,
        zones=[ShippingZone(id="zone", title="Everywhere", everywhere=True, created_at=AT)],
        methods=[draw(methods(number, currency, goods, steady=steady)) for number in range(draw(st.integers(1, 2)))],
        rates=draw(tax_rates()),
        policy=draw(policies),
        subtrees=SUBTREES,
    )
    return basket, rules
