"""Every route and every kind of caller: what each is answered, by one table that the permissions are read with.

In process, as the gateway does it: where a route has the authorizer it is asked first, and its 401 is the answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from commerce.runtime import blocklist
from commerce.runtime.changes import Changes
from commerce.runtime.permissions import PERMISSIONS
from tests.support import gifts
from tests.support.api import Answer, call
from tests.support.bus import Route, routes
from tests.support.doors import IN, TABLE, WRONG, expected
from tests.support.shop import ADDRESS, Buyer, Shop
from tests.support.tour import bearer, signed_in

ROUTES = {route.operation: route for route in routes()}

# Bodies that get as far as asking whose a thing is; {} for all others. `cart` and so on stand for the things' ids.
BODIES: dict[str, Any] = {
    "add_line": {"sku": "LAMP"},
    "update_line": {"quantity": 1},
    "update_cart": {"note": "Ring twice."},
    "set_delivery": {"contact": {"email": "ada@example.com"}, "shipping_address": ADDRESS},
    "apply_coupon": {"code": "NONE"},
    "pay_by_gift_card": {"code": "gift_code"},
    "place_order": {"cart_id": "cart_id", "quote_hash": "x"},
}
# Things that have an owner, by the name of their place in a path.
OWNED = ("cart_id", "order_id", "payment_id", "session_id")


@dataclass
class Scene:
    """Someone's things: a cart, an order, a payment, a session."""

    shop: Shop
    ids: dict[str, str]
    holder: Buyer

    def path(self, route: Route) -> str:
        """The route's path to these things, and to nothing where it wants others."""
        parts = [self.ids.get(part[1:-1], "none") if part.startswith("{") else part for part in route.path.split("/")]
        return "/".join(parts)

    def body(self, route: Route) -> Any:
        """Something to send, where the method takes it."""
        if route.method in {"GET", "DELETE"}:
            return None
        body = BODIES.get(route.operation, {})
        return {name: self.ids.get(value, value) if isinstance(value, str) else value for name, value in body.items()}


def refuse(user_id: str) -> None:
    changes = Changes()
    blocklist.block(changes, user_id)
    changes.commit()


def tokens(shop: Shop, operation: str) -> dict[str, Callable[[], str]]:
    """Session tokens of all kinds, each of someone who is met at this operation alone."""

    def email(name: str) -> str:
        return f"{name}-{operation}@example.com".replace("_", "-")

    def minted(name: str, role: str = "customer", **order: Any) -> str:
        return shop.sandbox.session_token(email(name), role, **order)

    def blocked(name: str, role: str) -> str:
        made = shop.sandbox.session(email(name), role)
        refuse(made["user_id"])
        shop.twenty_seconds_later()
        return str(made["token"])

    return {
        "customer": lambda: shop.sandbox.session_token("owner@example.com", seconds=600),
        "other": lambda: minted("other"),
        "staff": lambda: minted("staff", "staff"),
        "admin": lambda: minted("admin", "admin"),
        "blocked": lambda: blocked("blocked", "customer"),
        "blocked_admin": lambda: blocked("blocked-admin", "admin"),
        "impersonated": lambda: minted("helped", kind="impersonated"),
        "impersonated_admin": lambda: minted("chief", "admin", kind="impersonated"),
        **{kind: (lambda kind=kind: minted(kind, "admin", kind=kind)) for kind in WRONG},  # type: ignore[misc]
    }


def knock(scene: Scene, route: Route, headers: dict[str, str]) -> Answer:
    """A request through the gateway."""
    path = scene.path(route)
    options: dict[str, Any] = {"body": scene.body(route), "headers": headers}
    if route.authorized:
        try:
            options["authorizer"] = signed_in(headers.get("Authorization", "").removeprefix("Bearer "), "GET", path)
        except Exception as refused:
            if str(refused) != "Unauthorized":  # which the gateway turns into its own 401
                raise
            return Answer(401, {}, '{"code": "unauthorized"}')
    return call(route.function, route.method, path, **options)


