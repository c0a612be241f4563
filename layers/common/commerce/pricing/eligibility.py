"""Who may use a promotion, and when. Pure; a refusal has a code of its own for each reason."""

from typing import Literal

from pydantic import BaseModel

from commerce.money import Money
from commerce.pricing.model import Basket
from commerce.pricing.promotions import Promotion

type RefusalCode = Literal[
    "coupon_unknown",
    "coupon_inactive",
    "coupon_not_yet_valid",
    "coupon_expired",
    "coupon_exhausted",
    "coupon_already_used",
    "coupon_not_yours",
    "coupon_first_order_only",
    "coupon_other_currency",
    "coupon_minimum_not_reached",
    "coupon_nothing_to_reduce",
    "coupon_beaten",
    "coupon_awaits_delivery",
]

# What the buyer can't change by putting something else into the cart: such a code is not taken at all.
FINAL: frozenset[RefusalCode] = frozenset(
    {
        "coupon_unknown",
        "coupon_inactive",
        "coupon_not_yet_valid",
        "coupon_expired",
        "coupon_exhausted",
        "coupon_already_used",
        "coupon_not_yours",
        "coupon_first_order_only",
        "coupon_other_currency",
    }
)


class Refusal(BaseModel):
    """Why a code gives nothing. `missing` is what the goods lack of its minimum."""

    code: RefusalCode
    message: str
    missing: Money | None = None


UNKNOWN = Refusal(code="coupon_unknown", message="There is no such code.")
NOTHING = Refusal(code="coupon_nothing_to_reduce", message="Nothing in the cart is reduced by this code.")
BEATEN = Refusal(code="coupon_beaten", message="The order costs no more without this code.")
AWAITS = Refusal(code="coupon_awaits_delivery", message="This code reduces the shipping, which nobody has chosen yet.")


def refusal(promotion: Promotion, basket: Basket) -> Refusal | None:
    """Why the promotion does not hold for this basket and customer, None where it does. What it gives, nobody asks."""
    return _of_time(promotion, basket) or _of_customer(promotion, basket) or _of_goods(promotion, basket)


def _of_time(promotion: Promotion, basket: Basket) -> Refusal | None:
    if not promotion.active:
        return Refusal(code="coupon_inactive", message="This code is not valid any more.")
    if promotion.begins_after(basket.at):
        return Refusal(code="coupon_not_yet_valid", message="This code is not valid yet.")
    if promotion.ended_by(basket.at):
        return Refusal(code="coupon_expired", message="This code has expired.")
    return None


def _of_customer(promotion: Promotion, basket: Basket) -> Refusal | None:
    customer = basket.customer
    others = promotion.user_id and promotion.user_id != customer.user_id
    if others or (promotion.email and customer.email and promotion.email.casefold() != customer.email.casefold()):
        return Refusal(code="coupon_not_yours", message="This code belongs to someone else.")
    if promotion.first_order and customer.orders:
        return Refusal(code="coupon_first_order_only", message="This code is for the first order.")
    if promotion.limit is not None and customer.used.get(promotion.id, 0) >= promotion.limit:
        return Refusal(code="coupon_exhausted", message="This code has been used up.")
    own = promotion.per_customer
    if own is not None and customer.used_by_them.get(promotion.id, 0) >= own:
        return Refusal(code="coupon_already_used", message="You have used this code already.")
    return None


def _of_goods(promotion: Promotion, basket: Basket) -> Refusal | None:
    missing = promotion.missing(basket)
    if missing is None or (promotion.kind == "fixed" and basket.currency not in promotion.amounts):
        return Refusal(code="coupon_other_currency", message=f"This code does not hold for {basket.currency}.")
    if missing:
        lacking = Money(amount=missing, currency=basket.currency)
        return Refusal(
            code="coupon_minimum_not_reached", message=f"Goods for {lacking} more are needed.", missing=lacking
        )
    return None
