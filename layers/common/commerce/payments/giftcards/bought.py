"""Gift cards that were bought: made in the change that books their order's sale, emptied in the one that decides that
their money goes back.

A piece of such a line is worth what is left on its card: that goes back and no more, and the card is empty from that
moment on. What was spent stays paid. Whoever spends from a card and whoever refunds it move the card's version, so one
of the two is late, and looks again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from commerce.money import Money
from commerce.payments import ledger
from commerce.payments.credit import Credit, CreditedLine
from commerce.payments.crediting import of_line, refunded
from commerce.payments.giftcards.issuing import add
from commerce.payments.giftcards.model import GiftCard, Movement, MovementKind
from commerce.payments.giftcards.store import GIFT_CARDS, MOVEMENTS
from commerce.payments.model import Payment, Refund, TakenFrom
from commerce.payments.sales import Sale, SoldLine
from commerce.runtime.changes import Changes
from commerce.runtime.clock import now
from commerce.runtime.errors import FieldError, Invalid
from commerce.runtime.ids import new_id


@dataclass(frozen=True)
class Share:
    """What of a refund is for gift cards that were bought: what it takes off the sale, and off which cards."""

    lines: list[CreditedLine] = field(default_factory=list)
    taken: list[TakenFrom] = field(default_factory=list)
    cards: Mapping[str, GiftCard] = field(default_factory=dict)

    @property
    def amount(self) -> int:
        """All of it, in minor units."""
        return sum(line.amount.amount for line in self.lines)


@dataclass(frozen=True)
class Bought:
    """The gift cards of a sale, as far as a payment is concerned that paid for it.

    What gift cards paid is never what paid for these (see `paying`): so all of it may go back for anything else. What a
    provider took may, but for what these came to.
    """

    lines: Sequence[SoldLine]
    before: Sequence[Credit]
    cards: Mapping[str, GiftCard]
    issued: bool
    currency: str
    paid_for_them: bool

    @classmethod
    def of(cls, sale: Sale | None, before: Sequence[Credit], payment: Payment) -> Self:
        """Those of a sale; of none where no order has taken the payment. One round trip where there are any.

        Args:
            sale: of what.
            before: what refunds that have not failed take off it.
            payment: what paid for it, among others.
        """
        lines = sale.gift_cards if sale else []
        found = GIFT_CARDS.some([card_id for line in lines for card_id in line.cards])
        return cls(
            lines=lines,
            before=before,
            cards={card.id: card for card in found},
            issued=bool(sale and sale.issued),
            currency=payment.currency,
            paid_for_them=payment.provider != "gift_card",
        )

    def others(self, left: int) -> int:
        """What of `left`, in minor units of what was paid, may go back for anything but these gift cards."""
        locked = sum(_left_of(line, self.before) for line in self.lines) if self.paid_for_them else 0
        return max(0, left - locked)

    def rest(self, left: int) -> tuple[int, Share]:
        """All that may go back of what is `left` of the payment: what was spent from the cards stays paid."""
        others = self.others(left)
        share = self.beyond(left, left)
        return others + share.amount, share

    def beyond(self, left: int, amount: int) -> Share:
        """What an amount takes off the cards that can't be for anything else."""
        most = amount - self.others(left)
        parts: list[tuple[SoldLine, TakenFrom, bool]] = []
        for line in self.lines:
            for worth in self._worth(line):
                taken = min(worth.amount, most)
                most -= taken
                if taken > 0:
                    parts.append((line, worth.model_copy(update={"amount": taken}), taken == worth.amount))
        return self._share(parts)

    def by_pieces(self, wanted: Mapping[str, int]) -> Share:
        """What so many pieces of lines come to, of each line those with the most on them; by line id, and lines of
        other things count for nothing here.

        Raises:
            Invalid: of fewer of them anything is left.
        """
        known = {line.line_id: line for line in self.lines}
        errors: list[FieldError] = []
        parts: list[tuple[SoldLine, TakenFrom, bool]] = []
        for number, (line_id, pieces) in enumerate(wanted.items()):
            if line := known.get(line_id):
                worth = self._worth(line)
                if len(worth) < pieces:
                    message = f"Something is left on {len(worth)} of these gift cards; the others are spent."
                    errors.append(FieldError(field=f"lines.{number}.quantity", code="gift_card_spent", message=message))
                parts += [(line, one, True) for one in worth[:pieces]]
        if errors:
            raise Invalid(errors[0].message, errors=errors)
        return self._share(parts)

    def _worth(self, line: SoldLine) -> list[TakenFrom]:
        """What is left of each piece of which anything is, the most first. Without a card where none was made."""
        if not self.issued:
            return [TakenFrom(card_id="", amount=value) for value in _values(line, self.before)]
        cards = [self.cards[card_id] for card_id in line.cards]
        left = [TakenFrom(card_id=card.id, amount=card.balance) for card in cards]
        # A refund that was quicker than the sale left so much without a card, and failed afterwards.
        without = _left_of(line, self.before) - sum(card.issued - card.refunded for card in cards)
        left.append(TakenFrom(card_id="", amount=without))
        return sorted((one for one in left if one.amount > 0), key=lambda one: (-one.amount, one.card_id))

    def _share(self, parts: Sequence[tuple[SoldLine, TakenFrom, bool]]) -> Share:
        lines = []
        for line in self.lines:
            own = [(taken.amount, emptied) for of, taken, emptied in parts if of is line]
            if own:
                emptied = sum(emptied for _, emptied in own)
                lines.append(
                    CreditedLine(
                        line_id=line.line_id,
                        quantity=min(emptied, line.quantity - refunded(self.before, line.line_id)),
                        gift_card=True,
                        amount=Money(amount=sum(amount for amount, _ in own), currency=self.currency),
                    )
                )
        return Share(lines, [taken for _, taken, _ in parts if taken.card_id], self.cards)


