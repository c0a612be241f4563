"""Carts in MongoDB."""

from commerce.carts.model import Cart
from commerce.runtime.mongo import Collection, Index


class Carts(Collection[Cart]):
    """The collection `carts`; the database itself deletes those that expired."""

    name = "carts"
    model = Cart
    indexes = (Index((("expires_at", 1),), expire_after_seconds=0),)


CARTS = Carts()
