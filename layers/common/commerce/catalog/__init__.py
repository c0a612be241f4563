"""The catalogue: products, their variants and prices. (`intake` brings products in; it is not imported with these.)"""

from commerce.catalog.model import ProductSummary, ProductView, Variant, VariantOffer
from commerce.catalog.service import get_product, list_products, offers

__all__ = [
    "ProductSummary",
    "ProductView",
    "Variant",
    "VariantOffer",
    "get_product",
    "list_products",
    "offers",
]
