"""What a gift card is, how it is shown, and what is asked of it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from commerce.money import Money
from commerce.runtime.clock import Moment
from commerce.runtime.errors import Invalid
from commerce.runtime.mongo import Document, Versioned
from commerce.runtime.people import Email

CODE_KIND = "gift_card"

type GiftCardStatus = Literal["active", "used_up", "expired", "disabled"]
type Origin = Literal["staff", "refund", "purchase"]
type MovementKind = Literal["issued", "spent", "returned", "refunded", "reinstated"]


def not_usable() -> Invalid:
    """The one answer to every code that can't be used, whatever is the matter with it: who guesses learns nothing."""
    return Invalid.field("code", "gift_card_not_usable", "This gift card can't be used here. Is every sign right?")


class GiftCardCode(BaseModel):
    """A code as it was typed: small letters, spaces and hyphens do not matter, nor whether it is 0 or O, 1, I or L."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class BalanceOf(GiftCardCode):
    """Whose balance."""


class IssueGiftCard(BaseModel):
    """A card from the shop for somebody: the code goes to `email`, with what they are to read."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    amount: Money
    email: Email
    message: Annotated[str, StringConstraints(max_length=500)] = ""
    expires_at: Annotated[AwareDatetime | None, Field(description="Without one it never ends")] = None


class DisableGiftCard(BaseModel):
    """Why nobody shall pay with it any more."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: Annotated[str, StringConstraints(min_length=1, max_length=500)]


class GiftCard(Versioned):
    """A card. Of its code only a keyed hash is kept, and what may be shown. Amounts in minor units; `issued` is what it
    began with, `refunded` what its buyer got back of that. `origin_ref` is what it was made for, once (a refund, a
    piece that was bought), where the shop makes cards by itself.
    """

    code_hash: str
    last4: str
    currency: str
    issued: int
    balance: int
    refunded: int = 0
    origin: Origin
    origin_ref: str | None = None
    recipient: str
    message: str = ""
    expires_at: datetime | None = None
    disabled_at: datetime | None = None
    disabled_why: str = ""
    created_by: str = ""
    created_at: Moment

    @property
    def money(self) -> Money:
        """What is left on it."""
        return Money(amount=self.balance, currency=self.currency)

    def status(self, moment: datetime) -> GiftCardStatus:
        """How it stands at a moment."""
        if self.disabled_at:
            return "disabled"
        if self.expires_at and self.expires_at <= moment:
            return "expired"
        return "active" if self.balance else "used_up"


class Movement(Document):
    """What happened to a card's balance, in minor units: positive is more. Never altered. `refunded`: its buyer got
    that back, by the refund of this id; `reinstated`: it did not reach them.
    """

    card_id: str
    kind: MovementKind
    amount: int
    order_id: str = ""
    payment_id: str = ""
    refund_id: str = ""
    at: Moment


class GiftCardBalance(BaseModel):
    """What whoever has the code may know."""

    last4: str
    balance: Money
    expires_at: Moment | None


class GiftCardView(BaseModel):
    """A card as staff sees it."""

    id: str
    last4: str
    status: GiftCardStatus
    issued: Money
    balance: Money
    origin: Origin
    recipient: str
    message: str
    expires_at: Moment | None
    disabled_at: Moment | None
    disabled_why: str
    created_by: str
    created_at: Moment
    version: int


class IssuedGiftCard(GiftCardView):
    """The same with its code, which nobody is told again."""

    code: str


class GiftCardMovement(BaseModel):
    """A movement as staff sees it."""

    id: str
    kind: MovementKind
    amount: Money
    order_id: str
    payment_id: str
    refund_id: str = ""
    at: Moment


class GiftCardDetail(GiftCardView):
    """A card with all that happened to it, the first thing first."""

    movements: list[GiftCardMovement]


class GiftCardRef(BaseModel):
    """What an idempotency record keeps of a card: never its code."""

    card_id: str


def view(card: GiftCard, moment: datetime) -> GiftCardView:
    """The card as staff sees it at a moment."""
    kept = {"id", "last4", "origin", "recipient", "message", "expires_at", "disabled_at", "disabled_why"}
    return GiftCardView(
        **card.model_dump(include=kept | {"created_by", "created_at", "version"}),
        status=card.status(moment),
        issued=Money(amount=card.issued, currency=card.currency),
        balance=card.money,
    )


def movement_view(movement: Movement, currency: str) -> GiftCardMovement:
    """The movement as staff sees it."""
    amount = Money(amount=movement.amount, currency=currency)
    return GiftCardMovement(**movement.model_dump(exclude={"card_id", "amount"}), amount=amount)
