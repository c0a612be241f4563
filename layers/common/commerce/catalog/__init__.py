"""The catalogue: products, their variants and prices. (`intake` brings products in; it is not imported with these.)"""

from commerce.catalog.model import Variant
from commerce.catalog.service import (
    Moved,
    cards,
    get_product,
    known_categories,
    known_products,
    offers,
    product_id_of,
    subtrees,
)
from commerce.catalog.views import ProductSummary, ProductView, VariantOffer

__all__ = [
    "Moved",
    "ProductSummary",
    "ProductView",
    "Variant",
    "VariantOffer",
    "cards",
    "get_product",
    "known_categories",
    "known_products",
    "offers",
    "product_id_of",
    "subtrees",
]
