"""Refunds that people of the shop decide: lines and quantities, the shipping, an amount, or all that is left."""

from collections.abc import Callable
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from commerce.money import Money
from commerce.payments import attempts, crediting, deciding, sales
from commerce.payments.credit import Credit, CreditedLine, CreditedPart
from commerce.payments.crediting import Pieces
from commerce.payments.gateways.amounts import RULES
from commerce.payments.giftcards.bought import Bought, Share
from commerce.payments.model import Payment, Refund, RefundStatus, RefundTo
from commerce.payments.refunds import execute
from commerce.payments.sales import Sale
from commerce.payments.store import REFUNDS
from commerce.pricing.rounding import payable
from commerce.runtime import audit
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import Moment
from commerce.runtime.errors import Conflict, FieldError, Invalid, ProviderUnavailable
from commerce.runtime.idempotency import Once
from commerce.runtime.ids import new_id
from commerce.runtime.observability import logger
from commerce.runtime.paging import Page, next_cursor, position
from commerce.runtime.people import NOBODY

MAX_LINES = 100

type EmailOf = Callable[[str], str]
"""Whom to write to about the order of this id."""


class NothingToRefund(Conflict):
    """409: the payment never had money, or all of it has gone back, is on its way, or lies in a dispute."""

    code, title = "nothing_to_refund", "Nothing of this payment can be refunded"


class NotCaptured(Conflict):
    """409: the money is held for us and not taken yet: there is nothing to give back. Who does not want it cancels the
    order, and it is let go.
    """

    code, title = "not_captured", "This payment is authorized, but not captured yet"


class NoSale(Conflict):
    """409: no order has taken the money, or not yet; it has no lines that could be refunded."""

    code, title = "no_sale", "No order has taken this payment"


class RefundLine(BaseModel):
    """So many pieces of a line of the order; `restock` puts them back on the shelf when the money has gone."""

    model_config = ConfigDict(extra="forbid")

    line_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    quantity: Annotated[int, Field(strict=True, ge=1, le=1_000)]
    restock: bool = False


