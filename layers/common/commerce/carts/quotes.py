"""Quotes: a signed promise of a price, with nothing stored.

The hash covers all that the buyer saw (lines, prices, totals, where it goes), so place_order can tell that the price
it is about to charge is the price that was shown.
"""

import hashlib
from datetime import timedelta

from commerce.carts.model import Cart, LineView, Quote
from commerce.pricing import Totals
from commerce.runtime import signing
from commerce.runtime.clock import now

LIFETIME = timedelta(minutes=15)


def make(cart: Cart, lines: list[LineView], totals: Totals) -> Quote:
    """The quote for a cart as it stands."""
    expires_at = (now() + LIFETIME).replace(microsecond=0)
    token = signing.grant("quote", _digest(cart, lines, totals), expires_at=int(expires_at.timestamp()))
    return Quote(hash=token, expires_at=expires_at)


def holds(quote_hash: str, cart: Cart, lines: list[LineView], totals: Totals) -> bool:
    """Whether the hash was given for exactly this, and its time is not over."""
    return signing.granted("quote", _digest(cart, lines, totals), quote_hash)


def _digest(cart: Cart, lines: list[LineView], totals: Totals) -> str:
    wanted = [f"{line.sku}*{line.quantity}@{line.unit_price.amount if line.unit_price else ''}" for line in lines]
    delivery = cart.delivery.model_dump_json() if cart.delivery else ""
    content = "\n".join([cart.id, cart.currency, *wanted, delivery, totals.model_dump_json()])
    return hashlib.sha256(content.encode()).hexdigest()
