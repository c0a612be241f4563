"""The ledger as people of the shop read it."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from commerce.money import Money
from commerce.payments.ledger import LEDGER, Account, Booking, Transaction
from commerce.runtime.clock import Moment
from commerce.runtime.ids import earliest_id
from commerce.runtime.paging import Page, next_cursor, position


class Wanted(BaseModel):
    """Which transactions; all of what is given must fit. Times without a zone are UTC."""

    model_config = ConfigDict(extra="forbid")

    account: Account | None = None
    kind: Booking | None = None
    order_id: str = ""
    payment_id: str = ""
    currency: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def members(self) -> dict[str, object]:
        """What is wanted, by the member of the transaction."""
        asked = {
            "postings.account": self.account,
            "kind": self.kind,
            "order_id": self.order_id,
            "payment_id": self.payment_id,
            "currency": self.currency,
        }
        return {name: value for name, value in asked.items() if value}

    def ids(self) -> dict[str, str]:
        """The bounds of the ids, which are in order of time, as MongoDB's operators."""
        bounds = {"$gte": self.since, "$lt": self.until}
        return {operator: earliest_id("led", moment) for operator, moment in bounds.items() if moment}


class PostingView(BaseModel):
    """An amount on an account: a debit, or a credit where it is negative."""

    account: Account
    amount: Money


class TransactionView(BaseModel):
    """A transaction. `reference` is what it was booked for: whose, of what, and as what."""

    id: str
    kind: Booking
    reference: str
    order_id: str
    payment_id: str
    at: Moment
    postings: list[PostingView]


def list_transactions(wanted: Wanted, *, limit: int, cursor: str | None) -> Page[TransactionView]:
    """A page of transactions, the newest first. One round trip.

    Raises:
        InvalidCursor: not ours, or of another list.
    """
    listing = f"transactions|{wanted.model_dump_json()}"
    before = position(listing, cursor)
    rows = LEDGER.page(wanted.members(), wanted.ids(), before=before[0] if before else None, limit=limit + 1)
    more = next_cursor(listing, [rows[limit - 1].id]) if len(rows) > limit else None
    return Page[TransactionView](items=[view(booked) for booked in rows[:limit]], next_cursor=more)


def view(booked: Transaction) -> TransactionView:
    """The transaction as it is shown."""
    postings = [
        PostingView(account=posting.account, amount=Money(amount=posting.amount, currency=booked.currency))
        for posting in booked.postings
    ]
    return TransactionView(**booked.model_dump(exclude={"postings", "currency"}), postings=postings)
