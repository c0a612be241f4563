"""Gift cards and the order that they pay: what is due, who may pay it, and what their money does to it.

A gift card is charged in the change that says so on the order, so that both are true or neither. The cards are another
context's: the handler composes the two.
"""

from dataclasses import dataclass

from commerce import inventory
from commerce.money import Money
from commerce.orders.confirming import confirmed
from commerce.orders.model import GiftPart, Order, OrderView, view
from commerce.orders.paying import open_payable, renew, require_payable
from commerce.orders.store import ORDERS
from commerce.runtime.caller import Caller
from commerce.runtime.changes import Changes
from commerce.runtime.clock import now
from commerce.runtime.errors import NotFound


@dataclass(frozen=True)
class OpenOrder:
    """An order that waits for money, as it was read. `tried`: an attempt with a provider has been made, so one may be
    live. `gift_cards` are the ids of those that pay for it already.
    """

    order: Order

    @property
    def number(self) -> str:
        """Its number, for people."""
        return self.order.number

    @property
    def due(self) -> Money:
        """What is left to pay."""
        return Money(amount=self.order.due, currency=self.order.currency)

    @property
    def coverable(self) -> Money:
        """What of it gift cards may pay: not those that are bought."""
        return Money(amount=self.order.coverable, currency=self.order.currency)

    @property
    def tried(self) -> bool:
        """See above."""
        return self.order.payment_tried

    @property
    def gift_cards(self) -> set[str]:
        """See above."""
        return {part.gift_card_id for part in self.order.gift_cards}

    def gave_up(self, payment_id: str) -> bool:
        """Whether this payment by a gift card has been taken back."""
        return payment_id in self.order.taken_back

    @property
    def view(self) -> OrderView:
        """The order as its owner sees it."""
        return view(self.order)


def open_for_gift_card(order_id: str, who: Caller) -> OpenOrder:
    """An order that may be paid now.

    Raises:
        NotFound: no such order for this caller.
        WrongState: it does not wait for payment any more, or waits for a person.
    """
    return OpenOrder(open_payable(order_id, who))


def take_gift_card(
    changes: Changes, opened: OpenOrder, *, payment_id: str, gift_card_id: str, last4: str, amount: int
) -> OrderView:
    """A gift card pays a part, in minor units; if nothing is due any more, that confirms the order. Like the first
    attempt to pay it renews the hold, once.
    """
    order = opened.order
    order.gift_cards.append(GiftPart(payment_id=payment_id, gift_card_id=gift_card_id, last4=last4, amount=amount))
    order.paid += amount
    order.note(f"{Money(amount=amount, currency=order.currency)} paid by gift card {last4}", at=now())
    if order.due == 0:
        inventory.commit(changes, order.id, order.wanted)
        confirmed(changes, order, payment_id)
    else:
        renew(changes, order)
        changes.replace(ORDERS, order)
    return view(order)


def open_for_taking_back(order_id: str, payment_id: str, who: Caller) -> OpenOrder:
    """An order that may do without what a gift card pays, or does so already (`gave_up`).

    Raises:
        NotFound: no such order for this caller, or no such payment by a gift card of it.
        WrongState: it does not wait for payment any more, or waits for a person.
    """
    order = ORDERS.get(order_id)
    if order is None:
        raise NotFound
    who.may_open("order", order.subject, order.user_id)
    if payment_id in order.taken_back:
        return OpenOrder(order)
    if all(part.payment_id != payment_id for part in order.gift_cards):
        raise NotFound
    require_payable(order)
    return OpenOrder(order)


def give_up_gift_card(changes: Changes, opened: OpenOrder, payment_id: str) -> OrderView:
    """The buyer takes a gift card back, and what it paid is due again."""
    order = opened.order
    part = next(part for part in order.gift_cards if part.payment_id == payment_id)
    order.gift_cards.remove(part)
    order.taken_back.append(payment_id)
    order.paid -= part.amount
    order.note(f"gift card {part.last4} taken back", at=now())
    changes.replace(ORDERS, order)
    return view(order)
