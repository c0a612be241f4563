"""Scarce things: so many per customer over all their live orders, in any race; given back once, taken again once."""

from typing import Any
from uuid import uuid4

import pytest

from commerce import carts, orders
from commerce.carts import AddLine
from commerce.orders import OrderView, PlaceOrder
from commerce.runtime.caller import Caller
from tests.integration.test_time_limits import at
from tests.support.api import Answer, call
from tests.support.carting import filled, guest_cart, make, own_cart, person, where
from tests.support.race import NO_KEY, together
from tests.support.shop import Buyer, Shop
from tests.support.staff import Staff


def limit(shop: Shop, sku: str, per_customer: int | None) -> Answer:
    """Staff says how many one customer may have."""
    staff, path = Staff(shop.sandbox), f"/admin/inventory/{sku}/adjustments"
    body = {"reason": "other", "per_customer": per_customer}
    answer = staff.ask("products.adjust_inventory", "POST", path, body, Idempotency_Key=str(uuid4()))
    assert answer.status == 200, answer.text
    return answer


@pytest.fixture(autouse=True)
def _scarce(shop: Shop) -> None:
    shop.stock("OUD", 50)
    shop.stock("MUG", 50)
    limit(shop, "OUD", 2)


def blocked(cart: Any) -> list[tuple[str, int | None]]:
    """The problems that stand in the way."""
    return [(problem["code"], problem["available"]) for problem in cart["problems"] if problem["blocking"]]


def test_staff_sets_sees_and_takes_it_away(shop: Shop) -> None:
    staff = Staff(shop.sandbox)
    rows = staff.ask("products.list_inventory", "GET", "/admin/inventory").json["items"]
    assert {row["sku"]: row["per_customer"] for row in rows} == {"OUD": 2, "MUG": None}
    shown = call("products.get_product", "GET", "/products/oud").json["variants"][0]
    assert shown["max_per_customer"] == 2
    buyer = filled(shop, Buyer(), ("OUD", 1), ("MUG", 1))
    assert [line["max_per_customer"] for line in shop.cart(buyer).json["lines"]] == [2, None]
    assert limit(shop, "OUD", 7).json["per_customer"] == 7
    body = {"reason": "received", "change": 5}
    path = "/admin/inventory/OUD/adjustments"
    kept = staff.ask("products.adjust_inventory", "POST", path, body, Idempotency_Key="more")
    assert (kept.json["per_customer"], kept.json["on_hand"]) == (7, 55), "nothing said, nothing changed"
    assert limit(shop, "OUD", None).json["per_customer"] is None
    assert shop.level("OUD").get("per_customer") is None
    assert shop.cart(buyer).json["lines"][0]["max_per_customer"] is None


@pytest.mark.parametrize("value", [0, -1, 1.5, "2", True, 10**9])
def test_what_is_no_limit(shop: Shop, value: object) -> None:
    path, body = "/admin/inventory/OUD/adjustments", {"reason": "other", "per_customer": value}
    refused = Staff(shop.sandbox).ask("products.adjust_inventory", "POST", path, body, Idempotency_Key="k")
    assert (refused.status, [error["field"] for error in refused.json["errors"]]) == (422, ["per_customer"])


def test_a_cart_says_what_is_left(shop: Shop) -> None:
    buyer = Buyer()
    cart = shop.cart_with(buyer, ("OUD", 3)).json
    assert blocked(cart) == [("limit_per_customer", 2)]
    assert cart["problems"][0]["message"] == "At most 2 per customer."
    refused = shop.place(buyer)
    assert (refused.status, refused.json["code"]) == (409, "cart_has_problems")
    shop.change_line(buyer, cart["lines"][0]["line_id"], quantity=1)
    assert shop.place(buyer).status == 201
    second = Buyer()
    cart = shop.cart_with(second, ("OUD", 2)).json
    assert blocked(cart) == [("limit_per_customer", 1)]
    assert cart["problems"][0]["message"] == "At most 2 per customer. You may still have 1."
    assert shop.cart(buyer).json["problems"] == [], "an ordered cart has none"
    other = Buyer(email="bob@example.com")
    assert blocked(shop.cart_with(other, ("OUD", 2)).json) == []


def test_it_is_per_account_and_per_address_of_email(shop: Shop) -> None:
    ada = person(shop)
    ada.email = "one@example.com"
    shop.buy(ada, ("OUD", 2))
    ada.email = "two@example.com"
    make(ada)
    assert blocked(shop.cart_with(ada, ("OUD", 1)).json) == [("limit_per_customer", 0)], "the same account"
    guest = Buyer(email="ONE@example.com")
    assert blocked(shop.cart_with(guest, ("OUD", 1)).json) == [("limit_per_customer", 0)], "the same address"
    fresh = filled(shop, Buyer(), ("OUD", 2))
    assert blocked(shop.cart(fresh).json) == [], "nobody knows yet who this is"
    assert "example.com" not in str(shop.all("quotas"))


def test_what_was_not_limited_is_not_counted(shop: Shop) -> None:
    shop.buy(Buyer(), ("MUG", 5))
    assert shop.all("quotas") == []
    limit(shop, "MUG", 1)
    assert blocked(shop.cart_with(Buyer(), ("MUG", 1)).json) == []


@pytest.mark.parametrize("how", ["cancelled unpaid", "cancelled paid", "expired"])
def test_what_ends_is_given_back_once(shop: Shop, how: str) -> None:
    buyer = Buyer()
    if how == "cancelled paid":
        shop.buy(buyer, ("OUD", 2))
    else:
        shop.ready_order(buyer, ("OUD", 2))
    (used,) = shop.all("quotas")
    assert used["used"] == 2
    for _ in range(2):
        if how == "expired":
            with at(901):
                shop.run_expiry()
        else:
            shop.cancel(buyer)
    shop.settle()
    assert shop.all("quotas") == []
    assert shop.place(again(shop)).status == 201


