"""What people looked at last: kept for them alone, and not at all for those who do not want it."""

from typing import Annotated

from pydantic import BaseModel, StringConstraints

from commerce import catalog
from commerce.catalog import ProductSummary
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import Moment, now
from commerce.runtime.mongo import Collection, Versioned
from commerce.users.model import BODY

MAX_VIEWED = 20


class LookedAt(BaseModel):
    """The product that is being looked at, by id or slug."""

    model_config = BODY

    product_id: Annotated[str, StringConstraints(min_length=1, max_length=255)]


class View(BaseModel):
    """A product, and when it was looked at last."""

    product_id: str
    at: Moment


class Viewed(Versioned):
    """What a person looked at, the latest first; the id is theirs. `wanted` is false, and the list stays empty, for
    those who object to it (see `consents`).
    """

    items: list[View] = []
    wanted: bool = True


class ViewedItem(BaseModel):
    """A product that was looked at."""

    at: Moment
    product: ProductSummary


class ViewedList(BaseModel):
    """The latest first, what the shop still has of it. `keeping` is false for those who want no such list."""

    items: list[ViewedItem]
    next_cursor: None = None
    keeping: bool


class Views(Collection[Viewed]):
    """The collection `recently_viewed`."""

    name = "recently_viewed"
    model = Viewed


VIEWS = Views()


def get(user_id: str, *, currency: str, language: str) -> ViewedList:
    """What the person looked at. Three round trips."""
    known = VIEWS.get(user_id) or Viewed(id=user_id)
    cards = catalog.cards([view.product_id for view in known.items], currency=currency, language=language)
    items = [ViewedItem(at=view.at, product=cards[view.product_id]) for view in known.items if view.product_id in cards]
    return ViewedList(items=items, keeping=known.wanted)


def note(user_id: str, looked: LookedAt) -> None:
    """Puts a product at the top of the list, unless the person wants none.

    Raises:
        NotFound: there is no such product.
    """
    product_id = catalog.product_id_of(looked.product_id)

    def attempt() -> None:
        known = VIEWS.get(user_id)
        viewed = known or Viewed(id=user_id)
        if not viewed.wanted:
            return
        others = [view for view in viewed.items if view.product_id != product_id]
        viewed.items = [View(product_id=product_id, at=now()), *others][:MAX_VIEWED]
        changes = Changes()
        if known:
            changes.replace(VIEWS, viewed)
        else:
            changes.insert(VIEWS, viewed)
        changes.commit()

    retry_stale(attempt)


def want(changes: Changes, user_id: str, *, wanted: bool) -> None:
    """Lets the list be kept from now on, or erases it and keeps none."""
    change: dict[str, object] = {"wanted": wanted} | ({} if wanted else {"items": []})
    changes.upsert(VIEWS, {"_id": user_id}, {"$set": change, "$inc": {"version": 1}})
