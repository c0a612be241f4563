"""How many of a scarce thing one customer may have, known by their account and by their address of email."""

from dataclasses import dataclass, field

from commerce.carts.model import Cart
from commerce.carts.views import Offers
from commerce.runtime import quotas
from commerce.runtime.caller import Caller
from commerce.runtime.quotas import Taken


@dataclass(frozen=True)
class Allowance:
    """`left` is how many this customer still may have of each SKU with a limit, `wanted` what an order would take."""

    left: dict[str, int] = field(default_factory=dict)
    wanted: list[Taken] = field(default_factory=list)


def allowance(cart: Cart, offers: Offers, who: Caller) -> Allowance:
    """What the limits leave for a cart. One round trip where there is a limit and someone is known, else none."""
    limits = {
        line.sku: (line.quantity, offer.max_per_customer)
        for line in cart.lines
        if (offer := offers.get(line.sku)) and offer.max_per_customer is not None
    }
    if not limits or cart.order_id:
        return Allowance()
    people = _people(cart, who)
    wanted = {
        sku: [Taken(key=f"sku|{sku}|{person}", n=quantity, limit=limit) for person in people]
        for sku, (quantity, limit) in limits.items()
    }
    used = quotas.used(taken.key for of_sku in wanted.values() for taken in of_sku)
    left = {
        sku: max(0, limit - max((used.get(taken.key, 0) for taken in wanted[sku]), default=0))
        for sku, (_, limit) in limits.items()
    }
    return Allowance(left, [taken for of_sku in wanted.values() for taken in of_sku])


def _people(cart: Cart, who: Caller) -> list[str]:
    known = [quotas.person("user", who.user_id)] if who.user_id else []
    if cart.delivery:
        known.append(quotas.person("email", cart.delivery.contact.email.casefold()))
    return known
