"""The ledger: double entry, append-only, written in the transaction that changes what it is about.

| what happens                        | debit                           | credit                                       |
|-------------------------------------|---------------------------------|----------------------------------------------|
| capture: money lies with a provider | cash                            | receivable                                   |
| capture by a gift card              | gift cards                      | receivable                                   |
| sale: an order is paid              | receivable                      | revenue, gift cards sold, shipping, tax, ... |
| issued: gift cards that were sold   | gift cards sold                 | gift cards                                   |
| taken: what was left on them        | gift cards                      | gift cards sold                              |
| fee: the provider keeps its part    | fees                            | cash                                         |
| refund: money went back             | receivable                      | cash, or gift cards                          |
| credit: what that takes off a sale  | as in a sale, refunds: revenue  | receivable                                   |
| grant: the shop gives a gift card   | gift card grants                | gift cards                                   |
| dispute: a bank took money back     | disputes                        | cash                                         |

Of money that a provider merely holds for us there is nothing here: an order is paid when that is captured.

Each has its reversal, which books the same amounts the other way. So what lies on `receivable` for an order is what its
buyer owes, or less than nothing where money is here that no order has taken; of an order that is over it is zero.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, model_validator

from commerce.money import Money
from commerce.payments.credit import Credit
from commerce.payments.model import PaidBy, Payment, PaymentStatus, Refund, RefundTo
from commerce.runtime.clock import Moment, now
from commerce.runtime.ids import new_id
from commerce.runtime.mongo import Collection, Document, Index

type Account = Literal[
    "receivable",  # what buyers owe for orders
    "cash:stripe",  # what lies with the provider
    "cash:paypal",
    "revenue",  # of goods, without taxes
    "shipping",  # the same of shipping
    "tax",  # owed to the state
    "rounding",  # to what a card can be charged with
    "refunds",  # contra revenue
    "disputes",  # taken back by banks, until they decide otherwise
    "fees:stripe",
    "fees:paypal",
    "gift_cards",  # what we owe the holders of gift cards
    "gift_cards_sold",  # what we owe their buyers: not on a card yet, or not any more
    "gift_card_grants",  # what we gave them for nothing
]
type Booking = Literal[
    "capture",
    "refund",
    "refund_failed",
    "sale",
    "credit",
    "credit_reversed",
    "fee",
    "dispute",
    "dispute_reinstated",
    "gift_card_grant",
    "gift_cards_issued",
    "gift_cards_taken",
    "gift_cards_reinstated",
]

TILLS: Mapping[PaidBy, Account] = {"stripe": "cash:stripe", "paypal": "cash:paypal", "gift_card": "gift_cards"}
FEES: Mapping[PaidBy, Account] = {"stripe": "fees:stripe", "paypal": "fees:paypal"}


class Posting(BaseModel):
    """An amount on an account, in minor units: positive is a debit, negative a credit."""

    account: Account
    amount: int


class Transaction(Document):
    """A movement in the books. `reference` (whose, of what, kind) is unique: nothing is booked twice. `payment_id` is
    empty for what belongs to an order as a whole.
    """

    kind: Booking
    reference: str
    order_id: str
    payment_id: str
    currency: str
    postings: list[Posting]
    at: Moment

    @model_validator(mode="after")
    def _sums_to_zero(self) -> "Transaction":
        if sum(posting.amount for posting in self.postings) != 0:
            raise ValueError("the postings of a transaction sum to zero")
        return self


class Ledger(Collection[Transaction]):
    """The collection `ledger`."""

    name = "ledger"
    model = Transaction
    indexes = (
        Index((("reference", 1),), unique=True),
        Index((("payment_id", 1), ("_id", 1))),
        Index((("order_id", 1), ("_id", 1))),
        Index((("kind", 1), ("_id", 1))),
        Index((("postings.account", 1), ("_id", 1))),
        Index((("currency", 1), ("_id", 1))),
    )
    # Whoever reads the books asks for a few of these; the first that is there leads, the others are looked at.
    residual = frozenset({"order_id", "payment_id", "kind", "postings", "currency"})

    def by_reference(self, reference: str) -> Transaction | None:
        """What was booked for something. One round trip."""
        return self.find_one({"reference": reference})

    def page(
        self, members: Mapping[str, object], ids: Mapping[str, str], *, before: str | None, limit: int
    ) -> list[Transaction]:
        """The newest first, of those that have these members, with ids in these bounds and before this one. One round
        trip.
        """
        bounds = dict(ids) | ({"$lt": before} if before else {})
        where = dict(members) | ({"_id": bounds} if bounds else {})
        return self.find(where, sort=[("_id", -1)], limit=limit)

    def walk(
        self, members: Mapping[str, object], ids: Mapping[str, str], *, after: str, limit: int
    ) -> list[Transaction]:
        """The same, the oldest first, those after this id."""
        bounds = dict(ids) | ({"$gt": after} if after else {})
        where = dict(members) | ({"_id": bounds} if bounds else {})
        return self.find(where, sort=[("_id", 1)], limit=limit)

    def moved_between(self, first: str, last: str) -> list[Transaction]:
        """Captures, refunds and disputes with ids from the first on and before the last. A round trip per hundred."""
        kinds = ["capture", "refund", "dispute"]
        return self.find({"kind": {"$in": kinds}, "_id": {"$gte": first, "$lt": last}})

    def of_payment(self, payment_id: str) -> list[Transaction]:
        """Everything booked for a payment, in order. One round trip."""
        return self.find({"payment_id": payment_id}, sort=[("_id", 1)])


LEDGER = Ledger()


def entry(
    kind: Booking, reference: str, amounts: Mapping[Account, int], *, order_id: str, payment_id: str, currency: str
) -> Transaction:
    """A transaction of these amounts in minor units, debits positive; accounts on which nothing happens are left out.

    Raises:
        ValueError: they do not sum to zero.
    """
    return Transaction(
        id=new_id("led"),
        kind=kind,
        reference=f"{reference}|{kind}",
        order_id=order_id,
        payment_id=payment_id,
        currency=currency,
        postings=[Posting(account=account, amount=amount) for account, amount in amounts.items() if amount],
        at=now(),
    )


def capture(payment: Payment, received: int) -> Transaction:
    """The provider holds the buyer's money now, or a gift card has paid."""
    return _moved(payment, "capture", payment.provider_ref, received)


