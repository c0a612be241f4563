"""Carts, codes, stock and placement in any order, beside a model that is a few sums (semantics 1-5, 13, 16).

The model knows how many pieces there are, who has what in the cart, who may use the code, and what that costs. After
each step the shop must say the same.
"""

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from commerce.runtime import cache
from tests.integration.test_interleavings import wipe
from tests.support import books, rules
from tests.support.api import call
from tests.support.pricing import enter, take_out
from tests.support.shop import Buyer, Shop

SHIPPING = 500
CODE, CODE_LIMIT, CODE_EACH = "TENOFF", 2, 1
PIECES = {"CUP": 4, "JUG": 2, "POT": 6}

skus = st.sampled_from(sorted(PIECES))
buyers = st.integers(0, 2)


@dataclass
class Ordered:
    """An order of the model."""

    buyer: int
    pieces: dict[str, int]
    total: int
    coded: bool
    status: str = "pending"

    @property
    def holds(self) -> bool:
        """Whether its stock is not for others."""
        return self.status in {"pending", "confirmed"}


@dataclass
class Person:
    """A buyer of the model, beside the real one."""

    real: Buyer
    cart: dict[str, int] = field(default_factory=dict)
    coded: bool = False
    quote: str = ""
    quoted: tuple[object, ...] = ()