class CreateRefund(BaseModel):
    """What goes back, in one of three ways: `lines` and/or `shipping`; `amount`, a courtesy for no line; `everything`
    that is left. `to`: where it came from, or to a gift card (the one that paid, else a new one, mailed to the buyer).
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    lines: Annotated[list[RefundLine], Field(max_length=MAX_LINES)] = []
    shipping: bool = False
    amount: Money | None = None
    everything: bool = False
    to: RefundTo = "origin"

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [bool(self.lines or self.shipping), self.amount is not None, self.everything]
        if sum(ways) != 1:
            raise ValueError("give lines and/or shipping, or an amount, or everything")
        return self


class RefundRef(BaseModel):
    """What an idempotency record keeps of a refund."""

    refund_id: str


class RefundView(BaseModel):
    """A refund. `requested`: decided, and the provider has not answered yet; it is asked again by itself. `failure` is
    the provider's word on why it did not go. Where the money was taken by an order, `lines`, `shipping`, `rounding` and
    `plain` sum to `amount`.
    """

    id: str
    payment_id: str
    order_id: str
    status: RefundStatus
    amount: Money
    reason: str
    to: RefundTo = "origin"
    by: str
    failure: str
    lines: list[CreditedLine] = []
    shipping: CreditedPart | None = None
    rounding: Money | None = None
    plain: Money | None = None
    created_at: Moment


def create(payment_id: str, wanted: CreateRefund, *, who: str, once: Once, email_of: EmailOf) -> RefundView:
    """Decides a refund, stores it and asks the provider for it. A provider that does not answer for the moment changes
    nothing about the decision: it is asked again until it does.

    Args:
        payment_id: whose money.
        wanted: how much, and for what.
        who: the id of the person who decides.
        once: the request under its key.
        email_of: whom to write to about an order, by its id; for a new gift card.

    Raises:
        NotFound: there is no such payment.
        NothingToRefund: nothing of it is left.
        NotCaptured: its money is merely held for us.
        NoSale: lines or shipping of a payment that no order has taken.
        Invalid: more than is left, nothing at all, another currency, a line that is not there, gift cards that were
            spent, nobody to send a gift card to; field and code say.
    """

    def attempt() -> Refund:
        payment = attempts.get(payment_id)
        if payment.authorized:
            raise NotCaptured
        sale = sales.of_payment(payment.order_id, payment.id)
        earlier = REFUNDS.of_payments(sale.payment_ids if sale else [payment.id])
        left = deciding.remaining(payment, earlier)
        if left <= 0:
            raise NothingToRefund
        before = sales.credited(earlier)
        credit, share = _worked_out(wanted, payment, sale, before, left)
        amount = credit.amount
        changes = Changes()
        refund = deciding.store(
            changes,
            payment,
            sale,
            amount,
            credit if sale else None,
            refund_id=new_id("ref"),
            reason=wanted.reason,
            by=who,
            to=wanted.to,
            recipient=_recipient(wanted, payment, email_of),
            share=share,
        )
        once.keep(changes, RefundRef(refund_id=refund.id))
        asked = {"amount": amount, "currency": payment.currency, "reason": wanted.reason}
        audit.note(changes, who=who, action="refund.decided", subject=payment.id, after=asked)
        changes.commit()
        return refund

    refund = once.resume(RefundRef, lambda: retry_stale(attempt), lambda kept: _get(kept.refund_id))
    try:
        refund = execute(refund.id)
    except ProviderUnavailable:
        logger.warning("A refund waits for its provider", extra={"refund_id": refund.id})
    return view(refund)


def list_refunds(payment_id: str, *, limit: int, cursor: str | None) -> Page[RefundView]:
    """A page of a payment's refunds, the newest first. Two round trips.

    Raises:
        NotFound: there is no such payment.
        InvalidCursor: not ours, or of another list.
    """
    attempts.get(payment_id)
    listing = f"refunds|{payment_id}"
    before = position(listing, cursor)
    rows = REFUNDS.page(payment_id, before=before[0] if before else None, limit=limit + 1)
    more = next_cursor(listing, [rows[limit - 1].id]) if len(rows) > limit else None
    return Page[RefundView](items=[view(refund) for refund in rows[:limit]], next_cursor=more)


def view(refund: Refund) -> RefundView:
    """The refund as people of the shop see it."""
    members = refund.model_dump(
        include={"id", "payment_id", "order_id", "status", "reason", "to", "by", "failure", "created_at"}
    )
    amount = Money(amount=refund.amount, currency=refund.currency)
    return RefundView(**members, amount=amount, **(dict(refund.credit) if refund.credit else {}))


def _worked_out(
    wanted: CreateRefund, payment: Payment, sale: Sale | None, before: list[Credit], left: int
) -> tuple[Credit, Share]:
    """What is wanted, in money; checked against what is left. A courtesy comes from anything but gift cards that were
    bought: those are refunded as lines, for what is left on them.
    """
    bought, share = Bought.of(sale, before, payment), Share()
    others = bought.others(left)
    field = "everything" if wanted.everything else "amount.amount" if wanted.amount else "lines"
    if wanted.amount or wanted.everything:
        if wanted.amount:
            amount = _amount(wanted.amount, payment, others)
        else:
            amount, share = bought.rest(left)
        if not amount:
            raise Invalid.field(field, "gift_card_spent", "All that is left paid for gift cards, and they are spent.")
        credit = crediting.of_amount(sale, before, amount, share.lines) if sale else _plain(payment, amount)
    elif sale is None:
        raise NoSale
    else:
        pieces = _pieces(wanted)
        crediting.check(sale, before, pieces)
        share = bought.by_pieces({line_id: wanted.quantity for line_id, wanted in pieces.items()})
        credit = crediting.of_parts(sale, before, pieces, shipping=wanted.shipping, gift_cards=share.lines)
        credit = _rounded(credit, payment.currency)
    if credit.amount <= 0:
        raise Invalid.field(field, "nothing_left", "Nothing of this is left to refund.")
    if credit.amount > left or credit.amount - share.amount > others:
        most = Money(amount=min(left, others + share.amount), currency=payment.currency)
        raise Invalid.field(field, "above_what_is_left", f"At most {most} can still be refunded.")
    rules = None if payment.provider == "gift_card" or wanted.to == "gift_card" else RULES[payment.provider]
    if rules and not rules.moves(Money(amount=credit.amount, currency=payment.currency)):
        raise Invalid.field(field, "amount_not_payable", f"{rules.name} can't pay that out exactly.")
    return credit, share


def _recipient(wanted: CreateRefund, payment: Payment, email_of: EmailOf) -> str:
    if wanted.to != "gift_card" or payment.provider == "gift_card":
        return ""
    email = email_of(payment.order_id)
    if email == NOBODY:
        raise Invalid.field("to", "nobody_to_send_it_to", "The buyer has been forgotten: a code would reach nobody.")
    return email


def _amount(asked: Money, payment: Payment, left: int) -> int:
    if asked.currency != payment.currency:
        message = f"The payment was made in {payment.currency}."
        raise Invalid.field("amount.currency", "currency_mismatch", message)
    if asked.amount <= 0:
        raise Invalid.field("amount.amount", "not_positive", "A refund is more than nothing.")
    if asked.amount > left:
        most = Money(amount=left, currency=payment.currency)
        raise Invalid.field("amount.amount", "above_what_is_left", f"At most {most} can still be refunded.")
    return asked.amount


def _plain(payment: Payment, amount: int) -> Credit:
    return Credit(plain=Money(amount=amount, currency=payment.currency))


def _pieces(wanted: CreateRefund) -> dict[str, Pieces]:
    pieces: dict[str, Pieces] = {}
    for number, line in enumerate(wanted.lines):
        if line.line_id in pieces:
            error = FieldError(field=f"lines.{number}.line_id", code="duplicate_line", message="It is there twice.")
            raise Invalid(errors=[error])
        pieces[line.line_id] = Pieces(line.quantity, line.restock)
    return pieces


def _rounded(credit: Credit, currency: str) -> Credit:
    """To what a card can be credited with; the last refund of a sale settles it."""
    rounding = payable(credit.amount, currency) - credit.amount
    return credit.model_copy(update={"rounding": Money(amount=rounding, currency=currency)}) if rounding else credit


def _get(refund_id: str) -> Refund:
    refund = REFUNDS.get(refund_id)
    if refund is None:
        raise LookupError(refund_id)
    return refund
