"""One cell of an import file read as what it should be: exact, strict about what could be misread, clear in its no."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

from commerce.catalog.drafts import MAX_GRAMS, MAX_PRICE, MAX_QUANTITY
from commerce.money import from_decimal, to_decimal

_TRUE = {"true", "yes", "y", "1"}
_FALSE = {"false", "no", "n", "0"}


class CellError(ValueError):
    """A cell that cannot be used; `code` is stable, the text is for whoever mends the file."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def price(text: str, currency: str) -> int:
    """A plain decimal price ("19.99") in minor units of the currency.

    Raises:
        CellError: price_format (thousands separators, decimal commas, currency signs), price_negative, price_precision
            (finer than the currency), price_too_large.
    """
    if re.fullmatch(r"-\s*[\d.,]+", text, re.ASCII):
        raise CellError("price_negative", f"“{text}” is below zero")
    if not re.fullmatch(r"\d+(?:\.\d+)?", text, re.ASCII):
        hint = "; no thousands separators, a point before the decimals" if "," in text else ""
        raise CellError("price_format", f"“{text[:40]}” is not a plain price like 1299.00{hint}")
    whole, _, fraction = text.partition(".")
    whole = whole.lstrip("0") or "0"
    if len(whole) > len(str(MAX_PRICE)):
        raise CellError("price_too_large", f"“{text[:40]}” is above the limit of {to_decimal(MAX_PRICE, currency)}")
    try:
        amount = from_decimal(f"{whole}.{fraction}" if fraction else whole, currency)
    except ValueError:
        raise CellError("price_precision", f"“{text[:40]}” is finer than the smallest unit of {currency}") from None
    if amount > MAX_PRICE:
        raise CellError("price_too_large", f"“{text}” is above the limit of {to_decimal(MAX_PRICE, currency)}")
    return amount


def quantity(text: str) -> int:
    """A whole number of pieces, zero or more.

    Raises:
        CellError: quantity_format, quantity_negative, quantity_too_large.
    """
    if re.fullmatch(r"-\d+", text, re.ASCII):
        raise CellError("quantity_negative", f"“{text[:40]}” is below zero")
    if not re.fullmatch(r"\d+", text, re.ASCII):
        raise CellError("quantity_format", f"“{text[:40]}” is not a whole number")
    if len(text.lstrip("0")) > len(str(MAX_QUANTITY)) or int(text) > MAX_QUANTITY:
        raise CellError("quantity_too_large", f"“{text[:40]}” is above the limit of {MAX_QUANTITY}")
    return int(text)


def grams(text: str) -> int:
    """A weight in grams, rounded half up to a whole gram (weights entered in ounces come with decimals).

    Raises:
        CellError: weight_format, weight_negative, weight_too_large.
    """
    if re.fullmatch(r"-\d+(?:\.\d+)?", text, re.ASCII):
        raise CellError("weight_negative", f"“{text[:40]}” is below zero")
    if not re.fullmatch(r"\d{1,12}(?:\.\d{1,12})?", text, re.ASCII):
        raise CellError("weight_format", f"“{text[:40]}” is not a weight in grams like 250")
    weight = int(Decimal(text).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    if weight > MAX_GRAMS:
        raise CellError("weight_too_large", f"“{text}” is above the limit of {MAX_GRAMS} g")
    return weight


def flag(text: str, default: bool) -> bool:
    """TRUE or FALSE as spreadsheets write it; an empty cell is the default.

    Raises:
        CellError: flag_format.
    """
    word = text.casefold()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    if word:
        raise CellError("flag_format", f"“{text[:40]}” is neither TRUE nor FALSE")
    return default


def code(text: str) -> str:
    """A SKU or barcode without the apostrophe that keeps spreadsheets from taking it for a number.

    Raises:
        CellError: code_mangled, for a number that a spreadsheet has already rounded (5.90123E+12).
    """
    text = text.removeprefix("'").strip()
    if re.fullmatch(r"\d[.,]\d+E\+\d+", text, re.ASCII | re.IGNORECASE):
        raise CellError("code_mangled", f"“{text}” was cut short by a spreadsheet; format the column as text")
    return text


def slug(text: str) -> str:
    """A name for addresses: lower case, accents off Latin letters, everything else but letters and digits a hyphen."""
    return re.sub(r"[\W_]+", "-", _plain(text).lower()).strip("-")


def sku_words(text: str) -> str:
    """The part of a SKU that a name makes: "Größe: S" is GROSSE-S. Empty when no Latin letter or digit is in it."""
    return re.sub(r"[^A-Z0-9]+", "-", _plain(text.replace("ß", "ss")).upper()).strip("-")


def _plain(text: str) -> str:
    """Latin letters without their accents. In other scripts a mark is part of the letter, and stays."""
    kept, on_latin = [], False
    for char in unicodedata.normalize("NFKD", text):
        if not unicodedata.combining(char):
            on_latin = char.isascii()
        elif on_latin:
            continue
        kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))
