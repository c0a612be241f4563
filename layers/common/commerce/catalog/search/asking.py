"""What is asked for in the address of a list, read and checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from commerce.catalog.search.filters import ListFilter
from commerce.catalog.search.query import NEWEST, RELEVANCE, SORTS
from commerce.runtime.errors import BadRequest, FieldError

ATTRIBUTE = "attr."
REPEATABLE = ("category", "brand", "tag")
MEMBERS = (
    "q", "category", "collection", "brand", "tag", "min_price", "max_price", "attr.<name>", "in_stock", "min_rating",
    "sort", "currency", "language", "limit", "cursor", "total", "facets",
)  # fmt: skip

# How ListFilter's members are called in an address.
_MEMBER_OF = {"categories": "category", "brands": "brand", "tags": "tag", "attributes": "attr.<name>"}


class UnknownFilter(BadRequest):
    """400: no list is narrowed by this; the answer names what there is."""

    code, title = "unknown_filter", "There is no such filter"


class UnknownSort(BadRequest):
    """400: no list is sorted by this; the answer names what there is."""

    code, title = "unknown_sort", "There is no such order"


class InvalidFilter(BadRequest):
    """400: a filter's value makes no sense; `errors` names the filter."""

    code, title = "invalid_filter", "A filter's value makes no sense"


@dataclass(frozen=True)
class Asked:
    """A list as it is asked for. Categories are still what was written: ids or slugs."""

    text: str
    chosen: ListFilter
    collection: str
    sort: str
    words: str
    """All of the above as one text: what a cursor and a cache entry are good for."""


def read(members: Mapping[str, Sequence[str]]) -> Asked:
    """What the members of a query string ask for.

    Args:
        members: by name, every value that was given.

    Raises:
        UnknownFilter, UnknownSort, InvalidFilter: 400, naming the member and, for unknown ones, those there are.
    """
    given = {name: [value.strip() for value in values if value.strip()] for name, values in members.items()}
    given = {name: values for name, values in given.items() if values}
    attributes = {name.removeprefix(ATTRIBUTE): values for name, values in given.items() if name.startswith(ATTRIBUTE)}
    for name in members:
        if name not in MEMBERS and (not name.startswith(ATTRIBUTE) or name == ATTRIBUTE or "<" in name):
            raise UnknownFilter(f"Known: {', '.join(MEMBERS)}.", errors=[_error(name, "unknown_filter", "Unknown.")])
    for name, values in given.items():
        if len(values) > 1 and name not in REPEATABLE and not name.startswith(ATTRIBUTE):
            raise InvalidFilter(errors=[_error(name, "repeated", "It takes one value.")])
    text = given.get("q", [""])[0]
    chosen = _filter(given, attributes)
    sort = _sort(given.get("sort", [""])[0], text)
    collection = given.get("collection", [""])[0]
    words = "|".join([text, chosen.model_dump_json(exclude_defaults=True), collection, sort])
    return Asked(text, chosen, collection, sort, words)


def _sort(wanted: str, text: str) -> str:
    sort = wanted or (RELEVANCE if text else NEWEST)
    if sort not in SORTS:
        known = f"Known: {', '.join(SORTS)}."
        raise UnknownSort(known, errors=[_error("sort", "unknown_sort", known)])
    return NEWEST if sort == RELEVANCE and not text else sort


def _filter(given: Mapping[str, Sequence[str]], attributes: Mapping[str, Sequence[str]]) -> ListFilter:
    single = {name: given[name][0] for name in ("min_price", "max_price", "in_stock", "min_rating") if name in given}
    try:
        chosen = ListFilter.model_validate(
            single
            | {
                "categories": tuple(given.get("category", ())),
                "brands": tuple(given.get("brand", ())),
                "tags": tuple(given.get("tag", ())),
                "attributes": {name: tuple(values) for name, values in attributes.items()},
            }
        )
    except ValidationError as error:
        raise InvalidFilter(
            errors=[
                _error(_MEMBER_OF.get(str(found["loc"][0]), str(found["loc"][0])), found["type"], found["msg"])
                for found in error.errors(include_input=False, include_url=False, include_context=False)
            ]
        ) from None
    if chosen.min_price is not None and chosen.max_price is not None and chosen.min_price > chosen.max_price:
        message = "min_price is above max_price."
        raise InvalidFilter(message, errors=[_error("min_price", "range_upside_down", message)])
    return chosen


def _error(field: str, code: str, message: str) -> FieldError:
    return FieldError(field=field, code=code, message=message)
