"""What a refund takes off a sale: lines, shipping, rounding, each with its taxes, and what stands for none of them.

This is what a credit note says, and what the ledger takes back from revenue and taxes. All amounts of one credit have
one currency; its parts sum to the refund, to the cent.
"""

from pydantic import BaseModel, ConfigDict

from commerce.money import Money


class CreditedTax(BaseModel):
    """What of an amount is tax of one rate. `percent` is a decimal ("8.875"); `included`: the prices held it already,
    otherwise it stood on top of them.
    """

    model_config = ConfigDict(frozen=True)

    rate_id: str
    name: str
    percent: str
    included: bool
    amount: Money


class CreditedPart(BaseModel):
    """Something that is given back: `amount` with all its taxes, and what of it each of them is."""

    model_config = ConfigDict(frozen=True)

    amount: Money
    taxes: list[CreditedTax] = []


class CreditedLine(CreditedPart):
    """So many pieces of an order's line. `restock`: they are back on the shelf. A `gift_card` that was bought is worth
    what was left on it, and the quantity counts those that were emptied: 0 where one was not.
    """

    line_id: str
    quantity: int
    gift_card: bool = False
    restock: bool = False


class Credit(BaseModel):
    """What a refund takes off a sale: the sum of its lines, its shipping, its rounding and `plain`.

    `plain` is for no line and without taxes: a courtesy. It is negative where all that is left of a sale goes back and
    something had been given before: the lines then stand there whole, less that.
    """

    model_config = ConfigDict(frozen=True)

    lines: list[CreditedLine] = []
    shipping: CreditedPart | None = None
    rounding: Money | None = None
    plain: Money | None = None

    @property
    def taxes(self) -> int:
        """All taxes in it, in minor units."""
        parts = [*self.lines, *([self.shipping] if self.shipping else [])]
        return sum(tax.amount.amount for part in parts for tax in part.taxes)

    @property
    def gift_cards(self) -> int:
        """What of it was on gift cards that had been bought, in minor units."""
        return sum(line.amount.amount for line in self.lines if line.gift_card)

    @property
    def amount(self) -> int:
        """All of it, in minor units."""
        others = (self.shipping.amount if self.shipping else None, self.rounding, self.plain)
        return sum(line.amount.amount for line in self.lines) + sum(money.amount for money in others if money)
