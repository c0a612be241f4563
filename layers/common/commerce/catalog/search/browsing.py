"""Lists of products: narrowed, searched, sorted, counted, page by page."""

import hashlib
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from commerce.catalog import views
from commerce.catalog.categories import CATEGORIES, Tree
from commerce.catalog.listings import Card
from commerce.catalog.publishing import CACHE_SCOPE
from commerce.catalog.search import analysis, facets
from commerce.catalog.search.asking import Asked
from commerce.catalog.search.engine import ENGINE
from commerce.catalog.search.facets import Counts, Facet
from commerce.catalog.search.filters import Condition, ListFilter
from commerce.catalog.search.interpret import Interpretation, Query
from commerce.catalog.search.queries import SEARCHES
from commerce.catalog.search.query import Wanted
from commerce.catalog.views import ProductSummary
from commerce.runtime import cache
from commerce.runtime.paging import Page, next_cursor, position


class SearchNote(BaseModel):
    """How the words were taken. `corrected`: these were looked for instead. `did_you_mean`: these may have been meant.
    `ignored`: words that no product has.
    """

    query: str
    corrected: str | None = None
    did_you_mean: str | None = None
    ignored: list[str] = []


class ProductPage(Page[ProductSummary]):
    """A page of products. `total` where it was asked for; `facets` and `search` on the first page."""

    total: int | None = None
    facets: list[Facet] | None = None
    search: SearchNote | None = None


@dataclass(frozen=True)
class Shown:
    """How a list is shown.

    `currency`: prices are shown, compared and sorted in it; what is not sold in it is left out of lists by price.
    `limit`: rows on the page. `language`: of the words, and of titles where they are translated. `total`: whether to
    count all that fit. `facets`: whether the first page comes with facets.
    """

    currency: str
    limit: int = 20
    language: str = ""
    total: bool = False
    facets: bool = True


def list_products(asked: Asked, shown: Shown, cursor: str | None) -> ProductPage:
    """A page of active products.

    Args:
        asked: words, filters and order (see `asking.read`).
        shown: how.
        cursor: where the page before ended.

    Raises:
        InvalidCursor: not ours, or of another list.
    """
    listing = f"products|{asked.words}|{shown.currency}|{shown.language}"
    after = position(listing, cursor)
    key = cache_key(f"list|{listing}|{shown}|{cursor if after else ''}")
    return cache.read_model(CACHE_SCOPE, key, ProductPage, lambda: _load(asked, shown, listing, after))


def _load(asked: Asked, shown: Shown, listing: str, after: list[Any] | None) -> ProductPage:
    tree = CATEGORIES.tree()
    conditions = _conditions(asked, tree, shown.currency)
    if conditions is None:
        return ProductPage(items=[], total=0 if shown.total else None)
    if after is not None:
        query = Query.load(after[-1]) if asked.text else None
        after = after[:-1] if asked.text else after
        wanted = Wanted(conditions, query, asked.sort, shown.currency)
        page = _page(wanted, ENGINE.page(wanted, after, shown.limit), shown, listing, tree)
        page.total = ENGINE.total(wanted) if shown.total else None
        return page
    return _first(asked, shown, listing, tree, conditions)


def _first(asked: Asked, shown: Shown, listing: str, tree: Tree, conditions: dict[str, Condition]) -> ProductPage:
    meant = _understood(asked.text, shown.language) if asked.text else None
    note = SearchNote(query=asked.text) if asked.text else None
    if asked.text and meant is None:
        return ProductPage(items=[], total=0 if shown.total else None, facets=[] if shown.facets else None, search=note)
    wanted = Wanted(conditions, meant.query if meant else None, asked.sort, shown.currency)
    rows = ENGINE.page(wanted, None, shown.limit)
    if meant and not rows:
        wanted, rows = _relaxed(wanted, shown.limit)
    if meant and note:
        _tell(note, meant, found=bool(rows))
        if not rows and not conditions:
            SEARCHES.missed(asked.text)
    page = _page(wanted, rows, shown, listing, tree)
    page.search = note
    if shown.facets:
        chosen = asked.chosen.model_copy(update={"categories": _known(asked.chosen, tree)})
        every, page.facets = _facets(wanted, chosen, tree)
        page.total = every.total if shown.total else None
    elif shown.total:
        page.total = ENGINE.total(wanted)
    return page


