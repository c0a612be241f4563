"""What a buyer does about prices: codes, shipping options."""

from typing import Any

from tests.support.api import Answer, call
from tests.support.shop import Buyer


def enter(buyer: Buyer, code: str, **headers: str) -> Answer:
    """PUT a code."""
    path = f"/carts/{buyer.cart_id}/coupon"
    return call("carts.apply_coupon", "PUT", path, body={"code": code}, headers=buyer.headers(**headers))


def take_out(buyer: Buyer) -> Answer:
    """DELETE the code."""
    return call("carts.remove_coupon", "DELETE", f"/carts/{buyer.cart_id}/coupon", headers=buyer.headers())


def options(buyer: Buyer, query: str = "") -> Answer:
    """GET the shipping options."""
    path = f"/carts/{buyer.cart_id}/shipping-options{query}"
    return call("carts.list_shipping_options", "GET", path, headers=buyer.headers())


def amounts(totals: dict[str, Any]) -> dict[str, int]:
    """The members of totals that are not nothing, in minor units."""
    return {name: part["amount"] for name, part in totals.items() if isinstance(part, dict) and part["amount"]}


def codes(answer: Answer) -> list[tuple[str, str]]:
    """Field and code of each error."""
    return [(error["field"], error["code"]) for error in answer.json.get("errors", [])]
