"""What finds products: a Protocol, so that another engine (Atlas Search) can take the place of the terms."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from commerce.catalog.listings import LISTINGS
from commerce.catalog.search.facets import Counts, counting
from commerce.catalog.search.interpret import Interpretation, interpret, take_apart
from commerce.catalog.search.query import Wanted
from commerce.catalog.search.synonyms import SYNONYMS
from commerce.catalog.search.vocabulary import WORDS


class Engine(Protocol):
    """What lists and suggestions need of a search engine."""

    def understand(self, text: str, language: str) -> Interpretation | None:
        """What was meant by what was typed; None when it says nothing."""

    def page(self, wanted: Wanted, after: Sequence[Any] | None, limit: int) -> list[dict[str, Any]]:
        """Rows as `listings` has them, with `score` where they are sorted by it; one more than `limit` if there is."""

    def counts(self, wanted: Wanted, *, own: str = "") -> Counts:
        """How many fit, by every value of every facet; or of the facet `own` alone, its own filter left out."""

    def total(self, wanted: Wanted) -> int:
        """How many fit."""


class Terms:
    """Multikey indexes on any MongoDB."""

    def understand(self, text: str, language: str) -> Interpretation | None:
        """Two round trips: synonyms and vocabulary."""
        typed = take_apart(text, language)
        if not typed.words:
            return None
        return interpret(typed, WORDS.candidates(typed.keys), SYNONYMS.groups())

    def page(self, wanted: Wanted, after: Sequence[Any] | None, limit: int) -> list[dict[str, Any]]:
        """One round trip."""
        return LISTINGS.cards(wanted.page(after, limit))

    def counts(self, wanted: Wanted, *, own: str = "") -> Counts:
        """One round trip."""
        return Counts.read(LISTINGS.counted(counting(wanted, own=own)))

    def total(self, wanted: Wanted) -> int:
        """One round trip."""
        found: Mapping[str, Any] = LISTINGS.counted([*wanted.matching(), {"$count": "n"}])
        return int(found.get("n", 0))


ENGINE: Engine = Terms()
