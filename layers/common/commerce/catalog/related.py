"""What goes with a product: what was bought in one order with it, then what else its category sells best."""

from commerce.runtime.mongo import Collection, Document, Index


class Together(Document):
    """How many orders held both products. One document each way, so that either finds the other."""

    product_id: str
    other_id: str
    orders: int = 0


class Pairs(Collection[Together]):
    """The collection `bought_together`."""

    name = "bought_together"
    model = Together
    indexes = (Index((("product_id", 1), ("orders", -1), ("_id", 1))),)

    def of(self, product_id: str, limit: int) -> list[str]:
        """The ids of what was most often bought with it. One round trip."""
        found = self.find({"product_id": product_id}, sort=[("orders", -1), ("_id", 1)], limit=limit)
        return [pair.other_id for pair in found]


TOGETHER = Pairs()
