"""The tree of categories as shoppers walk it, with how many products each leads to."""

from typing import Any

from pydantic import BaseModel

from commerce.catalog.categories import CATEGORIES, Tree
from commerce.catalog.listings import LISTINGS
from commerce.catalog.publishing import CACHE_SCOPE
from commerce.catalog.search.filters import ALL, facet
from commerce.runtime import cache


class CategoryNode(BaseModel):
    """A category with those below it. `products` counts the active ones in it and below."""

    id: str
    slug: str
    title: str
    description: str
    products: int
    children: list["CategoryNode"]


class CategoryTree(BaseModel):
    """All categories; there is one page of them."""

    items: list[CategoryNode]
    next_cursor: None = None


def category_tree() -> CategoryTree:
    """The whole tree, from the roots. Two round trips where it is not cached."""

    def load() -> CategoryTree:
        tree = CATEGORIES.tree()
        return CategoryTree(items=_below(tree, "", _counts()))

    return cache.read_model(CACHE_SCOPE, "categories", CategoryTree, load)


def _below(tree: Tree, parent: str, counts: dict[str, int]) -> list[CategoryNode]:
    return [
        CategoryNode(
            **category.model_dump(include={"id", "slug", "title", "description"}),
            products=counts.get(category.id, 0),
            children=_below(tree, category.id, counts),
        )
        for category in tree.children(parent)
    ]


def _counts() -> dict[str, int]:
    prefix = facet("category", "")
    stages: list[dict[str, Any]] = [
        {"$match": {"facets": ALL}},
        {"$project": {"facets": 1}},
        {"$unwind": "$facets"},
        {"$match": {"facets": {"$gte": prefix, "$lt": prefix[:-1] + ";"}}},  # ";" follows ":"
        {"$group": {"_id": "$facets", "products": {"$sum": 1}}},
    ]
    return {row["_id"].removeprefix(prefix): row["products"] for row in LISTINGS.handle.aggregate(stages)}
