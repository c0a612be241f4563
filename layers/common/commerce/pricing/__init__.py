"""Prices to totals: a pure function, every cent of whose result is explained."""

from commerce.pricing.model import Explanation, PricedLine, Totals
from commerce.pricing.service import total

__all__ = ["Explanation", "PricedLine", "Totals", "total"]