def refund(payment: Payment, refund_ref: str, amount: int, *, to: RefundTo = "origin") -> Transaction:
    """Money went back to the buyer: it left the till, or is owed now to whoever has a gift card."""
    till = TILLS["gift_card"] if to == "gift_card" else None
    return _moved(payment, "refund", refund_ref, -amount, till)


def refund_failed(payment: Payment, refund_ref: str, amount: int) -> Transaction:
    """A refund that had been booked did not arrive: it is reversed."""
    return _moved(payment, "refund_failed", refund_ref, amount)


def grant(card_id: str, amount: Money) -> Transaction:
    """The shop gives a gift card away: from now on it owes what is on it."""
    amounts: dict[Account, int] = {"gift_card_grants": amount.amount, "gift_cards": -amount.amount}
    return entry(
        "gift_card_grant", f"gift_card|{card_id}", amounts, order_id="", payment_id="", currency=amount.currency
    )


def gift_cards_issued(order_id: str, amount: Money) -> Transaction:
    """What an order had bought is on gift cards now."""
    return _sold_cards("gift_cards_issued", order_id, amount, order_id=order_id)


def gift_cards_taken(refund: Refund, amount: Money) -> Transaction:
    """What was left on gift cards that had been bought is about to go back to their buyer."""
    return _sold_cards("gift_cards_taken", refund.id, amount * -1, order_id=refund.order_id)


def gift_cards_reinstated(refund: Refund, amount: Money) -> Transaction:
    """It did not get there: it is on the cards again."""
    return _sold_cards("gift_cards_reinstated", refund.id, amount, order_id=refund.order_id)


def fee(payment: Payment, amount: int, currency: str) -> Transaction:
    """The provider kept its part of a capture, in the currency in which it settles."""
    return _fee(payment, payment.provider_ref, amount, currency)


def credit(payment: Payment, refund_id: str, taken: Credit) -> Transaction:
    """What a refund that went back takes off its order's sale."""
    return _credited(payment, "credit", refund_id, taken, 1)


