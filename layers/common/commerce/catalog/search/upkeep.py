"""Keeping search in step with the catalogue: the vocabulary, and listings that have fallen behind."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta

from commerce.catalog.categories import CATEGORIES, Tree
from commerce.catalog.listings import LISTINGS, listing_of
from commerce.catalog.model import Product
from commerce.catalog.publishing import CACHE_SCOPE
from commerce.catalog.search import analysis, vocabulary
from commerce.catalog.search.vocabulary import WORDS, Word
from commerce.catalog.standings import STANDINGS, Standing
from commerce.catalog.store import PRODUCTS
from commerce.runtime import cache
from commerce.runtime.changes import Changes
from commerce.runtime.clock import now
from commerce.runtime.errors import Stale
from commerce.runtime.mongo import Collection, Versioned
from commerce.runtime.settings import settings

CHUNK = 200  # products read and written at once
WORDS_AT_ONCE = 200
SECONDS = 20.0  # of one run; what is left comes next time


class Progress(Versioned):
    """How far the healing has come: every product up to `after` was looked at."""

    after: str = ""


class _Progress(Collection[Progress]):
    """The collection `search_progress`, with the one document `healing`."""

    name = "search_progress"
    model = Progress


PROGRESS = _Progress()


def learn(changes: Changes, product_ids: Iterable[str]) -> None:
    """Adds the words of these products that the vocabulary does not have. Counts are made by `recount` alone, so that
    hearing twice of a change does no harm.
    """
    found = _words(LISTINGS.words_of(product_ids))
    known = WORDS.known(found) if found else set()
    for id_, (word, _) in found.items():
        if id_ not in known:
            changes.put(WORDS, word)


def recount() -> int:
    """Makes the vocabulary anew from all listings, writing only what differs; says how many words there are.

    In several transactions: each word is right by itself, and who meets an old count ranks a little differently.
    """
    found = _words(LISTINGS.all_words())
    stale, writes = WORDS.counts(), []
    for id_, (word, count) in found.items():
        if stale.pop(id_, None) != count:
            writes.append(word.model_copy(update={"count": count}))
    for start in range(0, len(writes), WORDS_AT_ONCE):
        changes = Changes()
        for word in writes[start : start + WORDS_AT_ONCE]:
            changes.put(WORDS, word)
        changes.commit()
    gone = list(stale)
    for start in range(0, len(gone), WORDS_AT_ONCE):
        WORDS.forget(gone[start : start + WORDS_AT_ONCE])
    return len(found)


def relist(category_id: str) -> int:
    """Makes the listings of a category and of all below it anew, where they differ; says how many did."""
    tree = CATEGORIES.tree()
    within = tree.subtree(category_id) if category_id in tree.by_id else [category_id]
    mended = 0
    for category in within:
        for products in _chunks({"category": category}, ""):
            mended += _mend(products, tree)
    if mended:
        cache.bump(CACHE_SCOPE)
    return mended


def heal() -> int:
    """Looks at products in turn, for as long as one run may take, and mends listings that are not what they should be;
    says how many. The next run goes on where this one ended.
    """
    until = time.monotonic() + SECONDS
    tree, progress = CATEGORIES.tree(), PROGRESS.get("healing")
    at, mended = progress.after if progress else "", 0
    for products in _chunks({}, at):
        mended += _mend(products, tree)
        at = products[-1].id
        if time.monotonic() > until:
            break
    else:
        at = ""
    changes = Changes()
    changes.put(PROGRESS, Progress(id="healing", after=at))
    changes.commit()
    if mended:
        cache.bump(CACHE_SCOPE)
    return mended


def _chunks(where: dict[str, object], after: str) -> Iterator[list[Product]]:
    """Products in order of their ids."""
    while True:
        beyond = {"_id": {"$gt": after}} if after else {}
        products = PRODUCTS.find({**where, **beyond}, sort=[("_id", 1)], limit=CHUNK)
        if not products:
            return
        yield products
        after = products[-1].id


def _mend(products: list[Product], tree: Tree) -> int:
    """Writes those listings that differ from what their product makes of them. Whoever changed a product or its
    standing meanwhile wrote the listing too: then ours is late, and not written.
    """
    ids = [product.id for product in products]
    standings = STANDINGS.of(ids)
    listed = {listing.id: listing for listing in LISTINGS.find({"_id": {"$in": ids}})}
    mended = 0
    for product in products:
        standing = standings.get(product.id) or Standing(id=product.id)
        wanted = listing_of(product, standing, tree) if product.status == "active" else None
        if wanted == listed.get(product.id) or product.id not in standings:
            continue
        changes = Changes()
        same = {"_id": product.id, "version": standing.version}
        changes.update(STANDINGS, same, {"$inc": {"version": 1}})
        if wanted:
            changes.put(LISTINGS, wanted)
        else:
            changes.delete(LISTINGS, {"_id": product.id})
        try:
            changes.commit()
        except Stale:
            continue
        mended += 1
    return mended


def _words(entries: Iterable[tuple[list[str], str]]) -> dict[str, tuple[Word, int]]:
    """The vocabulary of some listings: by id, the word and on how many of them it stands."""
    language = settings().languages[0]
    surfaces: Counter[str] = Counter()
    brands: Counter[str] = Counter()
    for words, brand in entries:
        surfaces.update(set(words))
        if brand:
            brands[brand] += 1
    found = {surface: (vocabulary.word(surface, language), count) for surface, count in surfaces.items()}
    by_name: Counter[str] = Counter()
    for brand, count in brands.items():
        by_name[analysis.fold(brand)] += count
    for brand, _ in reversed(brands.most_common()):  # Of several spellings the most frequent comes last and stays.
        word = vocabulary.brand(brand)
        found[word.id] = (word, by_name[analysis.fold(brand)])
    return found


def refresh() -> dict[str, int]:
    """What the schedule does."""
    began = now()
    mended, words = heal(), recount()
    return {"mended": mended, "words": words, "seconds": (now() - began) // timedelta(seconds=1)}
