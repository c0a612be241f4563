"""What people would like to have, with what it costs today."""

from typing import Literal

from pydantic import BaseModel

from commerce import catalog
from commerce.catalog import ProductSummary
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import Moment, now
from commerce.runtime.mongo import Collection, Versioned
from commerce.users.model import TooMany

MAX_WISHES = 100


class Wish(BaseModel):
    """A product that someone would like to have."""

    product_id: str
    added_at: Moment


class Wishlist(Versioned):
    """A person's wishes, the newest first; the id is theirs."""

    items: list[Wish] = []


class WishView(Wish):
    """A wish. `product` is null where the product is `gone` from the shop."""

    state: Literal["available", "sold_out", "gone"]
    product: ProductSummary | None


class WishlistView(BaseModel):
    """All of a person's wishes; there is one page of them."""

    items: list[WishView]
    next_cursor: None = None


class Wishlists(Collection[Wishlist]):
    """The collection `wishlists`."""

    name = "wishlists"
    model = Wishlist


WISHLISTS = Wishlists()


def get(user_id: str, *, currency: str, language: str) -> WishlistView:
    """The wishes with what the catalogue says of them today, the newest first. Three round trips."""
    known = WISHLISTS.get(user_id)
    return WishlistView(items=_shown(known.items if known else [], currency, language))


def add(user_id: str, product_id: str, *, currency: str, language: str) -> WishView:
    """Adds a product; one that is there already stays where it is.

    Raises:
        NotFound: there is no such product.
        TooMany: the list is full.
    """
    found = catalog.product_id_of(product_id)

    def attempt() -> Wish:
        known = WISHLISTS.get(user_id)
        wishes = known or Wishlist(id=user_id)
        there = next((wish for wish in wishes.items if wish.product_id == found), None)
        if there:
            return there
        if len(wishes.items) >= MAX_WISHES:
            raise TooMany(f"A wishlist takes {MAX_WISHES} products.", limit=MAX_WISHES)
        wish = Wish(product_id=found, added_at=now())
        wishes.items.insert(0, wish)
        _write(wishes, new=known is None)
        return wish

    return _shown([retry_stale(attempt)], currency, language)[0]


def remove(user_id: str, product_id: str) -> None:
    """Takes a product out, whether or not the shop still has it; nothing happens where it is not there."""

    def attempt() -> None:
        wishes = WISHLISTS.get(user_id)
        left = [wish for wish in wishes.items if wish.product_id != product_id] if wishes else []
        if wishes and len(left) < len(wishes.items):
            wishes.items = left
            _write(wishes, new=False)

    retry_stale(attempt)


def _write(wishes: Wishlist, *, new: bool) -> None:
    changes = Changes()
    if new:
        changes.insert(WISHLISTS, wishes)
    else:
        changes.replace(WISHLISTS, wishes)
    changes.commit()


def _shown(wishes: list[Wish], currency: str, language: str) -> list[WishView]:
    cards = catalog.cards([wish.product_id for wish in wishes], currency=currency, language=language)
    return [
        WishView(**wish.model_dump(), state=_state(cards.get(wish.product_id)), product=cards.get(wish.product_id))
        for wish in wishes
    ]


def _state(card: ProductSummary | None) -> Literal["available", "sold_out", "gone"]:
    return "gone" if card is None else "available" if card.in_stock and card.price else "sold_out"
