"""From what the catalogue offers to what is priced."""

from commerce.catalog import VariantOffer
from commerce.pricing.model import PricedLine


def priced_line(line_id: str, sku: str, quantity: int, offer: VariantOffer, *, unit_price: int) -> PricedLine:
    """So many pieces of an offer, at a price in minor units."""
    return PricedLine(
        line_id=line_id,
        quantity=quantity,
        unit_price=unit_price,
        sku=sku,
        product_id=offer.product_id,
        category=offer.category,
        taxable=offer.taxable,
        tax_category=offer.tax_category,
        weight_grams=offer.weight_grams,
        requires_shipping=offer.requires_shipping,
        gift_card=offer.kind == "gift_card",
    )
