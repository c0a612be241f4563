"""Tell me when it is back: who asks for a SKU that is sold out is told once when it can be ordered again."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from commerce.inventory.events import StockSubscriptionDue
from commerce.inventory.store import LEVELS
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import Moment, now
from commerce.runtime.errors import Conflict
from commerce.runtime.mongo import Collection, Document, Index
from commerce.runtime.people import Email

KEEP_WAITING = timedelta(days=365)
KEEP_TOLD = timedelta(days=30)
TOLD_AT_ONCE = 50


class StillInStock(Conflict):
    """409: it can be ordered now."""

    code, title = "in_stock", "It can be ordered now"


class SubscribeStock(BaseModel):
    """Which variant, and whom to tell."""

    model_config = ConfigDict(extra="forbid")

    sku: Annotated[str, Field(min_length=1, max_length=100)]
    email: Email


class SubscriptionView(BaseModel):
    """That we will tell."""

    sku: str
    email: str
    status: Literal["waiting"] = "waiting"


class Subscription(Document):
    """Someone waits for a SKU; its id is made of the two. Gone after `until`: an address is not kept for nothing."""

    sku: str
    product_id: str
    email: str
    status: Literal["waiting", "told"] = "waiting"
    asked_at: Moment
    until: Moment


class Subscriptions(Collection[Subscription]):
    """The collection `stock_subscriptions`."""

    name = "stock_subscriptions"
    model = Subscription
    indexes = (
        Index((("sku", 1), ("status", 1), ("_id", 1))),
        Index((("email", 1),)),
        Index((("until", 1),), expire_after_seconds=0),
    )

    def waiting(self, sku: str, limit: int) -> list[Subscription]:
        """Some of those who wait for it. One round trip."""
        return self.find({"sku": sku, "status": "waiting"}, sort=[("_id", 1)], limit=limit)

    def of(self, emails: Sequence[str]) -> list[Subscription]:
        """What whoever has these addresses waits for, or was told of. One round trip, none without an address."""
        return self.find({"email": {"$in": list(emails)}}) if emails else []


SUBSCRIPTIONS = Subscriptions()


def subscribe(wanted: SubscribeStock, *, product_id: str) -> SubscriptionView:
    """Notes that someone waits; asked again, they wait once.

    Args:
        wanted: which variant, and whom to tell.
        product_id: what it is a variant of.

    Raises:
        StillInStock: it can be ordered.
    """

    def attempt() -> None:
        level = LEVELS.get(wanted.sku)
        if level and level.available > 0:
            raise StillInStock
        asked = Subscription(
            id=_id(wanted), **wanted.model_dump(), product_id=product_id, asked_at=now(), until=now() + KEEP_WAITING
        )
        known = SUBSCRIPTIONS.get(asked.id)
        changes = Changes()
        if known is None:
            changes.insert(SUBSCRIPTIONS, asked)
        elif known.status == "told":
            again = {"status": "waiting", "asked_at": asked.asked_at, "until": asked.until}
            changes.update(SUBSCRIPTIONS, {"_id": asked.id, "status": "told"}, {"$set": again})
        changes.commit()

    retry_stale(attempt)
    _refuse_if_back(wanted)
    return SubscriptionView(sku=wanted.sku, email=wanted.email)


def tell(sku: str, title: str, slug: str) -> int:
    """Tells everyone who waits, while there is something to order; says how many.

    In portions, each of them one change with its facts: killed in between, the next delivery goes on with those who
    still wait, and two at once never tell the same person.
    """
    told = 0
    while True:
        level = LEVELS.get(sku)
        if level is None or level.available <= 0:
            return told
        portion = SUBSCRIPTIONS.waiting(sku, TOLD_AT_ONCE)
        if not portion:
            return told
        _tell(portion, title, slug)
        told += len(portion)


def _refuse_if_back(wanted: SubscribeStock) -> None:
    """It may have come back between the look and the note, and everyone been told but this one, who would wait for the
    next time. Whoever finds it there is told at once, by the answer.
    """
    level = LEVELS.get(wanted.sku)
    if level and level.available > 0:
        changes = Changes()
        changes.delete(SUBSCRIPTIONS, {"_id": _id(wanted), "status": "waiting"})
        changes.commit()
        raise StillInStock


def _tell(portion: Iterable[Subscription], title: str, slug: str) -> None:
    moment = now()
    changes = Changes()
    for waiting in portion:
        told = {"$set": {"status": "told", "until": moment + KEEP_TOLD}}
        changes.update(SUBSCRIPTIONS, {"_id": waiting.id, "status": "waiting"}, told)
        changes.emit(
            StockSubscriptionDue(
                sku=waiting.sku, subscription_id=waiting.id, email=waiting.email, title=title, slug=slug, at=moment
            )
        )
    changes.commit()


def _id(wanted: SubscribeStock) -> str:
    content = f"{wanted.sku}\n{wanted.email.casefold()}"
    return "sub_" + hashlib.sha256(content.encode()).hexdigest()[:32]
