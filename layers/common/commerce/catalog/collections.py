"""Collections: products that are shown together, picked by hand or by a rule.

A rule is what a shopper could filter a list by, and is asked at each list, so nothing has to be kept up to date.
"""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from commerce.catalog.categories import Tree
from commerce.catalog.cells import slug
from commerce.catalog.drafts import FilledLine, ImageUrl, Slug
from commerce.catalog.publishing import CACHE_SCOPE, SlugTaken
from commerce.catalog.search.filters import ListFilter
from commerce.runtime import audit, cache
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.errors import Invalid, NotFound, PreconditionFailed
from commerce.runtime.idempotency import Once
from commerce.runtime.ids import new_id
from commerce.runtime.mongo import Collection, Index, Versioned
from commerce.runtime.paging import Page, next_cursor, position

MAX_PICKED = 1_000

Text = Annotated[str, StringConstraints(max_length=5_000, strip_whitespace=True)]
Picked = Annotated[list[Annotated[str, StringConstraints(max_length=64)]], Field(max_length=MAX_PICKED)]


class ProductCollection(Versioned):
    """Products picked by hand (`product_ids`) or by a rule; one of the two."""

    slug: str
    title: str
    description: str = ""
    image: str = ""
    product_ids: list[str] | None = None
    rule: ListFilter | None = None


class ProductCollections(Collection[ProductCollection]):
    """The collection `collections`."""

    name = "collections"
    model = ProductCollection
    indexes = (Index((("slug", 1),), unique=True),)

    def named(self, id_or_slug: str) -> ProductCollection | None:
        """The collection with this id or slug. One round trip."""
        return self.find_one({"_id" if id_or_slug.startswith("col_") else "slug": id_or_slug})

    def page(self, after: str | None, limit: int) -> list[ProductCollection]:
        """The oldest first, those after this id. One round trip."""
        return self.find({"_id": {"$gt": after}} if after else {}, sort=[("_id", 1)], limit=limit)


COLLECTIONS = ProductCollections()


class NewCollection(BaseModel):
    """A collection to make, of `product_ids` or by a `rule`. Prices in a rule are minor units of the currency that the
    list is asked in.
    """

    model_config = ConfigDict(extra="forbid")

    title: FilledLine
    slug: Slug | None = None
    description: Text = ""
    image: ImageUrl | None = None
    product_ids: Picked | None = None
    rule: ListFilter | None = None

    @model_validator(mode="after")
    def _by_hand_or_by_rule(self) -> Self:
        if (self.product_ids is None) == (self.rule is None):
            raise ValueError("give product_ids or rule, one of the two")
        return self


class CollectionPatch(BaseModel):
    """What is to be different; members that are left out stay. A rule replaces picked products, or they it."""

    model_config = ConfigDict(extra="forbid")

    title: FilledLine | None = None
    slug: Slug | None = None
    description: Text | None = None
    image: ImageUrl | None = None
    product_ids: Picked | None = None
    rule: ListFilter | None = None

    @model_validator(mode="after")
    def _not_both(self) -> Self:
        if self.product_ids is not None and self.rule is not None:
            raise ValueError("give product_ids or rule, not both")
        return self


class CollectionSummary(BaseModel):
    """A collection as shoppers see it; `GET /products?collection=` lists what is in it."""

    id: str
    slug: str
    title: str
    description: str
    image: str


class CollectionView(CollectionSummary):
    """A collection as staff sees it."""

    product_ids: list[str] | None
    rule: ListFilter | None
    version: int


def conditions(id_or_slug: str, tree: Tree) -> ListFilter | None:
    """What a list of this collection is narrowed by; None when there is no such collection. One round trip."""
    del tree  # A product says itself which categories it is below.
    found = COLLECTIONS.named(id_or_slug)
    if found is None:
        return None
    return found.rule or ListFilter(products=tuple(found.product_ids or ()))


def list_all(*, limit: int, cursor: str | None) -> Page[CollectionSummary]:
    """A page of collections, the oldest first."""
    after = position("collections", cursor)

    def load() -> Page[CollectionSummary]:
        rows = COLLECTIONS.page(after[0] if after else None, limit + 1)
        items = [CollectionSummary.model_validate(row.model_dump()) for row in rows[:limit]]
        return Page[CollectionSummary](
            items=items, next_cursor=next_cursor("collections", [items[-1].id]) if len(rows) > limit else None
        )

    key = f"collections|{limit}|{after[0] if after else ''}"
    return cache.read_model(CACHE_SCOPE, key, Page[CollectionSummary], load)


def create(wanted: NewCollection, *, who: str, once: Once) -> CollectionView:
    """Makes a collection.

    Raises:
        SlugTaken: another one has the slug.
    """
    members = wanted.model_dump(exclude={"rule"}) | {"slug": wanted.slug or slug(wanted.title), "rule": wanted.rule}
    if not members["slug"]:
        raise Invalid.field("slug", "slug_missing", "No slug can be made of this title; give one.")
    made = ProductCollection(id=new_id("col"), **(members | {"image": wanted.image or ""}))
    changes = Changes()
    changes.insert(COLLECTIONS, made, taken=SlugTaken(made.slug))
    audit.note(changes, who=who, action="collection.created", subject=made.id, after=made.to_mongo())
    once.keep(changes, _view(made))
    changes.commit()
    cache.bump(CACHE_SCOPE)
    return _view(made)


def update(collection_id: str, wanted: CollectionPatch, *, version: int | None, who: str) -> CollectionView:
    """Changes a collection.

    Raises:
        NotFound: there is none.
        PreconditionFailed: it has another version now.
        SlugTaken: another one has the slug.
    """

    def attempt() -> ProductCollection:
        known = _known(collection_id, version)
        given = {name: value for name in wanted.model_fields_set if (value := getattr(wanted, name)) is not None}
        if "rule" in given:
            given["product_ids"] = None
        elif "product_ids" in given:
            given["rule"] = None
        changed = known.model_copy(update=given)
        changes = Changes()
        changes.replace(COLLECTIONS, changed, taken=SlugTaken(changed.slug))
        before, after = known.to_mongo(), changed.to_mongo()
        audit.note(changes, who=who, action="collection.updated", subject=known.id, before=before, after=after)
        changes.commit()
        return changed

    changed = retry_stale(attempt)
    cache.bump(CACHE_SCOPE)
    return _view(changed)


def delete(collection_id: str, *, version: int | None, who: str) -> None:
    """Removes a collection; its products stay.

    Raises:
        NotFound: there is none.
        PreconditionFailed: it has another version now.
    """
    known = _known(collection_id, version)
    changes = Changes()
    changes.delete(COLLECTIONS, {"_id": known.id, "version": known.version}, otherwise=PreconditionFailed())
    audit.note(changes, who=who, action="collection.deleted", subject=known.id, before=known.to_mongo())
    changes.commit()
    cache.bump(CACHE_SCOPE)


def _known(collection_id: str, version: int | None) -> ProductCollection:
    known = COLLECTIONS.get(collection_id)
    if known is None:
        raise NotFound("There is no such collection.")
    if version not in (None, known.version):
        raise PreconditionFailed
    return known


def _view(found: ProductCollection) -> CollectionView:
    return CollectionView.model_validate(found.model_dump())
