"""The ledger: double entry, append-only, written in the transaction that changes the payment it is about."""

from typing import Literal

from pydantic import BaseModel, model_validator

from commerce.money import Money
from commerce.payments.model import PaidBy, Payment
from commerce.runtime.clock import Moment, now
from commerce.runtime.ids import new_id
from commerce.runtime.mongo import Collection, Document, Index

# Cash is what lies with the provider; receivable is what buyers owe for orders. What the shop owes to those who have
# gift cards is on `gift_cards`, as a credit; what it gave them for nothing on `gift_card_grants`.
type Account = Literal["cash:stripe", "cash:paypal", "receivable", "gift_cards", "gift_card_grants"]
type Kind = Literal["capture", "refund", "refund_failed", "gift_card_grant"]


_TILLS: dict[PaidBy, Account] = {"stripe": "cash:stripe", "paypal": "cash:paypal", "gift_card": "gift_cards"}


class Posting(BaseModel):
    """An amount on an account, in minor units: positive is a debit, negative a credit."""

    account: Account
    amount: int


class Transaction(Document):
    """A movement of money. `reference` (provider, object, kind) is unique: nothing is booked twice."""

    kind: Kind
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
    indexes = (Index((("reference", 1),), unique=True), Index((("payment_id", 1), ("_id", 1))))

    def of_payment(self, payment_id: str) -> list[Transaction]:
        """Everything booked for a payment, in order. One round trip."""
        return self.find({"payment_id": payment_id}, sort=[("_id", 1)])


LEDGER = Ledger()


def capture(payment: Payment, received: int) -> Transaction:
    """The provider holds the buyer's money now."""
    return _book(payment, "capture", payment.provider_ref, received)


def refund(payment: Payment, refund_ref: str, amount: int) -> Transaction:
    """Money went back to the buyer."""
    return _book(payment, "refund", refund_ref, -amount)


def refund_failed(payment: Payment, refund_ref: str, amount: int) -> Transaction:
    """A refund that had been booked did not arrive: it is reversed."""
    return _book(payment, "refund_failed", refund_ref, amount)


def grant(card_id: str, amount: Money) -> Transaction:
    """The shop gives a gift card away: from now on it owes what is on it."""
    return Transaction(
        id=new_id("led"),
        kind="gift_card_grant",
        reference=f"gift_card|{card_id}|grant",
        order_id="",
        payment_id="",
        currency=amount.currency,
        postings=[
            Posting(account="gift_card_grants", amount=amount.amount),
            Posting(account="gift_cards", amount=-amount.amount),
        ],
        at=now(),
    )


def balance(transactions: list[Transaction]) -> int:
    """What a payment has brought in and not given back, in minor units: the truth that its document repeats."""
    tills = _TILLS.values()
    return sum(p.amount for booked in transactions for p in booked.postings if p.account in tills)


def _book(payment: Payment, kind: Kind, ref: str, cash: int) -> Transaction:
    till = _TILLS[payment.provider]
    return Transaction(
        id=new_id("led"),
        kind=kind,
        reference=f"{payment.provider}|{ref}|{kind}",
        order_id=payment.order_id,
        payment_id=payment.id,
        currency=payment.currency,
        postings=[Posting(account=till, amount=cash), Posting(account="receivable", amount=-cash)],
        at=now(),
    )
