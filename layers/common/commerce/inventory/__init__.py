"""Stock: what is on hand, what is held for unpaid orders, and every movement with its reason."""

from commerce.inventory.model import Quantities
from commerce.inventory.service import (
    InsufficientStock,
    available,
    commit,
    hold,
    join,
    receive,
    release,
    renew,
    restock,
    retake,
)

__all__ = [
    "InsufficientStock",
    "Quantities",
    "available",
    "commit",
    "hold",
    "join",
    "receive",
    "release",
    "renew",
    "restock",
    "retake",
]
