"""What is priced, and what comes of it. All amounts of one calculation are minor units of one currency."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from commerce.money import Money


@dataclass(frozen=True, slots=True)
class PricedLine:
    """So many pieces at one price in minor units, and what the rules ask of them.

    `category` is an id, `tax_category` a name of the shop's own; empty is the usual one. Of a gift card the rules know
    nothing (see `calculation`).
    """

    line_id: str
    quantity: int
    unit_price: int
    sku: str = ""
    product_id: str = ""
    category: str = ""
    taxable: bool = True
    tax_category: str = ""
    weight_grams: int = 0
    requires_shipping: bool = True
    gift_card: bool = False

    @property
    def total(self) -> int:
        """Before any reduction."""
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class Destination:
    """Where it goes: ISO 3166-1 alpha-2, and the code of a region of that country (`CA`), empty where there is none."""

    country: str
    region: str = ""


@dataclass(frozen=True, slots=True)
class Customer:
    """Who buys, as far as promotions care. The email address is empty as long as nobody knows it.

    `orders` is how many the customer has paid for; `used` how often a promotion was used, by its id: by everyone, and
    by this customer.
    """

    user_id: str = ""
    email: str = ""
    orders: int = 0
    used: Mapping[str, int] = field(default_factory=dict)
    used_by_them: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Basket:
    """What a calculation is about.

    `destination` is None as long as nobody knows where it goes; `method` is the id of the chosen shipping method,
    empty for the cheapest that is sent; `coupon` is the id of the promotion whose code was entered.
    """

    currency: str
    lines: tuple[PricedLine, ...]
    at: datetime
    destination: Destination | None = None
    method: str = ""
    coupon: str = ""
    customer: Customer = Customer()

    @property
    def ships(self) -> bool:
        """Whether anything has to be brought to the buyer."""
        return any(line.requires_shipping for line in self.lines)

    @property
    def weight_grams(self) -> int:
        """Of all that has to be brought to the buyer."""
        return sum(line.weight_grams * line.quantity for line in self.lines if line.requires_shipping)


@dataclass(slots=True)
class Remaining:
    """What is left to pay of each line and of the shipping while reductions are taken off, in minor units."""

    lines: dict[str, int]
    shipping: int = 0

    def goods(self) -> int:
        """Of all lines."""
        return sum(self.lines.values())


@dataclass(frozen=True, slots=True)
class Reduction:
    """What one promotion takes off, in minor units: of lines by their id, and of the shipping."""

    promotion_id: str
    lines: dict[str, int] = field(default_factory=dict)
    shipping: int = 0

    @property
    def amount(self) -> int:
        """All of it."""
        return sum(self.lines.values()) + self.shipping


class Share(BaseModel):
    """What of a part falls on one line; `line_id` is empty for the shipping's."""

    line_id: str
    amount: Money


class Explanation(BaseModel):
    """Where a part of the total comes from.

    `reference` names the line, promotion, shipping method or tax rate; `shares` say what of it falls on which line.
    `included` parts (a tax that the prices hold already) are inside other parts; the others sum to the total, always.
    """

    kind: Literal["item", "promotion", "shipping", "tax", "rounding"]
    reference: str
    text: str
    amount: Money
    included: bool = False
    shares: list[Share] = []


class LineTotals(BaseModel):
    """One line: `total` = `subtotal` - `discount` + `tax`; `included_tax` is inside of it."""

    line_id: str
    subtotal: Money
    discount: Money
    tax: Money
    included_tax: Money
    total: Money


class TaxTotal(BaseModel):
    """One rate of tax. `base` is what it is worked out from, without this tax. `percent` is a decimal ("8.875")."""

    name: str
    percent: str
    base: Money
    amount: Money
    included: bool


class Totals(BaseModel):
    """What is to be paid, and why.

    `total` = `items` - `discount` + `shipping` + `tax` + `rounding`, which is also the sum of the parts of `explain`
    that are not included. `shipping` is the rate before any reduction. `tax` is what comes on top of the prices,
    `included_tax` what is inside them.
    """

    items: Money
    discount: Money
    shipping: Money
    tax: Money
    total: Money
    explain: list[Explanation]
    included_tax: Money | None = None
    rounding: Money | None = None
    lines: list[LineTotals] = []
    taxes: list[TaxTotal] = []
