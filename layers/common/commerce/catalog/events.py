"""The facts that the catalogue publishes, source `souk.products`."""

from typing import ClassVar, Literal

from commerce.runtime.events import Fact


class ProductsChanged(Fact):
    """Products were written: made, changed, archived, or brought in by an import."""

    source: ClassVar[str] = "souk.products"

    product_ids: list[str]
    reason: Literal["created", "updated", "archived", "imported", "restored"]


class CategoryChanged(Fact):
    """A category has another title or another place: what says so about its products is out of date."""

    source: ClassVar[str] = "souk.products"

    category_id: str
