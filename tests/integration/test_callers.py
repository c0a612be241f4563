"""Who is calling: tokens that are wrong in every way, roles, and lists that stay their owner's (semantics 18, 19)."""

import json
from typing import Any

import pytest
import time_machine

import auth.authorizer
from tests.support import rules
from tests.support.api import Answer, LambdaContext, call
from tests.support.shop import Buyer, Shop

WRONG = (
    "expired", "not_yet_valid", "wrong_issuer", "wrong_azp", "alg_none", "hs256_public_key", "unknown_kid",
    "wrong_key", "pending",
)  # fmt: skip
ARN = "arn:aws:execute-api:us-east-1:000000000000:abc/api/GET/me/orders"


def authorize(header: str | None) -> Any:
    """What the gateway's authorizer decides."""
    headers = {} if header is None else {"authorization": header}
    event = {"type": "REQUEST", "methodArn": ARN, "headers": headers, "requestContext": {"requestId": "r"}}
    return auth.authorizer.handler(event, LambdaContext())


def context(shop: Shop, email: str, role: str = "customer", **order: Any) -> dict[str, Any]:
    """A request that the gateway has let through: header and authorizer's context."""
    token = shop.sandbox.session_token(email, role, **order)
    bearer = f"Bearer {token}"
    return {"headers": {"Authorization": bearer}, "authorizer": authorize(bearer)["context"]}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_token_opens_nothing(shop: Shop, kind: str) -> None:
    """The same at the gateway and where guests may come too: a bad token is 401, never a guest."""
    token = shop.sandbox.session_token("eve@example.com", kind=kind)
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorize(f"Bearer {token}")
    headers = {"Authorization": f"Bearer {token}"}
    refused = call("carts.create_cart", "POST", "/carts", body={}, headers=headers)
    assert (refused.status, refused.json["code"]) == (401, "unauthorized")
    assert refused.headers["WWW-Authenticate"] == "Bearer"
    assert token not in refused.text
    assert shop.count("carts") == 0


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer a.b.c", "Bearer é", "token", None])
def test_what_is_no_token_is_refused_by_the_gateway(shop: Shop, header: str | None) -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorize(header)
    if header:
        refused = call("carts.create_cart", "POST", "/carts", body={}, headers={"Authorization": header})
        assert refused.status == 401


def test_a_good_token_is_one_allow_for_the_whole_stage(shop: Shop) -> None:
    decided = authorize(f"bearer {shop.sandbox.session_token('ada@example.com', 'staff')}")
    (statement,) = decided["policyDocument"]["Statement"]
    assert statement["Effect"] == "Allow"
    assert statement["Resource"] == "arn:aws:execute-api:us-east-1:000000000000:abc/api/*"
    assert decided["context"]["role"] == "staff"
    assert all(isinstance(value, str) for value in decided["context"].values())


def test_a_decision_that_the_gateway_remembers_too_long_is_checked_again(shop: Shop) -> None:
    known = context(shop, "ada@example.com")
    assert call("auth.get_session", "GET", "/auth/session", **known).status == 200
    with time_machine.travel(int(known["authorizer"]["exp"]) + 6, tick=False):
        assert call("auth.get_session", "GET", "/auth/session", **known).status == 401


def test_routes_for_people_want_a_person(shop: Shop) -> None:
    for function, path in (("auth.get_session", "/auth/session"), ("orders.list_my_orders", "/me/orders")):
        assert call(function, "GET", path).status == 401


@pytest.mark.parametrize(("role", "status"), [("customer", 403), ("staff", 200), ("admin", 200)])
def test_hold_and_release_want_staff(shop: Shop, role: str, status: int) -> None:
    shop.stock("MUG", 5)
    buyer = Buyer(token=shop.sandbox.session_token("ada@example.com"))
    shop.ready_order(buyer, ("MUG", 1))
    options = context(shop, f"{role}@example.com", role)
    before = shop.snapshot()
    path = f"/admin/orders/{buyer.order_id}"
    held = call("orders.hold_order", "POST", f"{path}/hold", body={"reason": "odd"}, **options)
    released = call("orders.release_order", "POST", f"{path}/release", **options)
    assert (held.status, released.status) == (status, status)
    if status == 403:
        assert held.json["code"] == "forbidden"
        assert shop.snapshot() == before
        guest = call("orders.hold_order", "POST", f"{path}/hold", body={"reason": "odd"})
        assert guest.status == 401
    else:
        assert shop.bus.types()[-2:] == ["OrderHeld", "OrderReleased"]
        again = call("orders.release_order", "POST", f"{path}/release", **options)
        assert (again.status, again.json["code"]) == (409, "order_state")
        missing = call("orders.hold_order", "POST", "/admin/orders/ord_none/hold", body={"reason": "x"}, **options)
        assert missing.status == 404


