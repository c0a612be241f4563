"""Guests and people with carts."""

from datetime import UTC, datetime
from typing import Any

from commerce import carts
from commerce.carts import AddLine, CreateCart, Delivery
from commerce.runtime import mongo
from commerce.runtime.caller import Caller
from tests.support.api import Answer, call
from tests.support.race import NO_KEY
from tests.support.shop import ADDRESS, Buyer, Shop


def person(shop: Shop, name: str = "ada") -> Buyer:
    """Someone who has signed in."""
    email = f"{name}@example.com"
    return Buyer(email=email, token=shop.sandbox.session_token(email))


def make(buyer: Buyer, currency: str | None = None, **headers: str) -> Answer:
    """POST a cart."""
    body = {"currency": currency} if currency else {}
    made = call("carts.create_cart", "POST", "/carts", body=body, headers=buyer.headers(**headers))
    if made.status in {200, 201}:
        buyer.cart_id, buyer.cart_token = made.json["id"], made.json["token"] or ""
    return made


def filled(shop: Shop, buyer: Buyer, *wanted: tuple[str, int], currency: str | None = None) -> Buyer:
    """The buyer with a cart, and things in it."""
    assert make(buyer, currency).status in {200, 201}
    for sku, quantity in wanted:
        added = shop.add(buyer, sku, quantity)
        assert added.status == 200, added.text
    return buyer


def pieces(view: Any, part: str = "lines") -> dict[str, int]:
    """What is in a part of a cart."""
    return {line["sku"]: line["quantity"] for line in view[part]}


def line_id(view: Any, sku: str) -> str:
    """The line of a SKU, be it saved."""
    return next(str(line["line_id"]) for line in [*view["lines"], *view["saved"]] if line["sku"] == sku)


def guest_cart(*wanted: tuple[str, int], currency: str | None = None, email: str = "") -> tuple[str, Caller]:
    """A guest's cart by the services, and who shows its token; with an address of email it knows where it goes."""
    made = carts.with_token(carts.create(CreateCart(currency=currency), Caller(), NO_KEY).cart, Caller())
    who = Caller(cart_token=made.token or "")
    for sku, quantity in wanted:
        carts.add_line(made.id, AddLine(sku=sku, quantity=quantity), who, NO_KEY)
    if email:
        carts.set_delivery(made.id, where(email), who, version=None)
    return made.id, who


def own_cart(user_id: str, *wanted: tuple[str, int]) -> str:
    """A user's cart by the services."""
    who = Caller(user_id=user_id)
    cart = carts.create(CreateCart(), who, NO_KEY).cart
    for sku, quantity in wanted:
        carts.add_line(cart.id, AddLine(sku=sku, quantity=quantity), who, NO_KEY)
    return cart.id


def where(email: str) -> Delivery:
    """A delivery to somewhere."""
    return Delivery.model_validate({"contact": {"email": email}, "shipping_address": ADDRESS | {"name": email}})


def expire(cart_id: str) -> None:
    """Its time is over, and the database has not come by yet."""
    past = {"$set": {"expires_at": datetime(2020, 1, 1, tzinfo=UTC)}}
    mongo.database()["carts"].update_one({"_id": cart_id}, past)
