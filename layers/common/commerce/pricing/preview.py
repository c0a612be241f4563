"""What would this cart cost? Staff asks before a rule is trusted, or when a buyer wonders. Nothing is stored."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from commerce import catalog, inventory
from commerce.catalog import VariantOffer
from commerce.catalog.drafts import Sku
from commerce.pricing import redemption, rules
from commerce.pricing.calculation import AppliedPromotion, calculate
from commerce.pricing.eligibility import Refusal
from commerce.pricing.model import Basket, Destination, PricedLine, Totals
from commerce.pricing.offers import priced_line
from commerce.pricing.promotion_input import Time, UserId
from commerce.pricing.promotions import normal_code
from commerce.pricing.rule_input import CountryCode, CurrencyCode, Region, error, place, refuse
from commerce.pricing.shipping import ShippingOption
from commerce.pricing.store import STAMPS
from commerce.runtime.clock import Moment, now
from commerce.runtime.errors import FieldError
from commerce.runtime.people import Email
from commerce.runtime.settings import settings

MAX_LINES = 50
MAX_PIECES = 99


class PreviewLine(BaseModel):
    """So many pieces of a variant."""

    model_config = ConfigDict(extra="forbid")

    sku: Sku
    quantity: Annotated[int, Field(strict=True, ge=1, le=MAX_PIECES)] = 1


class PreviewPlace(BaseModel):
    """Where it would go, as far as shipping and taxes care. (A postal code is taken, and moves no price.)"""

    model_config = ConfigDict(extra="forbid")

    country: CountryCode
    region: Region = ""
    postal_code: Annotated[str, StringConstraints(max_length=20)] = ""


class PreviewCart(BaseModel):
    """A cart that nobody has. Without `currency` it is the shop's default, without `method` the cheapest, without `at`
    now; `email` and `user_id` say who would buy.
    """

    model_config = ConfigDict(extra="forbid")

    currency: CurrencyCode | None = None
    lines: Annotated[list[PreviewLine], Field(min_length=1, max_length=MAX_LINES)]
    coupon: Annotated[str, StringConstraints(max_length=100)] = ""
    shipping_address: PreviewPlace | None = None
    method: Annotated[str, StringConstraints(max_length=64)] = ""
    email: Email | None = None
    user_id: UserId = ""
    at: Time | None = None


class PricingPreview(BaseModel):
    """What it would cost, with where each part comes from; lines are named by their place in the question, from 0.

    `options` are the ways to send it, `method` the one reckoned with: null where none is needed, chosen or known.
    `served` is false where the shop does not send to. `refusal` says why the coupon gives nothing.
    """

    at: Moment
    totals: Totals
    promotions: list[AppliedPromotion]
    options: list[ShippingOption]
    method: ShippingOption | None
    served: bool
    refusal: Refusal | None


def preview(wanted: PreviewCart) -> PricingPreview:
    """Prices the cart by the rules in force. Stock is not looked at.

    Raises:
        Invalid: an unknown SKU, currency or place.
    """
    errors: list[FieldError] = []
    currency = wanted.currency or settings().default_currency
    if currency not in settings().currencies:
        known = ", ".join(settings().currencies)
        errors.append(error("currency", "unknown_currency", f"The shop sells in {known}."))
    destination = _destination(wanted.shipping_address, errors)
    refuse(errors)
    offers = catalog.offers((line.sku for line in wanted.lines), currency, join=inventory.join)
    lines = _lines(wanted.lines, offers, errors)
    refuse(errors)
    code = normal_code(wanted.coupon)
    coupon = redemption.find_coupon(code) if code else None
    in_force = rules.in_force(STAMPS.seen(), coupon)
    at = wanted.at or now()
    basket = Basket(
        currency=currency,
        lines=tuple(lines),
        at=at,
        destination=destination,
        method=wanted.method,
        coupon=coupon.id if coupon else code,
        customer=redemption.customer(in_force.promotions, user_id=wanted.user_id, email=wanted.email or ""),
    )
    priced = calculate(basket, in_force)
    return PricingPreview(
        at=at,
        totals=priced.totals,
        promotions=priced.promotions,
        options=priced.options,
        method=priced.method,
        served=priced.served,
        refusal=priced.refusal,
    )


def _destination(where: PreviewPlace | None, errors: list[FieldError]) -> Destination | None:
    if where is None:
        return None
    at = ("shipping_address.country", "shipping_address.region")
    return Destination(where.country, place(where.country, where.region, errors, at=at))


def _lines(wanted: list[PreviewLine], offers: Mapping[str, VariantOffer], errors: list[FieldError]) -> list[PricedLine]:
    found = []
    for number, line in enumerate(wanted):
        offer = offers.get(line.sku)
        if offer is None:
            errors.append(error(f"lines.{number}.sku", "unknown_sku", "There is no such variant."))
        elif offer.unit_price is None:
            errors.append(error(f"lines.{number}.sku", "not_sold_in_currency", "It is not sold in this currency."))
        else:
            found.append(priced_line(str(number), line.sku, line.quantity, offer, unit_price=offer.unit_price))
    return found
