"""From text to terms: the same for what is searched and for what is asked. Pure."""

import re
import sys
import unicodedata
from functools import lru_cache
from html import unescape
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from threading import get_ident
from typing import Any

MAX_WORD = 32  # Letters; nobody searches by longer words, and index keys stay small.

# ISO 639-1 to Snowball's name (https://snowballstem.org/algorithms/).
_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch",
    "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish",
    "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip

# Words that say nothing about a product. Only English: in other languages rarity (idf) does most of it.
_STOP = {
    "en": frozenset(
        "a an and are as at be but by for from has have in into is it its of on or our that the their them these this "
        "those to was were will with you your".split()
    )
}

# What Snowball's English leaves apart.
_IRREGULAR = {
    "children": "child", "feet": "foot", "geese": "goose", "halves": "half", "knives": "knife", "leaves": "leaf",
    "loaves": "loaf", "men": "man", "mens": "man", "mice": "mouse", "scarves": "scarf", "shelves": "shelf",
    "teeth": "tooth", "wives": "wife", "wolves": "wolf", "women": "woman",
}  # fmt: skip

# Letters that Unicode does not take apart, as people write them without the key for it (the last is a dotless i).
_LIGATURES = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
)
_APOSTROPHES = re.compile("['\u2019\u2018\u02bc`\u00b4]")
_WORD = re.compile(r"[^\W_]+")
_HYPHENATED = re.compile(r"(?<![^\W_])[^\W_]++(?:-[^\W_]++)+")  # possessive: a word of 60,000 letters took a minute
_TAG = re.compile(r"<[^>]*>")


def fold(text: str) -> str:
    """Text without case, accents and doubled spaces, for comparing (NFKD: Unicode's compatibility caseless match)."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(bare.casefold().translate(_LIGATURES).split())


def words(text: str) -> list[str]:
    """The words of a text, folded, in order. `women's` is `womens`."""
    return [word[:MAX_WORD] for word in _WORD.findall(_APOSTROPHES.sub("", fold(text)))]


def compounds(text: str) -> list[str]:
    """Hyphenated words written as one: `t-shirt` is `tshirt` too."""
    found = _HYPHENATED.findall(_APOSTROPHES.sub("", fold(text)))
    return [word.replace("-", "")[:MAX_WORD] for word in found]


def plain(html: str) -> str:
    """The text of a description."""
    return unescape(_TAG.sub(" ", html))


def is_stop(word: str, language: str) -> bool:
    """Whether the word says nothing about a product."""
    return word in _STOP.get(language, ())


@lru_cache(maxsize=20_000)
def stem(word: str, language: str) -> str:
    """What a folded word and its forms have in common."""
    if language == "en":
        if word in _IRREGULAR:
            word = _IRREGULAR[word]
        elif len(word) > 4 and word.endswith("mens"):  # womens, mens': the possessive that lost its apostrophe
            word = word[:-3] + "an"
        elif len(word) > 4 and word.endswith("men"):
            word = word[:-2] + "an"
    name = _STEMMERS.get(language)
    if name is None or any(c.isdigit() for c in word):
        return word
    # Snowball's other languages know accents that are folded here; both sides lose them alike.
    return str(_stemmer(name, get_ident()).stemWord(word)) or word


@lru_cache(maxsize=64)
def _stemmer(name: str, _thread: int) -> Any:
    """Snowball's stemmer of one language; it keeps the word in itself, so each thread has its own.

    The package imports all its 30 languages at once, a third of a second: here it is entered without its front door.
    """
    package = "snowballstemmer"
    spec = find_spec(package)
    if package in sys.modules or spec is None:
        module = import_module(f"{package}.{name}_stemmer")
    else:
        sys.modules[package] = module_from_spec(spec)
        try:
            module = import_module(f"{package}.{name}_stemmer")
        finally:
            del sys.modules[package]
    return getattr(module, f"{name.capitalize()}Stemmer")()


def sku_term(sku: str) -> str:
    """The term of a SKU: its letters and digits alone, so that spaces and dashes make no difference."""
    return "sku:" + "".join(words(sku))
