"""Staff says how the shop sends, and for how much: shipping methods."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from commerce.catalog.drafts import FilledLine
from commerce.money import MAX_AMOUNT
from commerce.pricing import rulebook
from commerce.pricing.rule_input import (
    Amount,
    Amounts,
    CountryCode,
    CurrencyCode,
    Position,
    Region,
    error,
    merged,
    place,
    refuse,
    unknown_currencies,
)
from commerce.pricing.shipping import MethodKind, RateStep, ShippingMethod
from commerce.pricing.store import MAX_METHODS, METHODS, ZONES
from commerce.runtime.clock import Moment, now
from commerce.runtime.errors import FieldError
from commerce.runtime.idempotency import Once
from commerce.runtime.ids import new_id
from commerce.runtime.paging import Page

MAX_STEPS = 50
MAX_DAYS = 365

_KIND = "shipping_method"

Text = Annotated[str, StringConstraints(max_length=500, strip_whitespace=True)]
Days = Annotated[int, Field(strict=True, ge=0, le=MAX_DAYS, description="Working days")]


class StepInput(BaseModel):
    """A price, up to so many grams or minor units of goods; without `up_to` however much."""

    model_config = ConfigDict(extra="forbid")

    up_to: Annotated[int, Field(strict=True, ge=1, le=MAX_AMOUNT)] | None = None
    amount: Amount


Rates = Annotated[dict[CurrencyCode, Annotated[list[StepInput], Field(min_length=1, max_length=MAX_STEPS)]],
                  Field(min_length=1)]  # fmt: skip


class NewMethod(BaseModel):
    """A shipping method to make.

    `rates` by currency, each a ladder of steps that rise: by grams (`by_weight`) or by the goods' value in minor units
    (`by_total`). The last step may be open; where it is not, the method is not offered for more. `flat` and `pickup`
    have one open step. From `free_over` on, by currency, it costs nothing. A pick-up says where; the taxes of its
    country hold then, where that is given.
    """

    model_config = ConfigDict(extra="forbid")

    zone_id: Annotated[str, StringConstraints(max_length=64)]
    title: FilledLine
    description: Text = ""
    kind: MethodKind
    rates: Rates
    free_over: Amounts = {}
    min_days: Days | None = None
    max_days: Days | None = None
    pickup_at: Text = ""
    pickup_country: CountryCode | None = None
    pickup_region: Region = ""
    active: bool = True
    position: Position = 0


class MethodPatch(BaseModel):
    """The members that are to be different, as in a JSON merge patch (RFC 7396): null takes a member back to what a new
    method has. Maps are given whole.
    """

    model_config = ConfigDict(extra="forbid")

    zone_id: Annotated[str, StringConstraints(max_length=64)] | None = None
    title: FilledLine | None = None
    description: Text | None = None
    kind: MethodKind | None = None
    rates: Rates | None = None
    free_over: Amounts | None = None
    min_days: Days | None = None
    max_days: Days | None = None
    pickup_at: Text | None = None
    pickup_country: CountryCode | None = None
    pickup_region: Region | None = None
    active: bool | None = None
    position: Position | None = None


class MethodView(BaseModel):
    """A shipping method as staff sees it."""

    id: str
    zone_id: str
    title: str
    description: str
    kind: MethodKind
    rates: dict[str, list[RateStep]]
    free_over: dict[str, int]
    min_days: int | None
    max_days: int | None
    pickup_at: str
    pickup_country: str | None
    pickup_region: str
    active: bool
    position: int
    created_at: Moment
    version: int


def list_all(*, zone_id: str, limit: int, cursor: str | None) -> Page[MethodView]:
    """A page of methods, the oldest first; of one zone, or all."""
    where = {"zone_id": zone_id} if zone_id else {}
    listing = f"shipping-methods|{zone_id}"
    return rulebook.listed(METHODS, where, _view, listing=listing, limit=limit, cursor=cursor)


def create(wanted: NewMethod, *, who: str, once: Once) -> MethodView:
    """Makes a method.

    Raises:
        Invalid: members that do not go together, no such zone, a currency that the shop does not sell in.
        TooMany: there are as many as every cart can look through.
    """

    def make() -> ShippingMethod:
        members = _checked(wanted)
        rulebook.room_for_one_more(METHODS, MAX_METHODS)
        return ShippingMethod(id=new_id("ship"), created_at=now(), **members)

    return rulebook.create(METHODS, make, _view, kind=_KIND, who=who, once=once)


def update(method_id: str, patch: MethodPatch, *, version: int | None, who: str) -> MethodView:
    """Changes a method; carts that have chosen it are priced anew.

    Args:
        method_id: which one.
        patch: what is to be different.
        version: the one it was made from, None for any.
        who: the id of the person.

    Raises:
        NotFound: there is none.
        PreconditionFailed: it has another version now.
        Invalid: as for `create`.
    """

    def change(known: ShippingMethod) -> ShippingMethod:
        members = {name: getattr(known, name) for name in NewMethod.model_fields}
        members["pickup_country"] = known.pickup_country or None
        return ShippingMethod.model_validate(known.model_dump() | _checked(merged(NewMethod, members, patch)))

    return _view(rulebook.update(METHODS, method_id, change, kind=_KIND, version=version, who=who))


def delete(method_id: str, *, version: int | None, who: str) -> None:
    """Removes a method; orders keep what they were sent by, and carts that had chosen it choose again.

    Raises:
        NotFound: there is none.
        PreconditionFailed: it has another version now.
    """
    rulebook.delete(METHODS, method_id, kind=_KIND, version=version, who=who)


def _checked(wanted: NewMethod) -> dict[str, Any]:
    """Its members as stored."""
    errors: list[FieldError] = []
    if ZONES.get(wanted.zone_id) is None:
        errors.append(error("zone_id", "unknown_zone", "There is no such zone."))
    errors += unknown_currencies("rates", wanted.rates)
    for currency, steps in wanted.rates.items():
        errors += _ladder(wanted.kind, steps, f"rates.{currency}")
    errors += unknown_currencies("free_over", wanted.free_over)
    for currency in wanted.free_over:
        if currency not in wanted.rates:
            errors.append(error(f"free_over.{currency}", "rate_missing", "It has no rate in this currency."))
    if wanted.min_days is not None and wanted.max_days is not None and wanted.max_days < wanted.min_days:
        errors.append(error("max_days", "days_reversed", "At most fewer days than at least."))
    region = _pickup(wanted, errors)
    refuse(errors)
    rates = {
        currency: [RateStep(up_to=s.up_to, amount=s.amount) for s in steps] for currency, steps in wanted.rates.items()
    }
    members = {name: getattr(wanted, name) for name in NewMethod.model_fields}
    return members | {"rates": rates, "pickup_country": wanted.pickup_country or "", "pickup_region": region}


def _ladder(kind: MethodKind, steps: list[StepInput], at: str) -> Iterator[FieldError]:
    if kind in ("flat", "pickup"):
        if len(steps) > 1 or steps[0].up_to is not None:
            yield error(at, "one_open_step", f"A {kind} rate is one step without up_to.")
        return
    for number, (lower, upper) in enumerate(pairwise(steps)):
        if lower.up_to is None:
            yield error(f"{at}.{number}.up_to", "step_open", "Only the last step may be open.")
        elif upper.up_to is not None and upper.up_to <= lower.up_to:
            yield error(
                f"{at}.{number + 1}.up_to", "steps_not_rising", "Each step reaches further than the one before."
            )


def _pickup(wanted: NewMethod, errors: list[FieldError]) -> str:
    """The region's code of the place where it is handed over."""
    if wanted.kind != "pickup":
        given = [name for name in ("pickup_at", "pickup_country", "pickup_region") if getattr(wanted, name)]
        errors += [error(name, "not_for_kind", "Only a pick-up has a place.") for name in given]
        return ""
    if not wanted.pickup_at:
        errors.append(error("pickup_at", "required_for_kind", "Say where it is picked up."))
    if not wanted.pickup_country:
        if wanted.pickup_region:
            errors.append(error("pickup_country", "country_missing", "A region is of a country."))
        return ""
    return place(wanted.pickup_country, wanted.pickup_region, errors, at=("pickup_country", "pickup_region"))


def _view(method: ShippingMethod) -> MethodView:
    return MethodView.model_validate(method.model_dump() | {"pickup_country": method.pickup_country or None})
