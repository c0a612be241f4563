"""How a product stands: what orders, stock and reviews make of it, apart from what its maker writes.

Its counters move by `$inc` under their own version, so that an edit of the product never loses a sale or a rating.
Lists and search read a copy on the listing; whoever changes a standing changes both, in one transaction.
"""

from collections.abc import Iterable

from commerce.runtime.mongo import Collection, Versioned


class Standing(Versioned):
    """The standing of a product, whose id it has. `rating_sum` is the sum of stars, `stars` counts them by star."""

    in_stock: bool = False
    sales: int = 0
    rating_count: int = 0
    rating_sum: int = 0
    stars: dict[str, int] = {}


class Standings(Collection[Standing]):
    """The collection `standings`."""

    name = "standings"
    model = Standing

    def of(self, product_ids: Iterable[str]) -> dict[str, Standing]:
        """The standings of these products. One round trip."""
        return {found.id: found for found in self.find({"_id": {"$in": sorted(set(product_ids))}})}


STANDINGS = Standings()
