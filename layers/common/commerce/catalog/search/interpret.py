"""What a shopper's words mean: terms with multipliers, out of the words that the catalogue has. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log2
from typing import Any, Self

from commerce.catalog.search import analysis
from commerce.catalog.search.indexing import pairs, telling
from commerce.catalog.search.vocabulary import Word, keys_of

MAX_WORDS = 8  # of a query; what comes after is left out
MAX_EXPANSIONS = 8

# Percent of what the word itself would count.
EXACT, SYNONYM, JOINED, BEGINNING, COMPLETED, ONE_EDIT, TWO_EDITS = 100, 60, 100, 75, 25, 70, 45
NEIGHBOURS = 100

SUSPICIOUS_COUNT = 2  # So rare that a frequent word nearby may have been meant.
SUSPICIOUS_RATIO = 5

type Expansions = dict[str, int]
"""Terms and what a match of each is worth."""


@dataclass(frozen=True)
class Query:
    """What to look for: every group must match by one of its terms, or `need` of them; `near` only adds to the score.

    It travels in the cursor, so that every page of a walk is ranked alike, whatever the vocabulary learns meanwhile.
    """

    groups: list[Expansions]
    near: Expansions = field(default_factory=dict)
    need: int = 0

    def dump(self) -> list[Any]:
        """As JSON."""
        return [self.groups, self.near, self.need]

    @classmethod
    def load(cls, value: Sequence[Any]) -> Self:
        """What `dump` made."""
        return cls(value[0], value[1], value[2])

    @property
    def terms(self) -> list[str]:
        """All terms that any group takes."""
        return sorted({term for group in self.groups for term in group})

    def relaxed(self) -> Self | None:
        """The same content with one word less; None when there is none to spare."""
        need = (self.need or len(self.groups)) - 1
        return type(self)(self.groups, self.near, need) if need >= 1 else None


@dataclass(frozen=True)
class Interpretation:
    """A query, and what is to be told about it."""

    query: Query
    corrected: str = ""
    """The words that were looked for instead, empty when those typed were."""
    did_you_mean: str = ""
    """The words that may have been meant, though those typed were looked for."""
    ignored: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Typed:
    """What was typed, taken apart."""

    words: list[str]
    joined: list[str]
    language: str
    ends_open: bool

    @property
    def keys(self) -> list[str]:
        """Where the vocabulary keeps what these words can mean."""
        keys = [
            key
            for at, word in enumerate(self.words)
            for key in keys_of(word, is_last=self.ends_open and at == len(self.words) - 1)
        ]
        return keys + [f"={word}" for word in self.joined]


def take_apart(text: str, language: str) -> Typed:
    """The telling words of what was typed; the last may be unfinished unless a space follows it."""
    found = telling(text, language)[:MAX_WORDS]
    return Typed(found, pairs(found) + analysis.compounds(text), language, ends_open=not text.endswith(" "))


def interpret(typed: Typed, candidates: Iterable[Word], synonyms: Sequence[Sequence[str]]) -> Interpretation | None:
    """What was meant; None when nothing that was typed says anything.

    Args:
        typed: the words.
        candidates: what the vocabulary has under their keys.
        synonyms: groups of phrases that mean the same.
    """
    if not typed.words:
        return None
    vocabulary = _Vocabulary(candidates, typed.language)
    meant = _phrases(typed, synonyms)
    readings = [
        _read(word, vocabulary, meant.get(at, {}), is_last=typed.ends_open and at == len(typed.words) - 1)
        for at, word in enumerate(typed.words)
    ]
    _join(typed, vocabulary, readings)
    known = [reading for reading in readings if reading.known]
    kept = known or readings
    corrected = [reading.corrected or reading.word for reading in kept]
    suspected = [reading.suspected or reading.word for reading in kept]
    near = {analysis.stem(joined, typed.language): NEIGHBOURS for joined in pairs(corrected)}
    return Interpretation(
        Query([reading.expansions for reading in kept], near),
        corrected=" ".join(corrected) if any(reading.corrected for reading in kept) else "",
        did_you_mean=" ".join(suspected) if any(reading.suspected for reading in kept) else "",
        ignored=[reading.word for reading in readings if not reading.known] if known else [],
    )


@dataclass
class _Reading:
    """What one word can mean."""

    word: str
    expansions: Expansions
    known: bool = True
    corrected: str = ""
    suspected: str = ""


class _Vocabulary:
    """The candidates, by what one asks of them."""

    def __init__(self, candidates: Iterable[Word], language: str) -> None:
        self.language = language
        self.words: dict[str, Word] = {}
        self.others: dict[str, Word] = {}
        for candidate in candidates:
            if candidate.kind == "word":
                self.words[candidate.text] = candidate
            elif candidate.kind != "brand":
                self.others[candidate.id] = candidate

    def has(self, word: str) -> bool:
        """Whether the catalogue has this very word, if only in a description, or writes it as two."""
        return word in self.words or any(other.text == word for other in self.others.values())

    def count(self, stem: str) -> int:
        """On how many listings the forms of a stem stand, roughly."""
        return sum(word.count for word in [*self.words.values(), *self.others.values()] if word.stem == stem)

    def beginning(self, typed: str) -> list[Word]:
        """Words that begin so, the most frequent first."""
        return [word for word in self.words.values() if word.text.startswith(typed) and word.text != typed]

    def resembling(self, typed: str) -> tuple[int, list[Word]]:
        """The words with the fewest edits, and how many that is: one from four letters, two from eight."""
        from rapidfuzz.distance import OSA

        most = 0 if len(typed) < 4 or any(c.isdigit() for c in typed) else 1 if len(typed) < 8 else 2
        judged = [
            (distance, word)
            for word in self.words.values()
            if abs(len(word.text) - len(typed)) <= most
            and 0 < (distance := OSA.distance(typed, word.text, score_cutoff=most)) <= most
        ]
        best = min((distance for distance, _ in judged), default=0)
        found = [word for distance, word in judged if distance == best]
        # People seldom mistype the first letter.
        found.sort(key=lambda word: (word.text[0] != typed[0], -word.count, word.text))
        return best, [word for word in found if (word.text[0] == typed[0]) == (found[0].text[0] == typed[0])]


def rarity(count: int) -> int:
    """What a match is worth by how many listings have the word: 110 for one, 10 less each time it doubles."""
    return max(10, round(120 - 10 * log2(1 + count)))


def _read(word: str, vocabulary: _Vocabulary, synonyms: Expansions, *, is_last: bool) -> _Reading:
    stem = analysis.stem(word, vocabulary.language)
    counted = vocabulary.count(stem)
    worth = rarity(max(1, counted))
    expansions = {stem: worth * EXACT // 100}
    for term, percent in synonyms.items():
        expansions.setdefault(term, worth * percent // 100)
    exact = vocabulary.has(word) or counted > 0
    if is_last:
        _complete(expansions, word, vocabulary, COMPLETED if exact or synonyms else BEGINNING)
    reading = _Reading(word, expansions)
    if exact:
        reading.suspected = _suspected(word, counted, vocabulary)
        return reading
    if synonyms or len(expansions) > 1:
        return reading
    distance, similar = vocabulary.resembling(word)
    percent = ONE_EDIT if distance == 1 else TWO_EDITS
    for candidate in similar[:MAX_EXPANSIONS]:
        expansions.setdefault(candidate.stem, rarity(vocabulary.count(candidate.stem)) * percent // 100)
    if similar:
        reading.corrected = similar[0].text
    else:
        reading.known = False
    return reading


def _complete(expansions: Expansions, word: str, vocabulary: _Vocabulary, percent: int) -> None:
    """Adds the words that begin so. They share one worth: the rarest is not the likeliest."""
    begun = vocabulary.beginning(word)
    stems = list(dict.fromkeys(candidate.stem for candidate in begun))[:MAX_EXPANSIONS]
    worth = rarity(sum(candidate.count for candidate in begun))
    for stem in stems:
        expansions.setdefault(stem, max(1, worth * percent // 100))


def _suspected(word: str, counted: int, vocabulary: _Vocabulary) -> str:
    """A frequent word so near to a rare one that it may have been meant."""
    if counted > SUSPICIOUS_COUNT:
        return ""
    _, similar = vocabulary.resembling(word)
    stem = analysis.stem(word, vocabulary.language)
    return next((w.text for w in similar if w.stem != stem and w.count >= max(1, counted) * SUSPICIOUS_RATIO), "")


def _join(typed: Typed, vocabulary: _Vocabulary, readings: list[_Reading]) -> None:
    """Two words that the catalogue writes as one (`air pods`) mean that one as well."""
    for at, joined in enumerate(pairs(typed.words)):
        if joined not in vocabulary.words:
            continue
        stem = analysis.stem(joined, typed.language)
        worth = rarity(vocabulary.count(stem)) * JOINED // 100
        for reading in readings[at : at + 2]:
            if not reading.known or reading.corrected:
                reading.expansions = {analysis.stem(reading.word, typed.language): worth}
            reading.expansions[stem] = worth
            reading.known, reading.corrected, reading.suspected = True, "", ""


def _phrases(typed: Typed, synonyms: Sequence[Sequence[str]]) -> dict[int, Expansions]:
    """By place of a word: the terms that a group of synonyms puts beside it.

    A phrase stands for each of its words; a phrase put beside a word matches where a title has it in one piece.
    """
    stems = [analysis.stem(word, typed.language) for word in typed.words]
    found: dict[int, Expansions] = {}
    for group in synonyms:
        phrases = [telling(phrase, typed.language) for phrase in group]
        forms = [[analysis.stem(word, typed.language) for word in phrase] for phrase in phrases]
        for own, form in enumerate(forms):
            places = [at for at in range(len(stems)) if form and stems[at : at + len(form)] == form]
            others = [
                analysis.stem("".join(phrase[-2:]), typed.language)
                for place, phrase in enumerate(phrases)
                if place != own and phrase
            ]
            for at in places:
                for inner in range(at, at + len(form)):
                    found.setdefault(inner, {}).update(dict.fromkeys(others, SYNONYM))
    return found