def test_an_order_on_hold_takes_no_payment_until_it_is_released(shop: Shop) -> None:
    shop.stock("MUG", 5)
    buyer = Buyer()
    shop.ready_order(buyer, ("MUG", 1))
    staff = context(shop, "staff@example.com", "staff")
    path = f"/admin/orders/{buyer.order_id}"
    call("orders.hold_order", "POST", f"{path}/hold", body={"reason": "odd"}, **staff)
    assert shop.begin_payment(buyer).json["code"] == "order_state"
    assert shop.order(buyer)["on_hold"]
    assert "odd" not in json.dumps(shop.order(buyer)), "the reason is for the house"
    call("orders.release_order", "POST", f"{path}/release", **staff)
    assert shop.begin_payment(buyer).status == 201


def placed(shop: Shop, token: str, number: int) -> str:
    """An order of somebody's, cancelled at once so that the next one may be placed."""
    buyer = Buyer(email=f"{number}@example.com", token=token)
    shop.ready_order(buyer, ("MUG", 1))
    shop.cancel(buyer)
    return buyer.order_id


def mine(who: dict[str, Any], query: str) -> Answer:
    """A page of somebody's orders."""
    return call("orders.list_my_orders", "GET", f"/me/orders?{query}", **who)


def test_a_list_says_what_is_in_the_sum(shop: Shop) -> None:
    shop.stock("MUG", 5, price=10_000)
    rules.promotion(basis_points=1_000)
    rules.method(rules.zone().id, title="Courier")
    rules.tax("GB", 200_000, included=True)
    rules.tax("GB", 50_000, name="Levy")
    buyer = Buyer(token=shop.sandbox.session_token("ada@example.com"))
    totals = shop.ready_order(buyer, ("MUG", 1)).json["totals"]
    (listed,) = mine(context(shop, "ada@example.com"), "limit=5").json["items"]
    assert (listed["shipping"], listed["discount"]["amount"]) == ("Courier", 1_000)
    assert listed["tax"]["amount"] == totals["tax"]["amount"] + totals["included_tax"]["amount"] > 0


def test_a_walk_through_pages_meets_each_order_once_whatever_is_placed_meanwhile(shop: Shop) -> None:
    shop.stock("MUG", 50)
    token = shop.sandbox.session_token("ada@example.com", seconds=600)
    who = context(shop, "ada@example.com", seconds=600)
    earlier = [placed(shop, token, number) for number in range(7)]
    seen: list[str] = []
    page = mine(who, "limit=3").json
    while True:
        seen += [order["id"] for order in page["items"]]
        placed(shop, token, 100 + len(seen))
        if page["next_cursor"] is None:
            break
        page = mine(who, f"limit=3&cursor={page['next_cursor']}").json
    assert seen == earlier[::-1]
    assert [order["id"] for order in mine(who, "limit=100").json["items"]][3:] == seen


def test_a_page_costs_one_query_however_long_it_is(shop: Shop, watcher: Any) -> None:
    shop.stock("MUG", 50)
    token = shop.sandbox.session_token("ada@example.com", seconds=600)
    who = context(shop, "ada@example.com", seconds=600)
    for number in range(6):
        placed(shop, token, number)
    costs = []
    for limit in (1, 6):
        before = watcher.round_trips
        assert len(mine(who, f"limit={limit}").json["items"]) == limit
        costs.append(watcher.round_trips - before)
    assert costs == [1, 1]


def test_a_cursor_is_good_for_its_own_list_alone(shop: Shop) -> None:
    shop.stock("MUG", 50)
    token = shop.sandbox.session_token("ada@example.com", seconds=600)
    ada, bob = (context(shop, f"{name}@example.com", seconds=600) for name in ("ada", "bob"))
    for number in range(2):
        placed(shop, token, number)
    cursor = mine(ada, "limit=1").json["next_cursor"]
    assert mine(ada, f"cursor={cursor}").status == 200
    for who, wrong in ((bob, cursor), (ada, cursor[:-2] + "xx"), (ada, f"x{cursor}"), (ada, "é"), (ada, "%00")):
        refused = mine(who, f"cursor={wrong}")
        assert (refused.status, refused.json["code"]) == (400, "invalid_cursor")
    assert call("products.list_products", "GET", f"/products?cursor={cursor}").json["code"] == "invalid_cursor"
    assert mine(bob, "").json == {"items": [], "next_cursor": None}
