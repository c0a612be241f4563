"""List objects with cursors, and expansion: https://docs.stripe.com/api/pagination, .../expanding_objects."""

from collections.abc import Callable, Iterator, Mapping

from scripts.sandbox.store import Document, public
from scripts.sandbox.stripe.account import KINDS, Account, Call
from scripts.sandbox.stripe.errors import invalid, missing
from scripts.sandbox.stripe.params import Params

PAGING = ("limit", "starting_after", "ending_before", "created")


def list_objects(
    call: Call,
    kind: str,
    equal: Mapping[str, str | None] | None = None,
    where: Callable[[Document], bool] | None = None,
) -> Document:
    """A page of `kind`, newest first, of those whose fields equal what is given (None: any)."""
    limit = call.params.integer("limit")
    limit = 10 if limit is None else limit
    if not 1 <= limit <= 100:
        raise invalid("Invalid limit: must be between 1 and 100", code="parameter_invalid_integer", param="limit")
    after, before = call.params.string("starting_after"), call.params.string("ending_before")
    if after and before:
        raise invalid("You may only specify one of these parameters: ending_before, starting_after.")
    for name, cursor in (("starting_after", after), ("ending_before", before)):
        if cursor and call.account.find(kind, cursor) is None:
            raise missing(kind, cursor, name)
    wanted = {name: value for name, value in (equal or {}).items() if value is not None}
    rows: Iterator[Document] = call.account.store.find(f"stripe.{kind}", wanted, before=after, after=before)
    in_time = _created_filter(call.params)
    found = (row for row in rows if in_time(row) and (where is None or where(row)))
    page = [row for _, row in zip(range(limit + 1), found, strict=False)]
    has_more = len(page) > limit
    page = page[:limit]
    if before:
        page.reverse()
    return {"object": "list", "data": [public(row) for row in page], "has_more": has_more, "url": call.path}


def _created_filter(params: Params) -> Callable[[Document], bool]:
    if isinstance(params.values.get("created"), str):
        exact = params.integer("created")
        return lambda row: row["created"] == exact
    given = params.hash("created")
    given.only("gt", "gte", "lt", "lte")
    gt, gte, lt, lte = (given.integer(name) for name in ("gt", "gte", "lt", "lte"))

    def in_time(row: Document) -> bool:
        created: int = row["created"]
        return (
            (gt is None or created > gt)
            and (gte is None or created >= gte)
            and (lt is None or created < lt)
            and (lte is None or created <= lte)
        )

    return in_time


def expand(account: Account, answer: Document, paths: list[str]) -> Document:
    """Put objects in place of their ids. Raises StripeError for what is no id, or more than four levels deep."""
    for path in paths:
        steps = path.split(".")
        if len(steps) > 4:
            raise invalid("You cannot expand more than 4 levels of a property.", param="expand")
        _expand(account, answer, steps, path)
    return answer


def _expand(account: Account, node: Document, steps: list[str], path: str) -> None:
    step, rest = steps[0], steps[1:]
    if step not in node:
        raise invalid(f"This property cannot be expanded ({path}).", param="expand")
    value = node[step]
    if isinstance(value, str):
        found = account.find(KINDS.get(value.split("_")[0], ""), value)
        if found is None:
            raise invalid(f"This property cannot be expanded ({path}).", param="expand")
        value = node[step] = public(found)
    if not rest:
        return
    for child in value if isinstance(value, list) else [value]:
        if isinstance(child, dict):
            _expand(account, child, rest, path)
