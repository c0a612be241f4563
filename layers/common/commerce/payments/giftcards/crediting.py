"""Money that comes back to a gift card."""

from datetime import timedelta

from commerce.payments.giftcards.model import Movement
from commerce.payments.giftcards.store import GIFT_CARDS, MOVEMENTS
from commerce.payments.model import Payment
from commerce.runtime.changes import Changes
from commerce.runtime.clock import now
from commerce.runtime.ids import new_id

# Money that comes back to a card that has ended meanwhile can be spent for so long.
LIVES_ON = timedelta(days=30)


def credit(changes: Changes, payment: Payment, amount: int) -> str:
    """Puts money back on the card that it came from, whatever has become of the card; one that has ended meanwhile
    lives on for a while. Answers the id of the movement. What it means for the payment is the caller's to say.

    Args:
        changes: the caller's change.
        payment: what the card paid.
        amount: how much of it, in minor units.
    """
    card = GIFT_CARDS.get(payment.gift_card_id)
    if card is None:
        raise LookupError(payment.gift_card_id)
    card.balance += amount
    moment = now()
    if card.expires_at and card.expires_at < moment + LIVES_ON and card.status(moment) == "expired":
        card.expires_at = moment + LIVES_ON
    returned = Movement(
        id=new_id("gcm"),
        card_id=card.id,
        kind="returned",
        amount=amount,
        order_id=payment.order_id,
        payment_id=payment.id,
        at=moment,
    )
    changes.replace(GIFT_CARDS, card)
    changes.insert(MOVEMENTS, returned)
    return returned.id