def told(answer: Answer) -> str:
    """What the answer means to the table."""
    if answer.status in {401, 403}:
        return f"{answer.status} {answer.json['code']}"
    assert answer.status != 429, answer.text
    assert answer.status < 500, answer.text
    return IN


def has_owner(route: Route) -> bool:
    """Whether it is about a thing that is somebody's."""
    mine = any(f"{{{name}}}" in route.path for name in OWNED) or route.operation == "place_order"
    return mine and not route.path.startswith("/admin")


def set_up(shop: Shop, operation: str) -> Scene:
    """Things of the customer's, and others of a guest's; a gift card where the operation is about one."""
    shop.stock("LAMP", 50)
    owner = Buyer(token=shop.sandbox.session_token("owner@example.com", seconds=600))
    shop.ready_order(owner, ("LAMP", 1))
    code = gifts.issue(shop, 100)["code"] if "gift_card" in operation else ""
    part = gifts.pay(owner, code).json["gift_cards"][0]["payment_id"] if operation == "take_back_gift_card" else ""
    payment = shop.begin_payment(owner)
    order_id = owner.order_id
    shop.cart_with(owner, ("LAMP", 1))
    guest = Buyer(email="guest@example.com")
    shop.ready_order(guest, ("LAMP", 1))
    ids = {
        "cart_id": owner.cart_id,
        "order_id": order_id,
        "payment_id": part or payment.json["id"],
        "gift_code": code,
        "session_id": shop.sandbox.session("owner@example.com", fresh=True)["session_id"],
        "line_id": shop.cart(owner).json["lines"][0]["line_id"],
    }
    return Scene(shop, ids, guest)


def test_the_table_knows_every_route() -> None:
    assert set(ROUTES) == set(PERMISSIONS)
    assert {who for row in TABLE.values() for who in row} == {permission.who for permission in PERMISSIONS.values()}


@pytest.mark.parametrize("operation", ROUTES)
def test_each_caller_is_answered_as_the_table_says(shop: Shop, operation: str) -> None:
    route = ROUTES[operation]
    scene = set_up(shop, operation) if has_owner(route) else Scene(shop, {}, Buyer(cart_token="x", order_token="x"))
    shown: dict[str, dict[str, str]] = {
        "none": {},
        "guest": scene.holder.headers(),
        **{kind: bearer(make()) for kind, make in tokens(shop, operation).items()},
    }
    wanted = {kind: expected(operation, kind) for kind in TABLE}
    refused = [kind for kind in TABLE if wanted[kind] != IN]
    before = shop.snapshot()

    answers = {kind: told(knock(scene, route, shown[kind])) for kind in refused}

    assert answers == {kind: wanted[kind] for kind in refused}
    assert shop.snapshot() == before, "whoever was refused has changed nothing"
    let_in = sorted(set(TABLE) - set(refused), key=lambda kind: kind == "customer")  # whose things they are: last
    for kind in let_in:
        answer = knock(scene, route, shown[kind])
        assert told(answer) == IN, (kind, answer.text)
        if has_owner(route):
            assert (answer.status == 404) == (kind != "customer"), (kind, answer.text)


OF_GUESTS_CARTS = [
    name for name, route in ROUTES.items() if "cart_id" in route.path and not PERMISSIONS[name].signed_in
]


@pytest.mark.parametrize("operation", OF_GUESTS_CARTS)
def test_a_guest_who_holds_the_token_comes_to_their_own_cart(shop: Shop, operation: str) -> None:
    scene = set_up(shop, "")
    scene.ids["cart_id"] = scene.holder.cart_id
    scene.ids["line_id"] = shop.cart(scene.holder).json["lines"][0]["line_id"]
    assert knock(scene, ROUTES[operation], {}).status == 404
    assert knock(scene, ROUTES[operation], scene.holder.headers()).status != 404
