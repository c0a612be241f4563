"""Stock: what is on hand, what is held for unpaid orders, and every movement with its reason."""

from commerce.inventory.model import Quantities
from commerce.inventory.service import (
    InsufficientStock,
    available,
    commit,
    hold,
    join,
    levels,
    receive,
    release,
    renew,
    restock,
    retake,
    sell,
)
from commerce.inventory.states import Flip, assess, skus_of

__all__ = [
    "Flip",
    "InsufficientStock",
    "Quantities",
    "assess",
    "available",
    "commit",
    "hold",
    "join",
    "levels",
    "receive",
    "release",
    "renew",
    "restock",
    "retake",
    "sell",
    "skus_of",
]
