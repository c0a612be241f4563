"""What is different between two versions of a product, member by member."""

from collections.abc import Iterator
from typing import Any

from commerce.catalog.categories import Tree
from commerce.catalog.model import Product
from commerce.runtime.audit import Alteration

_UNSAID = {"id", "version", "former_slugs", "created_at", "updated_at"}


def diff(before: Product | None, after: Product, tree: Tree) -> list[Alteration]:
    """The members that are different, like `variants.MUG-RED.prices.USD`; of a new product, all that are not empty."""
    was = dict(_flat("", _said(before, tree))) if before else {}
    is_ = dict(_flat("", _said(after, tree)))
    return [
        Alteration(member=name, before=was.get(name), after=is_.get(name))
        for name in dict.fromkeys((*was, *is_))
        if was.get(name) != is_.get(name)
    ]


def _said(product: Product, tree: Tree) -> dict[str, Any]:
    said = product.model_dump(mode="json", exclude=_UNSAID)
    said["category"] = " > ".join(category.title for category in tree.path(product.category)) or product.category
    said["images"] = [{"url": image.url, "alt": image.alt} for image in product.images]
    said["variants"] = {}
    for variant in product.variants:
        members = variant.model_dump(mode="json", exclude={"sku", "price_log"})
        said["variants"][variant.sku] = members
    said["variants.order"] = [variant.sku for variant in product.variants] if len(product.variants) > 1 else ""
    return said


def _flat(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _flat(f"{path}.{name}" if path else name, member)
    elif value not in ("", []):
        yield path, value