def again(shop: Shop) -> Buyer:
    """The same customer with as many in another cart."""
    buyer = Buyer()
    shop.cart_with(buyer, ("OUD", 2))
    return buyer


def test_a_limit_that_is_taken_away_still_gives_back(shop: Shop) -> None:
    buyer = Buyer()
    shop.ready_order(buyer, ("OUD", 2))
    limit(shop, "OUD", None)
    assert shop.cancel(buyer).status == 200
    assert shop.all("quotas") == []


def paid_too_late(shop: Shop) -> Buyer:
    """An order that expired while its buyer's money was on its way."""
    from commerce.runtime import mongo

    buyer = Buyer()
    shop.ready_order(buyer, ("OUD", 2))
    shop.pay(buyer)  # nobody has told us yet
    mongo.database()["orders"].update_one({"_id": buyer.order_id}, {"$set": {"payment_tried": False}})
    shop.expire_time(buyer)
    shop.run_expiry()
    assert shop.order(buyer)["status"] == "expired"
    assert shop.all("quotas") == []
    return buyer


def test_late_money_takes_it_again(shop: Shop) -> None:
    buyer = paid_too_late(shop)
    shop.settle()
    assert shop.order(buyer)["status"] == "confirmed"
    assert [quota["used"] for quota in shop.all("quotas")] == [2]


def test_late_money_goes_back_when_the_customer_has_had_as_many_since(shop: Shop) -> None:
    buyer = paid_too_late(shop)
    other = again(shop)
    assert shop.place(other).status == 201
    shop.settle()
    assert shop.order(buyer)["status"] == "expired"
    assert shop.order(buyer)["history"][-1]["what"].startswith(("payment returned: limit reached", "refunded"))
    assert shop.order(buyer)["refunded"] == shop.order(buyer)["totals"]["total"]
    assert shop.order(other)["status"] == "pending"


# -- at the same moment ------------------------------------------------------------------------------------------------


def order_of(number: int, quantity: int, email: str = "ada@example.com") -> Any:
    """A guest's cart; what is returned orders it, from an address of its own."""
    cart_id, guest = guest_cart(("OUD", quantity))
    to = where(email)
    to = to.model_copy(update={"shipping_address": to.shipping_address.model_copy(update={"name": f"House {number}"})})
    quote = carts.set_delivery(cart_id, to, guest, version=None).quote
    assert quote
    wanted = PlaceOrder(cart_id=cart_id, quote_hash=quote.hash)
    return lambda: orders.place(wanted, guest, NO_KEY)


def test_many_orders_at_once_never_have_more(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commerce.orders.placing.UNPAID_AT_ONCE", 20)
    outcomes = together([order_of(number, 1) for number in range(10)])
    assert sum(isinstance(outcome, OrderView) for outcome in outcomes) == 2, outcomes
    assert {getattr(o, "code", "") for o in outcomes if not isinstance(o, OrderView)} <= {"cart_has_problems"}, outcomes
    assert [quota["used"] for quota in shop.all("quotas")] == [2]
    assert shop.level("OUD")["reserved"] == 2


def test_orders_and_cancellations_at_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The books tell whether anything was given back twice, or not at all."""
    monkeypatch.setattr("commerce.orders.placing.UNPAID_AT_ONCE", 20)
    first = [Buyer(), Buyer()]
    for number, buyer in enumerate(first):
        shop.cart_with(buyer, ("OUD", 1))
        shop.deliver_to(buyer, name=f"House {number}")
        assert shop.place(buyer).status == 201

    def cancel(buyer: Buyer) -> Any:
        return orders.cancel(buyer.order_id, orders.CancelOrder(), Caller(order_token=buyer.order_token), NO_KEY)

    jobs = [lambda b=b: cancel(b) for b in first for _ in range(2)]
    limit(shop, "OUD", 4)
    outcomes = together([*jobs, *(order_of(number, 1) for number in range(10, 16))])
    placed = sum(isinstance(outcome, OrderView) for outcome in outcomes[4:])
    assert 2 <= placed <= 4, outcomes
    assert [quota["used"] for quota in shop.all("quotas")] == [placed]


def test_two_accounts_cannot_share_an_address_of_email(shop: Shop) -> None:
    for name in ("user_ada", "user_bob"):
        cart = own_cart(name, ("OUD", 2))
        who = Caller(user_id=name)
        view = carts.set_delivery(cart, where("both@example.com"), who, version=None)
        if name == "user_ada":
            assert view.quote
            orders.place(PlaceOrder(cart_id=cart, quote_hash=view.quote.hash), who, NO_KEY)
        else:
            assert [problem.code for problem in view.problems] == ["limit_per_customer"]


def test_one_more_round_trip_only_where_there_is_a_limit(shop: Shop) -> None:
    from commerce.runtime import quotas

    asked: list[list[str]] = []
    find = quotas.QUOTAS.find

    def noted(where: Any, **options: Any) -> Any:
        asked.append(where["_id"]["$in"])
        return find(where, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quotas.QUOTAS, "find", noted)
        cart_id, guest = guest_cart(("MUG", 1), email="ada@example.com")
        carts.get(cart_id, guest)
        assert asked == []
        carts.add_line(cart_id, AddLine(sku="OUD"), guest, NO_KEY)
        assert len(asked) == 1
