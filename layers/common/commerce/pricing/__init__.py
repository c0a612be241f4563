"""Prices to totals: a pure function, every cent of whose result is explained; and the rules it goes by."""

from commerce.pricing.calculation import AppliedPromotion, Priced, Rules, calculate
from commerce.pricing.eligibility import FINAL, Refusal, RefusalCode
from commerce.pricing.model import Basket, Customer, Destination, Explanation, LineTotals, PricedLine, TaxTotal, Totals
from commerce.pricing.privacy import erase, personal_data
from commerce.pricing.promotions import Promotion, normal_code
from commerce.pricing.redemption import customer, find_coupon, purchases, used, uses
from commerce.pricing.rules import in_force
from commerce.pricing.shipping import ShippingOption
from commerce.pricing.store import join, joined

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
    "Promotion",
    "Refusal",
    "RefusalCode",
    "Rules",
    "ShippingOption",
    "TaxTotal",
    "Totals",
    "calculate",
    "customer",
    "erase",
    "find_coupon",
    "in_force",
    "join",
    "joined",
    "normal_code",
    "personal_data",
    "purchases",
    "used",
    "uses",
]
