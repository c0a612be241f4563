"""Categories as a file names them: found in the tree, or made where there is none."""

from collections.abc import Sequence

from commerce.catalog.categories import Category, Tree
from commerce.catalog.cells import slug
from commerce.catalog.exchange.patch import Step
from commerce.runtime.ids import new_id


class Shelves:
    """The tree with what a file adds to it. `new` has not been stored yet, parents first."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.new: list[Category] = []

    def find(self, steps: Sequence[Step]) -> str:
        """The id of the category at the end of a path, empty for no path; levels that are missing are made.

        A slug finds its category wherever it stands. A title alone is sought below the level before it; one that has
        no level above it is sought in the whole tree, so that a category that was moved since is not made twice.
        """
        at = ""
        for index, step in enumerate(steps):
            known = self._known(step, at, alone=len(steps) == 1)
            at = known.id if known else self._make(step, at, steps[:index]).id
        return at

    def _known(self, step: Step, parent: str, *, alone: bool) -> Category | None:
        if step.slug and (found := self.tree.by_slug.get(step.slug)):
            return found
        for child in self.tree.children(parent):
            if child.title.casefold() == step.title.casefold() and not step.slug:
                return child
        return self.tree.by_slug.get(slug(step.title)) if alone and not step.slug else None

    def _make(self, step: Step, parent: str, above: Sequence[Step]) -> Category:
        wanted = step.slug or slug(step.title) or "category"
        longer = "-".join(filter(None, (slug(part.title) for part in (*above, step)))) or wanted
        names = [wanted, longer, *(f"{longer}-{number}" for number in range(2, 1_000))]
        name = next(name for name in names if name not in self.tree.by_slug)
        made = Category(id=new_id("cat"), slug=name[:255], title=step.title, parent=parent)
        self.new.append(made)
        self.tree = Tree([*self.tree.by_id.values(), made])
        return made
