"""The facts that stock publishes, source `souk.products`."""

from typing import ClassVar

from commerce.runtime.clock import Moment
from commerce.runtime.events import Fact


class StockFact(Fact):
    """Something that happened to the stock of a SKU."""

    source: ClassVar[str] = "souk.products"

    sku: str


class StockAdjusted(StockFact):
    """A person of the shop counted, received or wrote off pieces. `change` is how many more are on hand."""

    change: int
    reason: str


class StockLow(StockFact):
    """Few can be ordered: as many as are few for this SKU, or less."""

    available: int


class OutOfStock(StockFact):
    """None can be ordered any more."""


class StockSubscriptionDue(StockFact):
    """Someone who waited for it is to be told. `at` parts this telling from those before."""

    subscription_id: str
    email: str
    title: str
    slug: str
    at: Moment


class BackInStock(StockFact):
    """Some can be ordered again, after there were none."""

    available: int
