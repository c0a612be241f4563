"""The tree of categories. They are few (hundreds), so whoever needs one reads them all, in one query."""

from collections import defaultdict
from collections.abc import Iterable

from commerce.runtime.mongo import Collection, Index, Versioned


class Category(Versioned):
    """A category. `parent` is the id of the one above, empty at the root; `position` orders siblings."""

    slug: str
    title: str
    parent: str = ""
    position: int = 0
    description: str = ""


class Tree:
    """All categories, by id and slug, with what is above and below each."""

    def __init__(self, categories: Iterable[Category]) -> None:
        self.by_id = {category.id: category for category in categories}
        self.by_slug = {category.slug: category for category in self.by_id.values()}
        self._children: defaultdict[str, list[Category]] = defaultdict(list)
        for category in sorted(self.by_id.values(), key=lambda c: (c.position, c.title.casefold(), c.id)):
            self._children[category.parent if category.parent in self.by_id else ""].append(category)

    def find(self, id_or_slug: str) -> Category | None:
        """The category with this id or slug."""
        return self.by_id.get(id_or_slug) or self.by_slug.get(id_or_slug)

    def children(self, category_id: str) -> list[Category]:
        """Those directly below, in their order; of `""`, the roots."""
        return list(self._children[category_id])

    def subtree(self, category_id: str) -> list[str]:
        """The ids of a category and of all below it."""
        found, waiting = [], [category_id]
        while waiting:
            found.append(waiting.pop())
            waiting += [child.id for child in self._children[found[-1]] if child.id not in found]
        return found

    def path(self, category_id: str) -> list[Category]:
        """The categories from the root to this one; empty for an unknown id."""
        path: list[Category] = []
        at = self.by_id.get(category_id)
        while at is not None and at not in path:
            path.append(at)
            at = self.by_id.get(at.parent)
        return path[::-1]


class Categories(Collection[Category]):
    """The collection `categories`."""

    name = "categories"
    model = Category
    indexes = (Index((("slug", 1),), unique=True), Index((("parent", 1), ("position", 1))))

    def tree(self) -> Tree:
        """All of them. One round trip for up to 1,000."""
        return Tree(self.find({}, sort=[("parent", 1), ("position", 1)], limit=1_000))


CATEGORIES = Categories()
