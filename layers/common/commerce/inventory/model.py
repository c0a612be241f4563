"""Stock levels, reservations and movements.

Always: available = on_hand - reserved; reserved = the sum of live (held) reservations; on_hand = the sum of movements.
"""

from typing import Literal

from pydantic import BaseModel, Field

from commerce.runtime.clock import Moment
from commerce.runtime.mongo import Document

# Pieces by SKU.
type Quantities = dict[str, int]


type StockState = Literal["in", "low", "out"]

LOW_AT = 5  # Pieces; where a SKU has no limit of its own.


class Level(Document):
    """The stock of one SKU, which is its id.

    `state` is what was last told of it, a moment behind `available`; `low_at` is how many are few; `per_customer` is
    how many one customer may have in all live orders, None for as many as they like.
    """

    on_hand: int = 0
    reserved: int = 0
    available: int = 0
    low_at: int = LOW_AT
    per_customer: int | None = None
    state: StockState = "out"

    @property
    def stands(self) -> StockState:
        """What `available` amounts to."""
        if self.available <= 0:
            return "out"
        return "low" if self.available <= self.low_at else "in"


class HeldLine(BaseModel):
    """So many pieces of one SKU."""

    sku: str
    quantity: int = Field(gt=0)


class Reservation(Document):
    """Pieces set aside for one order, whose id it carries. `held` ends once, as `committed` or `released`."""

    lines: list[HeldLine]
    status: Literal["held", "committed", "released"] = "held"
    held_until: Moment


type AdjustmentReason = Literal["received", "damaged", "lost", "counted", "returned", "other"]
type MovementReason = AdjustmentReason | Literal["sold", "adjusted"]


class Movement(Document):
    """A change of what is on hand; never altered afterwards."""

    sku: str
    quantity: int
    reason: MovementReason
    reference: str = ""
    note: str = ""
    who: str = ""
    at: Moment
