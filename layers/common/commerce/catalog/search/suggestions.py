"""What may be meant, while it is being typed: products, categories, brands, and the word that comes next."""

from typing import Literal

from pydantic import BaseModel

from commerce.catalog import views
from commerce.catalog.categories import CATEGORIES, Tree
from commerce.catalog.listings import Card
from commerce.catalog.model import Image
from commerce.catalog.publishing import CACHE_SCOPE
from commerce.catalog.search import analysis
from commerce.catalog.search.browsing import cache_key
from commerce.catalog.search.engine import ENGINE
from commerce.catalog.search.query import RELEVANCE, Wanted
from commerce.catalog.search.vocabulary import MOST_LETTERS, WORDS
from commerce.money import Money
from commerce.runtime import cache
from commerce.runtime.paging import Page

PRODUCTS, CATEGORIES_SHOWN, BRANDS, WORDS_SHOWN = 6, 3, 3, 4
FEWEST_LETTERS = 2


class Suggestion(BaseModel):
    """Something to go to. `slug` of a product or category; for a brand `text` is the filter's value, for a query the
    words to search for.
    """

    kind: Literal["query", "category", "brand", "product"]
    text: str
    slug: str | None = None
    image: Image | None = None
    price: Money | None = None


def suggest(text: str, *, currency: str, language: str) -> Page[Suggestion]:
    """What may be meant: completed words, categories, brands, products, in this order.

    Args:
        text: what is typed so far; under two letters there is nothing to suggest.
        currency: prices are shown in this one.
        language: of the words, and of titles where they are translated.
    """
    typed = analysis.fold(text)
    if len(typed) < FEWEST_LETTERS:
        return Page[Suggestion](items=[])
    key = cache_key(f"suggest|{typed}|{currency}|{language}")
    return cache.read_model(
        CACHE_SCOPE, key, Page[Suggestion], lambda: Page[Suggestion](items=_suggest(typed, currency, language))
    )


def _suggest(typed: str, currency: str, language: str) -> list[Suggestion]:
    tree = CATEGORIES.tree()
    words, brands = _words_and_brands(typed, language)
    return [*words, *_categories(typed, tree), *brands, *_products(typed, currency, language, tree)]


def _words_and_brands(typed: str, language: str) -> tuple[list[Suggestion], list[Suggestion]]:
    before, _, last = typed.rpartition(" ")
    bare = "".join(analysis.words(last))
    found = WORDS.candidates([f"^{bare[:MOST_LETTERS]}"]) if len(bare) >= FEWEST_LETTERS else []
    words: dict[str, Suggestion] = {}
    for word in found:  # The most frequent form of a word speaks for all of them.
        if word.kind == "word" and word.text.startswith(bare) and word.text != bare:
            text = f"{before} {word.text}".strip()
            words.setdefault(word.stem, Suggestion(kind="query", text=text))
    words.pop(analysis.stem(bare, language), None)
    brands = [
        Suggestion(kind="brand", text=word.text) for word in found if word.kind == "brand" and _begins(word.text, typed)
    ]
    return list(words.values())[:WORDS_SHOWN], brands[:BRANDS]


def _categories(typed: str, tree: Tree) -> list[Suggestion]:
    found = [category for category in tree.by_id.values() if _begins(category.title, typed)]
    found.sort(key=lambda category: (len(tree.path(category.id)), category.title))
    return [Suggestion(kind="category", text=c.title, slug=c.slug) for c in found[:CATEGORIES_SHOWN]]


def _begins(title: str, typed: str) -> bool:
    """Whether the title, from any of its words on, begins with what is typed."""
    words = analysis.words(title)
    wanted = " ".join(analysis.words(typed))
    return any(" ".join(words[at:]).startswith(wanted) for at in range(len(words)))


def _products(typed: str, currency: str, language: str, tree: Tree) -> list[Suggestion]:
    meant = ENGINE.understand(typed, language)
    if meant is None:
        return []
    rows = ENGINE.page(Wanted({}, meant.query, RELEVANCE, currency), None, PRODUCTS)
    shown = [views.summary(Card.model_validate(row), currency, tree, language=language) for row in rows[:PRODUCTS]]
    return [Suggestion(kind="product", text=p.title, slug=p.slug, image=p.image, price=p.price) for p in shown]
