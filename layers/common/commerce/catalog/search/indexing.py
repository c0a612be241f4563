"""What search knows of a product: its terms with their weights, and the words they came from. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from commerce.catalog.categories import Tree
from commerce.catalog.model import Product
from commerce.catalog.search import analysis
from commerce.catalog.search.filters import ALL, attribute, facet

MAX_TERMS = 120  # Index entries are paid for at every change; the heaviest terms are kept.
MAX_DESCRIPTION_WORDS = 150
JOINED = "+"  # Before a word that no text has: two words of a title written as one.
QUIET = "."  # Before a word that a description alone has: found as it is, neither completed nor corrected to.

# How much it says about a product that a word stands there. A title of one word says it outright.
TITLE, TITLE_ALONE, PHRASE = 10, 12, 8
BRAND, CATEGORY, ABOVE, TAG, ATTRIBUTE, OPTION, DESCRIPTION = 8, 7, 3, 6, 5, 4, 2
MAX_WEIGHT = 60


@dataclass(frozen=True)
class Entry:
    """A product as search keeps it."""

    facets: list[str]
    """Folded `name:value`, what filters ask for."""
    labels: list[str]
    """The same as people read them, what facets count."""
    weights: dict[str, int]
    words: list[str]


def entry(product: Product, tree: Tree, language: str) -> Entry:
    """What search keeps of a product.

    Args:
        product: an active one.
        tree: all categories.
        language: of the product's own texts, ISO 639-1.
    """
    facets, labels = _facets(product, tree)
    weights, words = _terms(product, tree, language)
    return Entry(facets, labels, weights, words)


def _facets(product: Product, tree: Tree) -> tuple[list[str], list[str]]:
    labels = [f"category:{category.id}" for category in tree.path(product.category)]
    if product.brand:
        labels.append(f"brand:{product.brand}")
    for name, value in product.attributes.items():
        labels.append(f"{attribute(name)}:{value}")
    for option in product.options:
        labels += [f"{attribute(option.name)}:{value}" for value in option.values]
    labels = list(dict.fromkeys(labels))
    facets = [ALL, *(facet(*label.split(":", 1)) for label in labels), *(facet("tag", tag) for tag in product.tags)]
    return list(dict.fromkeys(facets)), labels


def _terms(product: Product, tree: Tree, language: str) -> tuple[dict[str, int], list[str]]:
    weights: Counter[str] = Counter()
    seen: dict[str, None] = {}
    quiet: dict[str, None] = {}
    _add_title(weights, seen, product.title, language)
    for tongue, text in product.translations.items():
        _add_title(weights, seen, text.title, tongue)
        _add(weights, quiet, _description(text.description_html), DESCRIPTION, tongue)
    _add(weights, seen, [product.brand], BRAND, language)
    path = [category.title for category in tree.path(product.category)]
    _add(weights, seen, path[-1:], CATEGORY, language)
    _add(weights, seen, path[:-1], ABOVE, language)
    _add(weights, seen, product.tags, TAG, language)
    _add(weights, seen, product.attributes.values(), ATTRIBUTE, language)
    _add(weights, seen, [value for option in product.options for value in option.values], OPTION, language)
    _add(weights, quiet, _description(product.description_html), DESCRIPTION, language)
    kept = dict(weights.most_common(MAX_TERMS))
    # A SKU is asked for as a whole and wins outright, so it needs no weight among words.
    skus = {analysis.sku_term(variant.sku): MAX_WEIGHT for variant in product.variants}
    return {term: min(weight, MAX_WEIGHT) for term, weight in kept.items()} | skus, [
        *seen,
        *(QUIET + word for word in quiet if word not in seen),
    ]


def _description(html: str) -> list[str]:
    return [" ".join(analysis.plain(html).split()[:MAX_DESCRIPTION_WORDS])] if html else []


def _add_title(weights: Counter[str], seen: dict[str, None], title: str, language: str) -> None:
    words = telling(title, language)
    stems = [analysis.stem(word, language) for word in words]
    _add_words(weights, seen, words + analysis.compounds(title), TITLE + TITLE_ALONE // max(1, len(words)), language)
    for joined in pairs(words):
        weights[analysis.stem(joined, language)] += PHRASE
        seen[JOINED + joined] = None
    if stems:  # What a thing is called stands at the end in some languages, at the beginning in others.
        weights[stems[0]] += 1
        weights[stems[-1]] += 1


def _add(weights: Counter[str], seen: dict[str, None], texts: Iterable[str], weight: int, language: str) -> None:
    """A field's words; each counts once, however often the field says it."""
    found = [word for text in texts for word in telling(text, language) + analysis.compounds(text)]
    _add_words(weights, seen, found, weight, language)


def _add_words(weights: Counter[str], seen: dict[str, None], words: list[str], weight: int, language: str) -> None:
    for stem in {analysis.stem(word, language) for word in words}:
        weights[stem] += weight
    seen |= dict.fromkeys(words)


def telling(text: str, language: str) -> list[str]:
    """The words of a text that say something."""
    return [word for word in analysis.words(text) if not analysis.is_stop(word, language)]


def pairs(words: list[str]) -> list[str]:
    """Neighbours written as one: `sun glasses` is `sunglasses`, and near words are near."""
    return [(first + second)[: analysis.MAX_WORD] for first, second in pairwise(words)]
