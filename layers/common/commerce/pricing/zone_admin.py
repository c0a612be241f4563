"""Staff says where the shop sends to: shipping zones. A place belongs to one zone."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from commerce.catalog.drafts import FilledLine
from commerce.pricing import rulebook
from commerce.pricing.rule_input import CountryCode, Region, error, merged, place, refuse
from commerce.pricing.shipping import Area, ShippingZone
from commerce.pricing.store import MAX_ZONES, METHODS, ZONES
from commerce.runtime.clock import Moment, now
from commerce.runtime.errors import Conflict, FieldError
from commerce.runtime.idempotency import Once
from commerce.runtime.ids import new_id
from commerce.runtime.paging import Page

MAX_COUNTRIES = 300
MAX_REGIONS = 200

_KIND = "shipping_zone"


class ZoneOverlap(Conflict):
    """409: two zones would claim one place; the answer names both and the place."""

    code, title = "zone_overlap", "A place belongs to one shipping zone"


class ZoneNotEmpty(Conflict):
    """409: there are shipping methods in it."""

    code, title = "zone_not_empty", "There are shipping methods in this zone"


class AreaInput(BaseModel):
    """A country, or some of its regions by their codes or names."""

    model_config = ConfigDict(extra="forbid")

    country: CountryCode
    regions: Annotated[list[Annotated[Region, Field(min_length=1)]], Field(max_length=MAX_REGIONS)] = []


Areas = Annotated[list[AreaInput], Field(max_length=MAX_COUNTRIES)]


class NewZone(BaseModel):
    """A zone to make, of `areas`. `everywhere`: it is also for wherever no other zone is."""

    model_config = ConfigDict(extra="forbid")

    title: FilledLine
    areas: Areas = []
    everywhere: bool = False


class ZonePatch(BaseModel):
    """The members that are to be different; `areas` are given whole."""

    model_config = ConfigDict(extra="forbid")

    title: FilledLine | None = None
    areas: Areas | None = None
    everywhere: bool | None = None


class ZoneView(BaseModel):
    """A zone as staff sees it; an area without regions is its whole country."""

    id: str
    title: str
    areas: list[Area]
    everywhere: bool
    created_at: Moment
    version: int


def list_all(*, limit: int, cursor: str | None) -> Page[ZoneView]:
    """A page of zones, the oldest first."""
    return rulebook.listed(ZONES, {}, _view, listing="shipping-zones", limit=limit, cursor=cursor)


def create(wanted: NewZone, *, who: str, once: Once) -> ZoneView:
    """Makes a zone.

    Raises:
        Invalid: it is for nowhere, or for a place that is not there.
        ZoneOverlap: another zone has one of its places.
        TooMany: there are as many as every cart can look through.
    """

    def make() -> ShippingZone:
        made = ShippingZone(id=new_id("zone"), created_at=now(), **_checked(wanted))
        _alone(made)
        rulebook.room_for_one_more(ZONES, MAX_ZONES)
        return made

    return rulebook.create(ZONES, make, _view, kind=_KIND, who=who, once=once)


def update(zone_id: str, patch: ZonePatch, *, version: int | None, who: str) -> ZoneView:
    """Changes a zone.

    Args:
        zone_id: which one.
        patch: what is to be different.
        version: the one it was made from, None for any.
        who: the id of the person.

    Raises:
        NotFound: there is none.
        PreconditionFailed: it has another version now.
        Invalid: it would be for nowhere, or for a place that is not there.
        ZoneOverlap: another zone has one of its places.
    """

    def change(known: ShippingZone) -> ShippingZone:
        members = {name: getattr(known, name) for name in NewZone.model_fields}
        changed = known.model_copy(update=_checked(merged(NewZone, members, patch)))
        _alone(changed)
        return changed

    return _view(rulebook.update(ZONES, zone_id, change, kind=_KIND, version=version, who=who))


def delete(zone_id: str, *, version: int | None, who: str) -> None:
    """Removes a zone that has no shipping methods; carts that go there have nothing to choose from then.

    Raises:
        NotFound: there is none.
        PreconditionFailed: it has another version now.
        ZoneNotEmpty: there are methods in it.
    """

    def may_go(known: ShippingZone) -> None:
        if METHODS.of_zone(known.id):
            raise ZoneNotEmpty("Move or delete them first.")

    rulebook.delete(ZONES, zone_id, may_go, kind=_KIND, version=version, who=who)


def _checked(wanted: NewZone) -> dict[str, Any]:
    """Its members as stored, regions by their codes."""
    errors: list[FieldError] = []
    areas = [_area(area, f"areas.{number}", errors) for number, area in enumerate(wanted.areas)]
    if not areas and not wanted.everywhere:
        errors.append(error("areas", "areas_missing", "Name a country, or let it be for everywhere."))
    seen: set[str] = set()
    for number, area in enumerate(areas):
        if area.country in seen:
            errors.append(error(f"areas.{number}.country", "country_duplicate", "It stands here twice."))
        seen.add(area.country)
    refuse(errors)
    return {"title": wanted.title, "areas": areas, "everywhere": wanted.everywhere}


def _area(area: AreaInput, at: str, errors: list[FieldError]) -> Area:
    regions = [
        place(area.country, region, errors, at=(f"{at}.country", f"{at}.regions.{number}"))
        for number, region in enumerate(area.regions or [""])
    ]
    return Area(country=area.country, regions=list(dict.fromkeys(filter(None, regions))))


def _alone(wanted: ShippingZone) -> None:
    """Sees that no other zone has one of its places. A region may be in another zone than the rest of its country."""
    for other in ZONES.every():
        if other.id == wanted.id:
            continue
        for where in _places(wanted):
            if where in set(_places(other)):
                named = " ".join(filter(None, where)) or "Everywhere else"
                raise ZoneOverlap(
                    f"{named} would be in {other.title} and in {wanted.title}.",
                    zones=[{"id": other.id, "title": other.title}, {"id": wanted.id, "title": wanted.title}],
                    country=where[0],
                    region=where[1],
                )


def _places(zone: ShippingZone) -> Iterator[tuple[str, str]]:
    """What it claims: (country, region), the region empty for the whole country, both empty for everywhere."""
    for area in zone.areas:
        for region in area.regions or [""]:
            yield area.country, region
    if zone.everywhere:
        yield "", ""


def _view(zone: ShippingZone) -> ZoneView:
    return ZoneView.model_validate(zone.model_dump())
