"""The shop's rates of tax.

Staff reads them; to change one takes an admin, for it is charged on every order there and owed to an authority, and
nothing on a product's page shows that it is wrong.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from commerce.catalog.drafts import Line
from commerce.pricing import rulebook
from commerce.pricing.rule_input import CountryCode, Region, error, merged, place, refuse
from commerce.pricing.store import MAX_RATES, RATES
from commerce.pricing.taxes import TaxRate
from commerce.runtime.clock import Moment, now
from commerce.runtime.errors import Conflict, FieldError, Invalid
from commerce.runtime.idempotency import Once
from commerce.runtime.ids import new_id
from commerce.runtime.paging import Page

_KIND = "tax_rate"

Name = Annotated[Line, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]
Percent = Annotated[
    Decimal,
    Field(ge=0, le=100, decimal_places=4, description="At most four decimals: 8.875 or '8.875'; 0 is zero-rated"),
]
Category = Annotated[Line, StringConstraints(max_length=60, strip_whitespace=True)]


class RateTaken(Conflict):
    """409: there is a rate of this name for this tax category at this place."""

    code, title = "rate_taken", "There is such a rate already"


class NewTaxRate(BaseModel):
    """A rate to make, for a country, or for a region of it by its code or name.

    `category` is a tax category of products; empty: all that have no rate of their own. An `included` rate is inside
    the prices already, others come on top. A region's rates stand in place of the country's, unless all of them `add`:
    that is what `adds` says.
    """

    model_config = ConfigDict(extra="forbid")

    name: Name
    country: CountryCode
    region: Region = ""
    category: Category = ""
    percent: Percent
    included: bool = False
    adds: bool = False
    on_shipping: bool = True


class TaxRatePatch(BaseModel):
    """The members that are to be different, as in a JSON merge patch (RFC 7396): null takes a member back to what a new
    rate has.
    """

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    country: CountryCode | None = None
    region: Region | None = None
    category: Category | None = None
    percent: Percent | None = None
    included: bool | None = None
    adds: bool | None = None
    on_shipping: bool | None = None


class TaxRateView(BaseModel):
    """A rate as staff sees it. `percent` is a decimal ("8.875")."""

    id: str
    name: str
    country: str
    region: str
    category: str
    percent: str
    included: bool
    adds: bool
    on_shipping: bool
    created_at: Moment
    version: int


def list_all(*, country: str, limit: int, cursor: str | None) -> Page[TaxRateView]:
    """A page of rates, the oldest first; of one country, or all."""
    where = {"country": country} if country else {}
    return rulebook.listed(RATES, where, _view, listing=f"tax-rates|{country}", limit=limit, cursor=cursor)


def create(wanted: NewTaxRate, *, who: str, once: Once) -> TaxRateView:
    """Makes a rate.

    Raises:
        Invalid: there is no such place, or of the rates that hold together there some would add and others not.
        RateTaken: there is one of this name for this tax category at this place.
        TooMany: there are as many as every cart can look through.
    """

    def make() -> TaxRate:
        members = _checked(wanted)
        _agree(members)
        rulebook.room_for_one_more(RATES, MAX_RATES)
        return TaxRate(id=new_id("tax"), created_at=now(), **members)

    return rulebook.create(RATES, make, _view, kind=_KIND, who=who, once=once, taken=RateTaken())


def update(rate_id: str, patch: TaxRatePatch, *, version: int | None, who: str) -> TaxRateView:
    """Changes a rate, from the next cart on; orders keep what they were charged.

    Args:
        rate_id: which one.
        patch: what is to be different.
        version: the one it was made from, None for any.
        who: the id of the person.

    Raises:
        NotFound: there is none.
        PreconditionFailed: it has another version now.
        Invalid: there is no such place, or of the rates that hold together there some would add and others not.
        RateTaken: there is one of this name for this tax category at this place.
    """

    def change(known: TaxRate) -> TaxRate:
        written = known.model_dump() | {"percent": Decimal(known.percent)}
        members = _checked(merged(NewTaxRate, written, patch))
        _agree(members, but=known.id)
        return known.model_copy(update=members)

    return _view(rulebook.update(RATES, rate_id, change, kind=_KIND, version=version, who=who, taken=RateTaken()))


def delete(rate_id: str, *, version: int | None, who: str) -> None:
    """Removes a rate.

    Raises:
        NotFound: there is none.
        PreconditionFailed: it has another version now.
    """
    rulebook.delete(RATES, rate_id, kind=_KIND, version=version, who=who)


def _checked(wanted: NewTaxRate) -> dict[str, Any]:
    """Its members as stored."""
    errors: list[FieldError] = []
    region = place(wanted.country, wanted.region, errors, at=("country", "region"))
    if wanted.adds and not wanted.region:
        errors.append(error("adds", "adds_to_nothing", "Only a region's rate adds to its country's."))
    refuse(errors)
    members = {name: getattr(wanted, name) for name in NewTaxRate.model_fields if name != "percent"}
    return members | {"region": region, "ppm": int(wanted.percent * 10_000)}


def _agree(members: Mapping[str, Any], but: str = "") -> None:
    """The rates of a region stand beside the country's, or in their place: all of them together. Of some that do and
    some that do not nobody could say what was meant. One round trip for a region's rate.
    """
    if not members["region"]:
        return
    others = RATES.together(members["country"], members["region"], members["category"])
    if any(other.adds != members["adds"] for other in others if other.id != but):
        raise Invalid.field("adds", "adds_in_part", "The region's other rates for this tax category say otherwise.")


def _view(rate: TaxRate) -> TaxRateView:
    return TaxRateView.model_validate(rate.model_dump() | {"percent": rate.percent})
