"""Prices to totals: a pure function, every cent of whose result is explained; and the rules it goes by."""

from commerce.pricing.calculation import AppliedPromotion, Priced, Rules, calculate
from commerce.pricing.eligibility import FINAL, Refusal, RefusalCode
from commerce.pricing.model import Basket, Customer, Destination, Explanation, LineTotals, PricedLine, TaxTotal, Totals
from commerce.pricing.shipping import ShippingOption

__all__ = [
    "FINAL",
    "AppliedPromotion",
    "Basket",
    "Customer",
    "Destination",
    "Explanation",
    "LineTotals",
    "Priced",
    "PricedLine",
    "Refusal",
    "RefusalCode",
    "Rules",
    "ShippingOption",
    "TaxTotal",
    "Totals",
    "calculate",
]