def make(changes: Changes, sale: Sale, before: Sequence[Credit], *, recipient: str) -> None:
    """Makes a card for each piece of a sale's gift cards, but for what has gone back already, and books them.

    Args:
        changes: the change that books the sale.
        sale: which notes the cards.
        before: what refunds that came before this news take off it.
        recipient: the email that the codes go to.
    """
    sale.issued = True
    for line in sale.gift_cards:
        for piece, value in enumerate(_values(line, before), start=1):
            card = add(
                changes,
                Money(amount=value, currency=sale.currency),
                origin="purchase",
                origin_ref=f"{sale.id}|{line.line_id}|{piece}",
                recipient=recipient,
            )
            line.cards.append(card.id)
    made = sum(_left_of(line, before) for line in sale.gift_cards)
    if made:
        changes.insert(ledger.LEDGER, ledger.gift_cards_issued(sale.id, Money(amount=made, currency=sale.currency)))


def empty(changes: Changes, refund: Refund, share: Share) -> None:
    """A refund was decided: what it is for is on the cards no more."""
    for taken in share.taken:
        _move(changes, share.cards[taken.card_id], -taken.amount, "refunded", refund)
    refund.taken = share.taken
    if taken_off := sum(taken.amount for taken in share.taken):
        amount = Money(amount=taken_off, currency=refund.currency)
        changes.insert(ledger.LEDGER, ledger.gift_cards_taken(refund, amount))


def reinstate(changes: Changes, refund: Refund) -> None:
    """A refund has failed: the cards have again what it took off them. A round trip where it took anything."""
    if not refund.taken:
        return
    cards = {card.id: card for card in GIFT_CARDS.some([taken.card_id for taken in refund.taken])}
    for taken in refund.taken:
        _move(changes, cards[taken.card_id], taken.amount, "reinstated", refund)
    amount = Money(amount=sum(taken.amount for taken in refund.taken), currency=refund.currency)
    changes.insert(ledger.LEDGER, ledger.gift_cards_reinstated(refund, amount))


def _move(changes: Changes, card: GiftCard, amount: int, kind: MovementKind, refund: Refund) -> None:
    card.balance += amount
    card.refunded -= amount
    changes.replace(GIFT_CARDS, card)
    moved = Movement(
        id=new_id("gcm"),
        card_id=card.id,
        kind=kind,
        amount=amount,
        order_id=refund.order_id,
        refund_id=refund.id,
        at=now(),
    )
    changes.insert(MOVEMENTS, moved)


def _left_of(line: SoldLine, before: Sequence[Credit]) -> int:
    """What a line brought in, less what goes back of it."""
    return line.gross - sum(credited.amount.amount for credited in of_line(before, line.line_id))


def _values(line: SoldLine, before: Sequence[Credit]) -> list[int]:
    """What each of its pieces is to be worth, where none has a card yet."""
    whole, rest = divmod(_left_of(line, before), line.each)
    return [line.each] * whole + ([rest] if rest else [])