def _page(wanted: Wanted, rows: list[dict[str, Any]], shown: Shown, listing: str, tree: Tree) -> ProductPage:
    """The rows as cards; the cursor carries what was meant by the words, so that the next page means the same."""
    cards = [Card.model_validate(row) for row in rows[: shown.limit]]
    items = [views.summary(card, shown.currency, tree, language=shown.language) for card in cards]
    if len(rows) <= shown.limit:
        return ProductPage(items=items)
    at = wanted.order.position(rows[shown.limit - 1])
    return ProductPage(
        items=items, next_cursor=next_cursor(listing, [*at, wanted.query.dump()] if wanted.query else at)
    )


def _understood(text: str, language: str) -> Interpretation | None:
    """What was meant. A SKU means itself and nothing else."""
    sku = analysis.sku_term(text)
    if any(c.isdigit() for c in text) and ENGINE.total(Wanted({}, Query([{sku: 1}]), "", "")):
        return Interpretation(Query([{sku: 1}]))
    return ENGINE.understand(text, language)


def _relaxed(wanted: Wanted, limit: int) -> tuple[Wanted, list[dict[str, Any]]]:
    """Where nothing has all the words: what has all but one."""
    query = wanted.query.relaxed() if wanted.query else None
    if query is None:
        return wanted, []
    wanted = Wanted(wanted.conditions, query, wanted.sort, wanted.currency)
    return wanted, ENGINE.page(wanted, None, limit)


def _tell(note: SearchNote, meant: Interpretation, *, found: bool) -> None:
    if found:
        note.corrected, note.did_you_mean = meant.corrected or None, meant.did_you_mean or None
    note.ignored = meant.ignored


def _conditions(asked: Asked, tree: Tree, currency: str) -> dict[str, Condition] | None:
    """All conditions by filter, those of the collection beside the shopper's; None when nothing can fit."""
    known = _known(asked.chosen, tree)
    if asked.chosen.categories and not known:
        return None
    found = asked.chosen.model_copy(update={"categories": known}).conditions(currency)
    if asked.collection:
        from commerce.catalog import collections

        made_of = collections.conditions(asked.collection, tree)
        if made_of is None:
            return None
        found |= {
            name if name == "products" else f"collection.{name}": condition
            for name, condition in made_of.conditions(currency).items()
        }
    return found


def _known(chosen: ListFilter, tree: Tree) -> tuple[str, ...]:
    """The ids of the categories that there are."""
    found = [tree.find(id_or_slug) for id_or_slug in chosen.categories]
    return tuple(dict.fromkeys(category.id for category in found if category))


def _facets(wanted: Wanted, chosen: ListFilter, tree: Tree) -> tuple[Counts, list[Facet]]:
    """Own counts are cached by themselves: those of the categories are alike on every category's page."""
    every = ENGINE.counts(wanted)
    own = {name: _own_counts(wanted, name) for name in facets.own_filters(wanted.conditions)}
    return every, facets.facets(every, own, chosen, tree)


def _own_counts(wanted: Wanted, name: str) -> Counts:
    others = {key: condition for key, condition in wanted.conditions.items() if key != name}
    conditions = sorted(others.items(), key=lambda item: item[0])
    text = repr((name, conditions, wanted.query, wanted.currency, wanted.priced))
    counted = cache.read_through(CACHE_SCOPE, cache_key(f"own|{text}"), lambda: ENGINE.counts(wanted, own=name).dump())
    return Counts.load(counted)


def cache_key(text: str) -> str:
    """Words and cursors are long and anyone's: a cache key is neither."""
    return hashlib.sha256(text.encode()).hexdigest()[:40]
