"""What shoppers can ask of the catalogue."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from commerce.catalog import views
from commerce.catalog.categories import CATEGORIES, Tree
from commerce.catalog.gift_cards import PLENTY
from commerce.catalog.listings import LISTINGS, Card
from commerce.catalog.model import Image, ProductKind, Variant
from commerce.catalog.publishing import CACHE_SCOPE
from commerce.catalog.standings import STANDINGS, Standing
from commerce.catalog.store import PRODUCTS
from commerce.catalog.views import OnShelf, ProductSummary, ProductView, VariantOffer
from commerce.runtime import cache
from commerce.runtime.errors import NotFound

type Shelves = Callable[[Iterable[str]], Mapping[str, OnShelf]]
type Join = Callable[[str], list[dict[str, Any]]]


class Moved(Exception):
    """The product has another address now."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


class Found(BaseModel):
    """What an address leads to: a product, the slug it has now, or nothing."""

    product: ProductView | None = None
    moved: str = ""


def get_product(id_or_slug: str, *, currency: str, shelves: Shelves, language: str = "") -> ProductView:
    """An active product by id or slug.

    Raises:
        NotFound: there is none, or it is a draft or archived.
        Moved: it had this slug before.
    """

    def load() -> Found:
        product = PRODUCTS.active(id_or_slug)
        if product is None:
            moved = None if id_or_slug.startswith("prod_") else PRODUCTS.moved(id_or_slug)
            return Found(moved=moved.slug if moved else "")
        stock = shelves(variant.sku for variant in product.variants)
        standing = STANDINGS.get(product.id) or Standing(id=product.id)
        tree = CATEGORIES.tree() if product.category else Tree(())
        return Found(product=views.view(product, currency, stock, tree=tree, standing=standing, language=language))

    found = cache.read_model(CACHE_SCOPE, f"one|{id_or_slug}|{currency}|{language}", Found, load)
    if found.moved:
        raise Moved(found.moved)
    if found.product is None:
        raise NotFound("There is no such product.")
    return found.product


def product_id_of(id_or_slug: str) -> str:
    """The id of an active product. One round trip.

    Raises:
        NotFound: there is none.
    """
    product = PRODUCTS.active(id_or_slug)
    if product is None:
        raise NotFound("There is no such product.")
    return product.id


def cards(product_ids: Iterable[str], *, currency: str, language: str = "") -> dict[str, ProductSummary]:
    """These products as lists show them today, by id; what is not in the shop (any more) is missing. Two round trips.

    Args:
        product_ids: which.
        currency: prices are in this one.
        language: titles are in this one, where they have one.
    """
    wanted = sorted(set(product_ids))
    if not wanted:
        return {}
    rows = LISTINGS.cards([{"$match": {"_id": {"$in": wanted}}}])
    tree = CATEGORIES.tree()
    found = [Card.model_validate(row) for row in rows]
    return {card.id: views.summary(card, currency, tree, language=language) for card in found}


def offers(skus: Iterable[str], currency: str, *, join: Join) -> dict[str, VariantOffer]:
    """What is sold under these SKUs today, by SKU; what is not sold (any more) is missing. One round trip.

    Args:
        skus: the variants.
        currency: prices are in this one.
        join: makes the stages that bring their stock along.
    """
    wanted = set(skus)
    rows = PRODUCTS.sold(wanted, join("variants.sku")) if wanted else []
    return {row["variants"]["sku"]: _offer(row, currency) for row in rows}


def known_products(ids: Iterable[str]) -> set[str]:
    """Those of the ids that are a product's, whatever its status. One round trip, none for no id."""
    wanted = sorted(set(ids))
    return {row["_id"] for row in PRODUCTS.handle.find({"_id": {"$in": wanted}}, {"_id": 1})} if wanted else set()


def known_categories(ids: Iterable[str]) -> set[str]:
    """Those of the ids that are a category's. One round trip, none for no id."""
    wanted = set(ids)
    return wanted & CATEGORIES.tree().by_id.keys() if wanted else set()


def subtrees(category_ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """For each category its id and those of all below it. One round trip, none for no category."""
    wanted = set(category_ids)
    tree = CATEGORIES.tree() if wanted else Tree(())
    return {id_: frozenset(tree.subtree(id_)) for id_ in wanted}


def _offer(row: dict[str, Any], currency: str) -> VariantOffer:
    variant = Variant.model_validate(row["variants"])
    images = [Image.model_validate(image) for image in row.get("images") or []]
    level: dict[str, Any] = next(iter(row["stock"]), {})
    kind: ProductKind = row.get("kind") or "goods"
    goods = kind == "goods"
    image = next((image for image in images if image.url == variant.image), images[0] if images else None)
    return VariantOffer(
        sku=variant.sku,
        product_id=row["_id"],
        kind=kind,
        slug=row["slug"],
        title=row["title"],
        variant_title=variant.title,
        image=image,
        unit_price=variant.prices.get(currency),
        available=max(0, level.get("available", 0)) if goods else PLENTY,
        max_per_customer=level.get("per_customer"),
        requires_shipping=goods and variant.requires_shipping,
        category=row.get("category") or "",
        taxable=goods and variant.taxable,
        tax_category=variant.tax_code or row.get("tax_category") or "",
        weight_grams=variant.weight_grams if goods else 0,
    )