class Checkout(RuleBasedStateMachine):
    """The shop and the model, side by side."""

    shop: Shop

    @initialize()
    def open(self) -> None:
        wipe(self.shop)
        self.prices = {"CUP": 335, "JUG": 1999, "POT": 50}
        for sku, pieces in PIECES.items():
            self.shop.stock(sku, pieces, price=self.prices[sku])
        rules.coupon(CODE, limit=CODE_LIMIT, limit_per_customer=CODE_EACH)
        self.people = [Person(Buyer(email=f"buyer{n}@example.com")) for n in range(3)]
        self.orders: dict[str, Ordered] = {}
        for person in self.people:
            self.shop.cart_with(person.real)

    # -- the model -----------------------------------------------------------------------------------------------------

    def left(self, sku: str) -> int:
        return PIECES[sku] - sum(order.pieces.get(sku, 0) for order in self.orders.values() if order.holds)

    def uses(self, buyer: int | None = None) -> int:
        mine = [o for o in self.orders.values() if o.coded and o.holds and buyer in {None, o.buyer}]
        return len(mine)

    def code_holds(self, buyer: int) -> bool:
        return self.uses() < CODE_LIMIT and self.uses(buyer) < CODE_EACH

    def total(self, buyer: int) -> tuple[int, bool]:
        """What the cart costs, and whether the code is used in it."""
        person = self.people[buyer]
        items = sum(self.prices[sku] * pieces for sku, pieces in person.cart.items())
        coded = person.coded and self.code_holds(buyer) and items > 0
        # Ten per cent, the half cent to the even one.
        off = (items // 10 + (items % 10 > 5 or (items % 10 == 5 and items // 10 % 2 == 1))) if coded else 0
        return items - off + (SHIPPING if items else 0), coded and off > 0

    def content(self, buyer: int) -> tuple[object, ...]:
        """What a quote is for."""
        person = self.people[buyer]
        prices = tuple(self.prices[sku] for sku in person.cart)
        return (tuple(person.cart.items()), prices, self.total(buyer)[0])

    # -- what people do ------------------------------------------------------------------------------------------------

    @rule(buyer=buyers, sku=skus, pieces=st.integers(1, 3))
    def add(self, buyer: int, sku: str, pieces: int) -> None:
        person = self.people[buyer]
        assert self.shop.add(person.real, sku, pieces).status == 200
        person.cart[sku] = person.cart.get(sku, 0) + pieces

    @rule(buyer=buyers, sku=skus)
    def take(self, buyer: int, sku: str) -> None:
        person = self.people[buyer]
        if sku in person.cart:
            (line,) = [each["line_id"] for each in self.shop.cart(person.real).json["lines"] if each["sku"] == sku]
            path = f"/carts/{person.real.cart_id}/lines/{line}"
            assert call("carts.remove_line", "DELETE", path, headers=person.real.headers()).status == 200
            del person.cart[sku]

    @rule(buyer=buyers)
    def enter_code(self, buyer: int) -> None:
        person = self.people[buyer]
        cache.client().flushdb()  # How often codes may be tried is another story.
        answer = enter(person.real, CODE)
        assert answer.status == (200 if self.code_holds(buyer) else 422), answer.text
        person.coded = person.coded or answer.status == 200

    @rule(buyer=buyers)
    def take_code_out(self, buyer: int) -> None:
        assert take_out(self.people[buyer].real).status == 200
        self.people[buyer].coded = False

    @rule(sku=skus, price=st.integers(1, 3000))
    def change_price(self, sku: str, price: int) -> None:
        rules.price(sku, "USD", price)
        self.prices[sku] = price

    @rule(buyer=buyers)
    def look(self, buyer: int) -> None:
        """The quote is kept, and may be used much later."""
        person = self.people[buyer]
        cart = self.shop.cart(person.real).json
        assert cart["totals"]["total"]["amount"] == self.total(buyer)[0]
        lacking = {p["line_id"] for p in cart["problems"] if p["code"] == "insufficient_stock"}
        assert len(lacking) == sum(pieces > self.left(sku) for sku, pieces in person.cart.items())
        person.quote = (cart["quote"] or {"hash": ""})["hash"]
        person.quoted = self.content(buyer)

    @rule(buyer=buyers, sku=skus)
    def buy_with_code(self, buyer: int, sku: str) -> None:
        """All in one go, as most people do it."""
        self.add(buyer, sku, 1)
        self.enter_code(buyer)
        self.place(buyer, look=True)

    @rule(buyer=buyers, look=st.booleans())
    def place(self, buyer: int, *, look: bool) -> None:
        """With a quote of now, or that of the last look."""
        person = self.people[buyer]
        if look:
            self.look(buyer)
        if not person.quote:
            return
        total, coded = self.total(buyer)
        answer = self.shop.place(person.real, quote=person.quote)
        unpaid = [o for o in self.orders.values() if o.buyer == buyer and o.status == "pending"]
        if not person.cart:
            assert answer.status == 422, answer.text
        elif any(pieces > self.left(sku) for sku, pieces in person.cart.items()):
            assert (answer.status, answer.json["code"]) == (409, "cart_has_problems")
        elif person.quoted != self.content(buyer):
            assert (answer.status, answer.json["code"]) == (409, "quote_stale")
        elif len(unpaid) >= 2:
            assert (answer.status, answer.json["code"]) == (409, "too_many_unpaid_orders")
        else:
            assert answer.status == 201, answer.text
            assert answer.json["totals"]["total"]["amount"] == total
            self.orders[person.real.order_id] = Ordered(buyer, dict(person.cart), total, coded)
            self.shop.cart_with(person.real)
            person.cart, person.coded, person.quote = {}, False, ""

    def pending(self) -> list[str]:
        return [id_ for id_, order in self.orders.items() if order.status == "pending"]

    def of(self, order_id: str) -> Buyer:
        """Someone who may open the order."""
        from commerce.runtime import signing

        return Buyer(order_id=order_id, order_token=signing.grant("order", f"{order_id}|1"))

    @rule(which=st.integers(0, 9))
    def cancel(self, which: int) -> None:
        if live := [id_ for id_, order in self.orders.items() if order.holds]:
            id_ = live[which % len(live)]
            assert self.shop.cancel(self.of(id_)).status == 200
            self.orders[id_].status = "cancelled"

    @rule(which=st.integers(0, 9))
    def expire(self, which: int) -> None:
        if waiting := self.pending():
            id_ = waiting[which % len(waiting)]
            self.shop.expire_time(self.of(id_))
            self.shop.run_expiry()
            self.orders[id_].status = "expired"

    @rule(which=st.integers(0, 9))
    def pay(self, which: int) -> None:
        if waiting := self.pending():
            id_ = waiting[which % len(waiting)]
            self.shop.pay(self.of(id_))
            self.shop.webhooks()
            self.orders[id_].status = "confirmed"

    # -- what must be so ----------------------------------------------------------------------------------------------

    @invariant()
    def stock_is_as_the_model_says(self) -> None:
        for sku in PIECES:
            level = self.shop.level(sku)
            assert level["available"] == self.left(sku), sku
            assert level["on_hand"] - level["reserved"] == level["available"]

    @invariant()
    def the_code_was_used_as_often_as_live_orders_have_it(self) -> None:
        counted = {quota["_id"]: quota["used"] for quota in self.shop.all("quotas") if "|" in quota["_id"]}
        (promotion,) = self.shop.all("promotions")
        assert counted.get(f"promotion|{promotion['_id']}", 0) == self.uses() <= CODE_LIMIT

    @invariant()
    def orders_are_as_the_model_says(self) -> None:
        stored = {
            order["_id"]: (order["status"], order["totals"]["total"]["amount"]) for order in self.shop.all("orders")
        }
        assert stored == {id_: (order.status, order.total) for id_, order in self.orders.items()}

    def teardown(self) -> None:
        self.shop.settle()
        books.check()


@pytest.mark.timeout(240)
def test_the_shop_does_as_the_model(shop: Shop) -> None:
    machine = type("Machine", (Checkout,), {"shop": shop})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            phases=(Phase.generate,),  # Shrinking would take minutes: every step is a request or more.
            suppress_health_check=list(HealthCheck),
        ),
    )