def credit_reversed(payment: Payment, refund_id: str, taken: Credit) -> Transaction:
    """That refund did not arrive after all."""
    return _credited(payment, "credit_reversed", refund_id, taken, -1)


def dispute(payment: Payment, dispute_ref: str, amount: int) -> Transaction:
    """A bank took money back, until the dispute is decided."""
    return _disputed(payment, "dispute", dispute_ref, amount)


def dispute_reinstated(payment: Payment, dispute_ref: str, amount: int) -> Transaction:
    """What a dispute had taken came back."""
    return _disputed(payment, "dispute_reinstated", dispute_ref, -amount)


def dispute_fee(payment: Payment, dispute_ref: str, amount: int, currency: str) -> Transaction:
    """What the provider takes for a dispute, in the currency in which it settles."""
    return _fee(payment, dispute_ref, amount, currency)


@dataclass(frozen=True)
class Standing:
    """What the ledger knows of a payment, in minor units. `status` is None where it never had money."""

    captured: int = 0
    refunded: int = 0
    disputed: int = 0

    @property
    def left(self) -> int:
        """What can still be given back."""
        return self.captured - self.refunded - self.disputed

    @property
    def status(self) -> PaymentStatus | None:
        """The payment's state, which is a function of the ledger as soon as there is money."""
        if not self.captured:
            return None
        if not self.refunded:
            return "paid"
        return "refunded" if self.refunded >= self.captured else "partially_refunded"


def standing(transactions: Iterable[Transaction]) -> Standing:
    """How a payment stands by what was booked for it: the truth that its document repeats (semantics 12)."""
    captured = refunded = disputed = 0
    for booked in transactions:
        on = {posting.account: posting.amount for posting in booked.postings}
        if booked.kind == "capture":
            captured -= on["receivable"]
        elif booked.kind in {"refund", "refund_failed"}:
            refunded += on["receivable"]
        disputed += on.get("disputes", 0)
    return Standing(captured, refunded, disputed)


def _moved(
    payment: Payment,
    kind: Literal["capture", "refund", "refund_failed"],
    ref: str,
    cash: int,
    till: Account | None = None,
) -> Transaction:
    return entry(
        kind,
        f"{payment.provider}|{ref}",
        {till or TILLS[payment.provider]: cash, "receivable": -cash},
        order_id=payment.order_id,
        payment_id=payment.id,
        currency=payment.currency,
    )


def _sold_cards(kind: Booking, of: str, amount: Money, *, order_id: str) -> Transaction:
    amounts: dict[Account, int] = {"gift_cards_sold": amount.amount, "gift_cards": -amount.amount}
    return entry(kind, f"souk|{of}", amounts, order_id=order_id, payment_id="", currency=amount.currency)


def _credited(payment: Payment, kind: Booking, refund_id: str, taken: Credit, sign: int) -> Transaction:
    shipping, rounding = taken.shipping, taken.rounding.amount if taken.rounding else 0
    of_shipping = shipping.amount.amount - sum(tax.amount.amount for tax in shipping.taxes) if shipping else 0
    amounts: dict[Account, int] = {
        "refunds": sign * (taken.amount - taken.gift_cards - of_shipping - taken.taxes - rounding),
        "gift_cards_sold": sign * taken.gift_cards,
        "shipping": sign * of_shipping,
        "tax": sign * taken.taxes,
        "rounding": sign * rounding,
        "receivable": -sign * taken.amount,
    }
    return entry(
        kind,
        f"souk|{refund_id}",
        amounts,
        order_id=payment.order_id,
        payment_id=payment.id,
        currency=payment.currency,
    )


def _fee(payment: Payment, ref: str, amount: int, currency: str) -> Transaction:
    return entry(
        "fee",
        f"{payment.provider}|{ref}",
        {FEES[payment.provider]: amount, TILLS[payment.provider]: -amount},
        order_id=payment.order_id,
        payment_id=payment.id,
        currency=currency,
    )


def _disputed(payment: Payment, kind: Booking, dispute_ref: str, amount: int) -> Transaction:
    return entry(
        kind,
        f"{payment.provider}|{dispute_ref}",
        {"disputes": amount, TILLS[payment.provider]: -amount},
        order_id=payment.order_id,
        payment_id=payment.id,
        currency=payment.currency,
    )
