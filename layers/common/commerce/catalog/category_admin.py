"""Making, moving and removing categories."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from commerce.catalog.categories import CATEGORIES, Category, Tree
from commerce.catalog.cells import slug
from commerce.catalog.drafts import FilledLine, Slug
from commerce.catalog.events import CategoryChanged
from commerce.catalog.publishing import CACHE_SCOPE, SlugTaken
from commerce.catalog.store import PRODUCTS
from commerce.runtime import audit, cache
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.errors import Conflict, Invalid, NotFound, PreconditionFailed
from commerce.runtime.idempotency import Once
from commerce.runtime.ids import new_id

MAX_DEPTH = 8

Text = Annotated[str, StringConstraints(max_length=5_000, strip_whitespace=True)]


class CategoryNotEmpty(Conflict):
    """409: it has categories below it, or products in it."""

    code, title = "category_not_empty", "The category is not empty"


class NewCategory(BaseModel):
    """A category to make. Without a slug it gets one from its title; `parent` is an id, empty at the root."""

    model_config = ConfigDict(extra="forbid")

    title: FilledLine
    slug: Slug | None = None
    parent: str = ""
    position: Annotated[int, Field(ge=0, le=100_000)] = 0
    description: Text = ""


class CategoryPatch(BaseModel):
    """What is to be different; members that are left out stay as they are."""

    model_config = ConfigDict(extra="forbid")

    title: FilledLine | None = None
    slug: Slug | None = None
    parent: str | None = None
    position: Annotated[int, Field(ge=0, le=100_000)] | None = None
    description: Text | None = None


class CategoryView(BaseModel):
    """A category as staff sees it."""

    id: str
    slug: str
    title: str
    parent: str
    position: int
    description: str
    version: int


def create(wanted: NewCategory, *, who: str, once: Once) -> CategoryView:
    """Makes a category.

    Raises:
        SlugTaken: another one has the slug.
        Invalid: there is no such parent, or the tree would be too deep.
    """
    members = wanted.model_dump() | {"slug": wanted.slug or slug(wanted.title)}
    if not members["slug"]:
        raise Invalid.field("slug", "slug_missing", "No slug can be made of this title; give one.")
    made = Category(id=new_id("cat"), **members)
    changes = Changes()
    _place(changes, made, CATEGORIES.tree())
    changes.insert(CATEGORIES, made, taken=SlugTaken(made.slug))
    audit.note(changes, who=who, action="category.created", subject=made.id, after=made.to_mongo())
    changes.emit(CategoryChanged(category_id=made.id))
    once.keep(changes, _view(made))
    changes.commit()
    cache.bump(CACHE_SCOPE)
    return _view(made)


def update(category_id: str, wanted: CategoryPatch, *, version: int | None, who: str) -> CategoryView:
    """Changes or moves a category.

    Args:
        category_id: which one.
        wanted: the members to change.
        version: the one they were made from, None for any.
        who: the id of the person.

    Raises:
        NotFound: there is none.
        PreconditionFailed: it has another version now.
        SlugTaken: another one has the slug.
        Invalid: the parent is not there, or below it.
    """

    def attempt() -> Category:
        tree = CATEGORIES.tree()
        known = _known(tree, category_id, version)
        given = {name: value for name in wanted.model_fields_set if (value := getattr(wanted, name)) is not None}
        changed = known.model_copy(update=given)
        changes = Changes()
        if changed.parent != known.parent:
            _place(changes, changed, tree)
        changes.replace(CATEGORIES, changed, taken=SlugTaken(changed.slug))
        before, after = known.to_mongo(), changed.to_mongo()
        audit.note(changes, who=who, action="category.updated", subject=known.id, before=before, after=after)
        changes.emit(CategoryChanged(category_id=known.id))
        changes.commit()
        return changed

    changed = retry_stale(attempt)
    cache.bump(CACHE_SCOPE)
    return _view(changed)


def delete(category_id: str, *, version: int | None, who: str) -> None:
    """Removes a category that nothing is in.

    Raises:
        NotFound: there is none.
        PreconditionFailed: it has another version now.
        CategoryNotEmpty: categories or products are in it.
    """

    def attempt() -> None:
        tree = CATEGORIES.tree()
        known = _known(tree, category_id, version)
        if tree.children(known.id):
            raise CategoryNotEmpty("There are categories below it: move or delete them first.")
        if PRODUCTS.find_one({"category": known.id}):
            raise CategoryNotEmpty("There are products in it: move them first.")
        changes = Changes()
        changes.delete(CATEGORIES, {"_id": known.id, "version": known.version}, otherwise=PreconditionFailed())
        audit.note(changes, who=who, action="category.deleted", subject=known.id, before=known.to_mongo())
        changes.commit()

    retry_stale(attempt)
    cache.bump(CACHE_SCOPE)


def _known(tree: Tree, category_id: str, version: int | None) -> Category:
    known = tree.by_id.get(category_id)
    if known is None:
        raise NotFound("There is no such category.")
    if version not in (None, known.version):
        raise PreconditionFailed
    return known


def _place(changes: Changes, category: Category, tree: Tree) -> None:
    """Checks the place under its parent, and makes the change stale if one above is moved meanwhile: two moves at the
    same moment could otherwise put each below the other.
    """
    if not category.parent:
        return
    above = tree.path(category.parent)
    if not above:
        raise Invalid.field("parent", "unknown_category", "There is no such category.")
    if category.id in [ancestor.id for ancestor in above]:
        raise Invalid.field("parent", "category_cycle", "A category cannot be below itself.")
    if len(above) >= MAX_DEPTH:
        raise Invalid.field("parent", "category_too_deep", f"The tree has at most {MAX_DEPTH} levels.")
    for ancestor in above:
        changes.update(CATEGORIES, {"_id": ancestor.id, "parent": ancestor.parent}, {"$inc": {"moves_below": 1}})


def _view(category: Category) -> CategoryView:
    return CategoryView.model_validate(category.model_dump())
