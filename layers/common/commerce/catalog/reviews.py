"""What buyers say of a product. Nothing is shown before staff has read it.

The product's standing counts what is published, in the transaction that publishes it, so that it is the sum of the
reviews that can be read at every moment, however many are decided at once.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from commerce.catalog import publishing, views
from commerce.catalog.categories import CATEGORIES
from commerce.catalog.events import ReviewModerated, ReviewSubmitted
from commerce.catalog.publishing import CACHE_SCOPE
from commerce.catalog.service import product_id_of
from commerce.catalog.standings import STANDINGS, Standing
from commerce.catalog.store import PRODUCTS
from commerce.runtime import audit, cache
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import Moment, now
from commerce.runtime.errors import Conflict, Forbidden, NotFound, PreconditionFailed
from commerce.runtime.idempotency import Once
from commerce.runtime.ids import new_id
from commerce.runtime.mongo import Collection, Index, Versioned
from commerce.runtime.paging import Page, next_cursor, position

type ReviewStatus = Literal["pending", "published", "rejected"]

STARS = ("1", "2", "3", "4", "5")
Line = Annotated[str, StringConstraints(max_length=120, strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f]*$")]
Prose = Annotated[str, StringConstraints(max_length=5_000, strip_whitespace=True)]


class AlreadyReviewed(Conflict):
    """409: this person has reviewed this product."""

    code, title = "already_reviewed", "You have reviewed this product already"


class NotABuyer(Forbidden):
    """403: this person has not bought the product."""

    code, title = "not_a_buyer", "Only those who bought it may review it"


class NewReview(BaseModel):
    """What a buyer thinks. `author` is the name that is shown with it."""

    model_config = ConfigDict(extra="forbid")

    rating: Annotated[int, Field(ge=1, le=5)]
    title: Line = ""
    body: Prose = ""
    author: Line = ""


class Moderation(BaseModel):
    """What staff decides, and why; the reason is for staff alone."""

    model_config = ConfigDict(extra="forbid")

    decision: Literal["publish", "reject"]
    reason: Line = ""


class ReviewView(BaseModel):
    """A review as everyone sees it. All are by people who bought the product."""

    id: str
    rating: int
    title: str
    body: str
    author: str
    created_at: Moment


class MyReview(ReviewView):
    """A review as its author sees it."""

    status: ReviewStatus


class ReviewAdminView(MyReview):
    """A review as staff sees it."""

    product_id: str
    user_id: str
    reason: str
    version: int


class RatingSummary(BaseModel):
    """All published ratings of a product: the mean to one decimal place (0 without one), and how many of each."""

    average: float
    count: int
    stars: dict[str, int]


class ReviewPage(Page[ReviewView]):
    """A page of reviews, and all ratings in short."""

    summary: RatingSummary


class Review(Versioned):
    """A review as stored."""

    product_id: str
    user_id: str
    rating: int
    title: str
    body: str
    author: str
    status: ReviewStatus = "pending"
    reason: str = ""
    created_at: Moment


class Reviews(Collection[Review]):
    """The collection `reviews`."""

    name = "reviews"
    model = Review
    indexes = (
        Index((("product_id", 1), ("user_id", 1)), unique=True),
        Index((("product_id", 1), ("status", 1), ("_id", -1))),
        Index((("status", 1), ("_id", -1))),
        Index((("user_id", 1), ("_id", -1))),
    )

    def page(self, where: dict[str, object], *, before: str | None, limit: int) -> list[Review]:
        """The newest first, those before this id. One round trip."""
        return self.find(where | ({"_id": {"$lt": before}} if before else {}), sort=[("_id", -1)], limit=limit)

    def of(self, user_id: str) -> list[Review]:
        """What someone said of products, the newest first. One round trip."""
        return self.find({"user_id": user_id}, sort=[("_id", -1)])


REVIEWS = Reviews()


def create(product_id: str, wanted: NewReview, *, user_id: str, bought: bool, once: Once) -> MyReview:
    """Takes a review in; it waits for staff.

    Args:
        product_id: of what.
        wanted: what it says.
        user_id: by whom.
        bought: whether they have bought it.
        once: the request under its key.

    Raises:
        NotABuyer: they have not.
        AlreadyReviewed: they have said it before.
    """
    if not bought:
        raise NotABuyer
    review = Review(id=new_id("rev"), product_id=product_id, user_id=user_id, created_at=now(), **wanted.model_dump())
    changes = Changes()
    changes.insert(REVIEWS, review, taken=AlreadyReviewed())
    changes.emit(ReviewSubmitted(review_id=review.id, product_id=product_id))
    view = MyReview.model_validate(review.model_dump())
    once.keep(changes, view)
    changes.commit()
    return view


def list_published(id_or_slug: str, *, limit: int, cursor: str | None) -> ReviewPage:
    """A page of what is said of a product, the newest first.

    Raises:
        NotFound: there is no such product.
    """
    listing = f"reviews|{id_or_slug}"
    after = position(listing, cursor)

    def load() -> ReviewPage:
        product_id = product_id_of(id_or_slug)
        where: dict[str, object] = {"product_id": product_id, "status": "published"}
        rows = REVIEWS.page(where, before=after[0] if after else None, limit=limit + 1)
        items = [ReviewView.model_validate(row.model_dump()) for row in rows[:limit]]
        more = next_cursor(listing, [items[-1].id]) if len(rows) > limit else None
        standing = STANDINGS.get(product_id) or Standing(id=product_id)
        return ReviewPage(items=items, next_cursor=more, summary=_summary(standing))

    key = f"reviews|{id_or_slug[:120]}|{limit}|{after[0] if after else ''}"
    return cache.read_model(CACHE_SCOPE, key, ReviewPage, load)


def list_all(*, status: ReviewStatus | None, limit: int, cursor: str | None) -> Page[ReviewAdminView]:
    """A page of reviews for staff, the newest first."""
    listing = f"admin-reviews|{status or ''}"
    after = position(listing, cursor)
    rows = REVIEWS.page({"status": status} if status else {}, before=after[0] if after else None, limit=limit + 1)
    items = [ReviewAdminView.model_validate(row.model_dump()) for row in rows[:limit]]
    more = next_cursor(listing, [items[-1].id]) if len(rows) > limit else None
    return Page[ReviewAdminView](items=items, next_cursor=more)


def moderate(review_id: str, wanted: Moderation, *, version: int | None, who: str) -> ReviewAdminView:
    """Publishes or rejects a review, and counts it or no more.

    Raises:
        NotFound: there is none.
        PreconditionFailed: it has another version now.
    """

    def attempt() -> Review:
        known = REVIEWS.get(review_id)
        if known is None:
            raise NotFound("There is no such review.")
        if version not in (None, known.version):
            raise PreconditionFailed
        status: Literal["published", "rejected"] = "published" if wanted.decision == "publish" else "rejected"
        decided = known.model_copy(update={"status": status, "reason": wanted.reason})
        changes = Changes()
        changes.replace(REVIEWS, decided)
        _count(changes, known, decided)
        before, after = known.to_mongo(), decided.to_mongo()
        audit.note(changes, who=who, action=f"review.{status}", subject=review_id, before=before, after=after)
        changes.emit(ReviewModerated(review_id=review_id, product_id=known.product_id, status=status))
        changes.commit()
        return decided

    decided = retry_stale(attempt)
    cache.bump(CACHE_SCOPE)
    return ReviewAdminView.model_validate(decided.model_dump())


def _count(changes: Changes, before: Review, after: Review) -> None:
    difference = (after.status == "published") - (before.status == "published")
    product = PRODUCTS.get(after.product_id)
    if not difference or product is None:
        return
    standing = STANDINGS.get(product.id) or Standing(id=product.id)
    star = str(after.rating)
    standing.stars = standing.stars | {star: standing.stars.get(star, 0) + difference}
    standing.rating_count += difference
    standing.rating_sum += difference * after.rating
    publishing.move(changes, product, standing, tree=CATEGORIES.tree())


def _summary(standing: Standing) -> RatingSummary:
    mean = views.rating(standing.rating_count, standing.rating_sum)
    stars = {star: standing.stars.get(star, 0) for star in STARS}
    return RatingSummary(average=mean.average if mean else 0, count=standing.rating_count, stars=stars)
