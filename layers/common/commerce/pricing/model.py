"""What is priced, and what comes of it. All amounts of one calculation are minor units of one currency."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from commerce.money import Money


class PricedLine(BaseModel):
    """So many pieces at one price."""

    model_config = ConfigDict(frozen=True)

    line_id: str
    quantity: int
    unit_price: int


class Explanation(BaseModel):
    """Where a part of the total comes from. The parts sum to the total, always."""

    kind: Literal["item", "shipping"]
    reference: str
    text: str
    amount: Money


class Totals(BaseModel):
    """What is to be paid, and why. `total` = `items` - `discount` + `shipping` + `tax` = the sum of `explain`."""

    items: Money
    discount: Money
    shipping: Money
    tax: Money
    total: Money
    explain: list[Explanation]
