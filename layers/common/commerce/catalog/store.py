"""Products in MongoDB."""

from collections.abc import Iterable

from commerce.catalog.model import Product
from commerce.runtime.mongo import Collection, Index


class Products(Collection[Product]):
    """The collection `products`. Ids are time-ordered, so the newest first is `_id` descending."""

    name = "products"
    model = Product
    indexes = (
        Index((("slug", 1),), unique=True),
        Index((("variants.sku", 1),), unique=True),
        Index((("status", 1), ("_id", -1))),
        Index((("status", 1), ("category", 1), ("_id", -1))),
    )

    def page(self, *, category: str, before: str | None, limit: int) -> list[Product]:
        """Active products, newest first, that come before this id. One round trip."""
        where: dict[str, object] = {"status": "active"}
        if category:
            where["category"] = category
        if before:
            where["_id"] = {"$lt": before}
        return self.find(where, sort=[("_id", -1)], limit=limit)

    def active(self, id_or_slug: str) -> Product | None:
        """An active product by id or slug. One round trip."""
        key = "_id" if id_or_slug.startswith("prod_") else "slug"
        return self.find_one({key: id_or_slug, "status": "active"})

    def with_skus(self, skus: Iterable[str]) -> list[Product]:
        """The products that these variants belong to, whatever their status. One round trip."""
        return self.find({"variants.sku": {"$in": sorted(skus)}})

    def by_slugs(self, slugs: Iterable[str]) -> dict[str, Product]:
        """Products by slug, whatever their status. One round trip."""
        return {product.slug: product for product in self.find({"slug": {"$in": sorted(slugs)}})}


PRODUCTS = Products()
