"""Products in MongoDB."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from commerce.catalog.model import Product
from commerce.runtime.mongo import Collection, Index


class Products(Collection[Product]):
    """The collection `products`. Ids are time-ordered, so the newest first is `_id` descending."""

    name = "products"
    model = Product
    indexes = (
        Index((("slug", 1),), unique=True),
        Index((("variants.sku", 1),), unique=True),
        Index((("former_slugs", 1), ("status", 1))),
        Index((("status", 1), ("_id", -1))),
        Index((("category", 1), ("_id", -1))),
        Index((("status", 1), ("slug", 1))),
    )

    def active(self, id_or_slug: str) -> Product | None:
        """An active product by id or slug. One round trip."""
        key = "_id" if id_or_slug.startswith("prod_") else "slug"
        return self.find_one({key: id_or_slug, "status": "active"})

    def moved(self, slug: str) -> Product | None:
        """The active product that had this slug before. One round trip."""
        return self.find_one({"former_slugs": slug, "status": "active"})

    def sold(self, skus: Iterable[str], beside: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """A row per active variant of these SKUs, with its product's members; `beside` adds to it. One round trip."""
        wanted = {"variants.sku": {"$in": sorted(skus)}}
        kept = ("kind", "slug", "title", "images", "variants", "stock", "category", "tax_category")
        stages: list[Mapping[str, Any]] = [
            {"$match": wanted | {"status": "active"}},
            {"$unwind": "$variants"},
            {"$match": wanted},
            *beside,
            {"$project": dict.fromkeys(kept, 1)},
        ]
        return list(self.handle.aggregate(stages))

    def admin_page(self, *, status: str | None, q: str, after: str | None, limit: int) -> list[Product]:
        """Products of staff's list: without `q` the newest first, before an id; with it by slug, after a slug.

        One round trip; two with `q`, which may be a SKU as well.
        """
        where: dict[str, Any] = {"status": status} if status else {}
        if not q:
            if after:
                where["_id"] = {"$lt": after}
            return self.find(where, sort=[("_id", -1)], limit=limit)
        if after is None and (one := self.find_one({"variants.sku": q} | where)):
            return [one]
        begins: dict[str, Any] = {"$gte": q.lower(), "$lt": f"{q.lower()}\uffff"}
        where["slug"] = begins | ({"$gt": after} if after else {})
        return self.find(where, sort=[("slug", 1)], limit=limit)

    def of_skus(self, skus: Iterable[str]) -> list[Product]:
        """The products of these SKUs, whatever their status. One round trip."""
        return self.find({"variants.sku": {"$in": sorted(set(skus))}})

    def by_slugs(self, slugs: Iterable[str]) -> dict[str, Product]:
        """Products by slug, whatever their status. One round trip."""
        return {product.slug: product for product in self.find({"slug": {"$in": sorted(slugs)}})}


PRODUCTS = Products()
