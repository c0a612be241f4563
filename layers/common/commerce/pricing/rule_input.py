"""What staff writes into rules: types of members that several have, and checks that no single member can make."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from commerce import postal
from commerce.catalog.drafts import MAX_PRICE
from commerce.runtime.errors import FieldError, Invalid
from commerce.runtime.settings import settings

CurrencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Amount = Annotated[int, Field(strict=True, ge=0, le=MAX_PRICE, description="Minor units")]
FilledAmount = Annotated[int, Field(strict=True, ge=1, le=MAX_PRICE, description="Minor units")]
Amounts = dict[CurrencyCode, FilledAmount]
"""Minor units by currency."""
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$"), Field(description="ISO 3166-1 alpha-2")]
Region = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""A region's code, or its name in any language; it is kept as addresses of its country bear it."""
Position = Annotated[int, Field(strict=True, ge=0, le=100_000)]


def merged[Input: BaseModel](model: type[Input], known: Mapping[str, Any], patch: BaseModel) -> Input:
    """What is known with what the patch says, as in a JSON merge patch (RFC 7396): null takes a member back to what a
    new one has. What is known is not checked anew.

    Raises:
        Invalid: a member that there must be is taken away.
    """
    given = {name: getattr(patch, name) for name in patch.model_fields_set}
    refuse(
        error(name, "required", "This cannot be taken away.")
        for name, value in given.items()
        if value is None and model.model_fields[name].is_required()
    )
    kept = {name: known[name] for name in model.model_fields if name in known and name not in given}
    said = {name: value for name, value in given.items() if value is not None}
    return model.model_construct(**(kept | said))


def error(field: str, code: str, message: str) -> FieldError:
    """What is wrong with one member."""
    return FieldError(field=field, code=code, message=message)


def refuse(errors: Iterable[FieldError]) -> None:
    """Raises Invalid with all of them, if there are any."""
    found = list(errors)
    if found:
        raise Invalid(found[0].message, errors=found)


def unknown_currencies(at: str, by_currency: Iterable[str]) -> list[FieldError]:
    """An error for each currency that the shop does not sell in."""
    known = settings().currencies
    message = f"The shop sells in {', '.join(known)}."
    return [error(f"{at}.{code}", "unknown_currency", message) for code in by_currency if code not in known]


def place(country: str, region: str, errors: list[FieldError], *, at: tuple[str, str]) -> str:
    """The region's code, as the addresses of its country bear it; empty for the whole country.

    Args:
        country: its code.
        region: a code or name, or empty.
        errors: gets `country_unknown` or `region_unknown`, once.
        at: the paths of the two members.
    """
    try:
        code = postal.region_code(country, region)
    except ValueError:
        wrong = error(at[0], "country_unknown", "This is no country that mail goes to.")
    else:
        if code is not None:
            return code
        wrong = error(at[1], "region_unknown", "Addresses of this country name no such region.")
    if wrong not in errors:
        errors.append(wrong)
    return region


def plain(number: Decimal) -> str:
    """A decimal as people write it: 12.5, not 12.50 or 1.25E+1."""
    return format(number.normalize(), "f")
