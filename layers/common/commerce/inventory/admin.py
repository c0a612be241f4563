"""Staff looks at stock and sets it right. Every change of what is on hand is a movement, with its reason."""

from collections.abc import Callable
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from commerce.inventory.events import StockAdjusted
from commerce.inventory.model import AdjustmentReason, Level, Movement, MovementReason, StockState
from commerce.inventory.store import LEVELS, MOVEMENTS
from commerce.runtime import audit
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import Moment, now
from commerce.runtime.errors import Conflict, Invalid, NotFound
from commerce.runtime.idempotency import Once
from commerce.runtime.ids import new_id
from commerce.runtime.paging import Page, next_cursor, position

MAX_PIECES = 10_000_000


class StockReserved(Conflict):
    """409: fewer pieces would be on hand than are set aside for orders."""

    code, title = "stock_reserved", "That many are set aside for orders"


class Adjustment(BaseModel):
    """How many more there are (`change`, negative for fewer), or how many there are (`set_to`); one of the two.

    `low_at` is from how many on the SKU counts as low. `per_customer` is how many of it one customer may have in all
    their orders from now on, null for as many as they like.
    """

    model_config = ConfigDict(extra="forbid")

    change: Annotated[int, Field(ge=-MAX_PIECES, le=MAX_PIECES)] | None = None
    set_to: Annotated[int, Field(ge=0, le=MAX_PIECES)] | None = None
    reason: AdjustmentReason
    note: Annotated[str, StringConstraints(max_length=500, strip_whitespace=True)] = ""
    low_at: Annotated[int, Field(ge=0, le=MAX_PIECES)] | None = None
    per_customer: Annotated[int, Field(strict=True, ge=1, le=MAX_PIECES)] | None = None

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if self.change is not None and self.set_to is not None:
            raise ValueError("give change or set_to, not both")
        if self.change is None and self.set_to is None and self.low_at is None and not self.limits:
            raise ValueError("give change, set_to, low_at or per_customer")
        return self

    @property
    def limits(self) -> bool:
        """Whether it says how many one customer may have; null says so too."""
        return "per_customer" in self.model_fields_set


class LevelView(BaseModel):
    """The stock of a SKU. `state` is what was last told of it, a moment behind `available`."""

    sku: str
    on_hand: int
    reserved: int
    available: int
    low_at: int
    per_customer: int | None
    state: StockState


class LevelRow(LevelView):
    """The same in a list, with what it is the stock of; empty for a SKU that no product has any more."""

    product_id: str = ""
    title: str = ""


class MovementView(BaseModel):
    """A change of what is on hand. `reference` is the order, import or person behind it."""

    id: str
    sku: str
    quantity: int
    reason: MovementReason
    reference: str
    note: str
    at: Moment


def adjust(sku: str, wanted: Adjustment, *, is_sold: Callable[[str], bool], who: str, once: Once) -> LevelView:
    """Changes what is on hand.

    Args:
        sku: of what.
        wanted: how.
        is_sold: whether a product has this SKU; asked only for one that never had stock.
        who: the id of the person.
        once: the request under its key.

    Raises:
        NotFound: nothing has this SKU.
        StockReserved: so many are set aside that not as many can go.
    """

    def attempt() -> LevelView:
        known = LEVELS.get(sku)
        if known is None and not is_sold(sku):
            raise NotFound("There is no such SKU.")
        level = known or Level(id=sku)
        change = wanted.change or 0 if wanted.set_to is None else wanted.set_to - level.on_hand
        if level.available + change < 0:
            raise _too_few(level)
        after = level.model_copy(
            update={
                "on_hand": level.on_hand + change,
                "available": level.available + change,
                "low_at": level.low_at if wanted.low_at is None else wanted.low_at,
                "per_customer": wanted.per_customer if wanted.limits else level.per_customer,
            }
        )
        changes = Changes()
        if known is None:
            changes.insert(LEVELS, after)
        else:
            seen = {"_id": sku, "on_hand": level.on_hand, "available": level.available}
            set_, unset = {"low_at": after.low_at, "per_customer": after.per_customer}, {}
            if after.per_customer is None:
                unset["per_customer"] = set_.pop("per_customer")
            moved = {"$inc": {"on_hand": change, "available": change}, "$set": set_}
            changes.update(LEVELS, seen, moved | ({"$unset": unset} if unset else {}))
        if change:
            movement = Movement(
                id=new_id("mov"),
                sku=sku,
                quantity=change,
                reason=wanted.reason,
                reference=who,
                note=wanted.note,
                who=who,
                at=now(),
            )
            changes.insert(MOVEMENTS, movement)
        before = level.to_mongo() if known else None
        audit.note(changes, who=who, action="stock.adjusted", subject=sku, before=before, after=after.to_mongo())
        changes.emit(StockAdjusted(sku=sku, change=change, reason=wanted.reason))
        once.keep(changes, _view(after))
        changes.commit()
        return _view(after)

    return retry_stale(attempt)


def list_levels(*, q: str, state: StockState | None, limit: int, cursor: str | None) -> Page[LevelRow]:
    """A page of levels by SKU: those that begin with `q`, those in a state, or all."""
    listing = f"inventory|{q}|{state or ''}"
    after = position(listing, cursor)
    rows = LEVELS.page(begins=q, state=state, after=after[0] if after else None, limit=limit + 1)
    items = [LevelRow(**_view(row).model_dump()) for row in rows[:limit]]
    return Page[LevelRow](items=items, next_cursor=next_cursor(listing, [items[-1].sku]) if len(rows) > limit else None)


def list_movements(sku: str, *, limit: int, cursor: str | None) -> Page[MovementView]:
    """A page of a SKU's movements, the newest first."""
    listing = f"movements|{sku}"
    before = position(listing, cursor)
    rows = MOVEMENTS.page(sku, before=before[0] if before else None, limit=limit + 1)
    items = [MovementView.model_validate(row.model_dump()) for row in rows[:limit]]
    more = next_cursor(listing, [items[-1].id]) if len(rows) > limit else None
    return Page[MovementView](items=items, next_cursor=more)


def _view(level: Level) -> LevelView:
    return LevelView(sku=level.id, **level.model_dump(exclude={"id"}))


def _too_few(level: Level) -> Exception:
    if level.reserved:
        return StockReserved(f"{level.reserved} of {level.on_hand} are set aside for orders.")
    return Invalid.field("change", "below_zero", f"There are only {level.on_hand}.")
