"""The words of the catalogue, so that beginnings and typing errors find what was meant.

A word lies under keys: its beginnings (`^sh`), itself (`=shirt`), and what is left of it without one or two letters
(`~shrt`; SymSpell's symmetric deletes, https://github.com/wolfgarbe/SymSpell, on the first seven letters). What a
shopper types is taken apart in the same way, so one query on one index finds every word it can be.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any, Literal

from commerce.catalog.search import analysis
from commerce.catalog.search.indexing import JOINED, QUIET
from commerce.runtime.mongo import Collection, Document, Index

FEWEST_LETTERS = 2  # of a beginning
MOST_LETTERS = 10
DELETES_WITHIN = 7
CANDIDATES = 500

type Kind = Literal["word", "joined", "quiet", "brand"]


class Word(Document):
    """A word of the catalogue; the id is the word folded, of a brand `brand:` and its name folded. `count` says on how
    many listings it stands, as of the last count; `text` is how a brand writes itself.
    """

    kind: Kind = "word"
    stem: str
    text: str
    count: int = 1
    keys: list[str]


class Words(Collection[Word]):
    """The collection `search_words`: made from the listings, and made again every hour."""

    name = "search_words"
    model = Word
    indexes = (Index((("keys", 1), ("count", -1))),)

    def candidates(self, keys: Iterable[str]) -> list[Word]:
        """What words these keys can mean, the most frequent first. One round trip."""
        wanted = sorted(set(keys))
        found = self.handle.find({"keys": {"$in": wanted}}, {"keys": 0}, sort=[("count", -1)], limit=CANDIDATES)
        words = [Word.model_construct(id=row.pop("_id"), keys=[], **row) for row in found]
        return sorted(words, key=lambda word: (-word.count, word.id))

    def known(self, ids: Iterable[str]) -> set[str]:
        """Which of these there are. One round trip."""
        return {row["_id"] for row in self.handle.find({"_id": {"$in": sorted(set(ids))}}, {"_id": 1})}

    def counts(self) -> dict[str, int]:
        """All of them with their counts."""
        return {row["_id"]: row["count"] for row in self.handle.find({}, {"count": 1}).sort("_id")}

    def forget(self, ids: Sequence[str]) -> None:
        """Takes these away. One round trip."""
        self.handle.delete_many({"_id": {"$in": list(ids)}})


WORDS = Words()


def word(surface: str, language: str, count: int = 1) -> Word:
    """A word as the vocabulary keeps it; `surface` as a listing has it."""
    if surface.startswith((JOINED, QUIET)):
        bare = surface[1:]
        kind: Kind = "joined" if surface.startswith(JOINED) else "quiet"
        keys = [f"={bare}"]
    else:
        bare, kind = surface, "word"
        keys = [f"={bare}", *beginnings(bare), *deletes(bare)]
    return Word(id=surface, kind=kind, stem=analysis.stem(bare, language), text=bare, count=count, keys=keys)


def brand(name: str, count: int = 1) -> Word:
    """A brand as the vocabulary keeps it, found by the beginning of any of its words."""
    folded = analysis.fold(name)
    keys = [key for part in analysis.words(name) for key in beginnings(part)]
    return Word(id=f"brand:{folded}", kind="brand", stem="", text=name, count=count, keys=list(dict.fromkeys(keys)))


def beginnings(text: str) -> list[str]:
    """The keys of a word's beginnings."""
    return [f"^{text[:length]}" for length in range(FEWEST_LETTERS, min(len(text), MOST_LETTERS) + 1)]


def deletes(text: str) -> list[str]:
    """The keys of a word with letters left out: one from four letters on, two from seven on."""
    if any(c.isdigit() for c in text):
        return []  # A model number one letter off is another model.
    near = text[:DELETES_WITHIN]
    most = 0 if len(text) < 4 else 1 if len(text) < DELETES_WITHIN else 2
    found = {near}
    for number in range(1, most + 1):
        for left_out in combinations(range(len(near)), number):
            found.add("".join(c for at, c in enumerate(near) if at not in left_out))
    return [f"~{rest}" for rest in sorted(found)]


def keys_of(typed: str, *, is_last: bool) -> list[str]:
    """The keys under which the words lie that a typed word can mean.

    Args:
        typed: folded.
        is_last: it may be the beginning of a longer one.
    """
    keys = [f"={typed}", *deletes(typed)]
    if is_last and len(typed) >= FEWEST_LETTERS:
        keys.append(f"^{typed[:MOST_LETTERS]}")
    return keys


def changed(wanted: dict[str, Any], known: dict[str, int]) -> tuple[list[str], list[str]]:
    """Which words to write and which to take away, when these are wanted (by id, with counts) and those known."""
    stale = [id_ for id_ in known if id_ not in wanted]
    return [id_ for id_, count in wanted.items() if known.get(id_) != count], stale
