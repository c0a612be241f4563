"""What staff may write of a promotion, checked member by member and together."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from commerce import catalog
from commerce.catalog.drafts import FilledLine
from commerce.pricing.promotions import Promotion, PromotionKind, Target, normal_code
from commerce.pricing.rule_input import Amounts, error, unknown_currencies
from commerce.runtime.errors import FieldError
from commerce.runtime.people import Email

MAX_TARGETS = 250
MAX_PIECES = 1_000
MAX_USES = 1_000_000_000

Code = Annotated[
    str,
    BeforeValidator(lambda value: normal_code(value) if isinstance(value, str) else value),
    StringConstraints(pattern=r"^[A-Z0-9_-]{3,40}$"),
    Field(description="Small letters become capitals, spaces go"),
]
Percent = Annotated[Decimal, Field(gt=0, le=100, decimal_places=2, description="At most two decimals: 12.5 or '12.5'")]
Pieces = Annotated[int, Field(strict=True, ge=1, le=MAX_PIECES)]
Uses = Annotated[int, Field(strict=True, ge=1, le=MAX_USES)]
Priority = Annotated[int, Field(strict=True, ge=-1_000, le=1_000)]
TargetIds = Annotated[
    list[Annotated[str, StringConstraints(min_length=1, max_length=64)]], Field(max_length=MAX_TARGETS)
]
UserId = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64)]


def _to_the_millisecond(moment: datetime) -> datetime:
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


Time = Annotated[AwareDatetime, AfterValidator(_to_the_millisecond)]


class NewPromotion(BaseModel):
    """A promotion to make: a coupon with a `code`, or an `automatic` one without, which applies by itself.

    What each kind takes: `percent` the percentage; `fixed` the `amounts` in minor units by currency, once or
    `per_piece`; `buy_x_get_y` the numbers `buy` and `get`, and the percentage off those that are got (100 unless said);
    `free_shipping` nothing. `minimums` are for the goods before any reduction, by currency. A promotion for the
    `first_order` is for one order of each customer. A higher `priority` comes first.
    """

    model_config = ConfigDict(extra="forbid")

    code: Code | None = None
    automatic: bool = False
    title: FilledLine
    active: bool = True
    kind: PromotionKind
    target: Target | None = None
    target_ids: TargetIds = []
    percent: Percent | None = None
    amounts: Amounts = {}
    per_piece: bool = False
    buy: Pieces | None = None
    get: Pieces | None = None
    minimums: Amounts = {}
    first_order: bool = False
    user_id: UserId = ""
    email: Email | None = None
    limit: Uses | None = None
    limit_per_customer: Uses | None = None
    starts_at: Time | None = None
    ends_at: Time | None = None
    stacks: bool = True
    priority: Priority = 0

    @property
    def aim(self) -> Target:
        """What it reduces: the order unless said otherwise, and the shipping for free shipping."""
        return self.target or ("shipping" if self.kind == "free_shipping" else "order")


class PromotionPatch(BaseModel):
    """The members that are to be different, as in a JSON merge patch (RFC 7396): null takes a member back to what a new
    promotion has. Lists and maps are given whole.
    """

    model_config = ConfigDict(extra="forbid")

    code: Code | None = None
    automatic: bool | None = None
    title: FilledLine | None = None
    active: bool | None = None
    kind: PromotionKind | None = None
    target: Target | None = None
    target_ids: TargetIds | None = None
    percent: Percent | None = None
    amounts: Amounts | None = None
    per_piece: bool | None = None
    buy: Pieces | None = None
    get: Pieces | None = None
    minimums: Amounts | None = None
    first_order: bool | None = None
    user_id: UserId | None = None
    email: Email | None = None
    limit: Uses | None = None
    limit_per_customer: Uses | None = None
    starts_at: Time | None = None
    ends_at: Time | None = None
    stacks: bool | None = None
    priority: Priority | None = None


# What each kind must be given, and what else it may; nothing of the others.
_NEEDED: dict[PromotionKind, frozenset[str]] = {
    "percent": frozenset({"percent"}),
    "fixed": frozenset({"amounts"}),
    "free_shipping": frozenset(),
    "buy_x_get_y": frozenset({"buy", "get"}),
}
_ALLOWED: dict[PromotionKind, frozenset[str]] = _NEEDED | {
    "fixed": frozenset({"amounts", "per_piece"}),
    "buy_x_get_y": frozenset({"buy", "get", "percent"}),
}
_TARGETS: dict[PromotionKind, frozenset[Target]] = {
    "percent": frozenset({"order", "products", "categories", "shipping"}),
    "fixed": frozenset({"order", "products", "categories", "shipping"}),
    "free_shipping": frozenset({"shipping"}),
    "buy_x_get_y": frozenset({"order", "products", "categories"}),
}
_PICKED: frozenset[Target] = frozenset({"products", "categories"})


def check(wanted: NewPromotion, known: Promotion | None = None) -> Iterator[FieldError]:
    """What no single member can say of itself, a code for each. One round trip where it names products or categories
    that are not in the promotion that is `known` already.
    """
    if wanted.automatic and wanted.code:
        yield error("code", "automatic_has_no_code", "A promotion that applies by itself has no code.")
    if not wanted.automatic and not wanted.code:
        yield error("code", "code_missing", "Give a code, or let it be automatic.")
    yield from _of_kind(wanted)
    yield from _of_target(wanted, known)
    yield from unknown_currencies("amounts", wanted.amounts)
    yield from unknown_currencies("minimums", wanted.minimums)
    if wanted.starts_at and wanted.ends_at and wanted.ends_at <= wanted.starts_at:
        yield error("ends_at", "ends_before_start", "It ends before it starts.")


def _of_kind(wanted: NewPromotion) -> Iterator[FieldError]:
    given = {name for name in ("percent", "amounts", "per_piece", "buy", "get") if getattr(wanted, name)}
    for name in sorted(_NEEDED[wanted.kind] - given):
        yield error(name, "required_for_kind", f"A promotion of the kind {wanted.kind} needs it.")
    for name in sorted(given - _ALLOWED[wanted.kind]):
        yield error(name, "not_for_kind", f"A promotion of the kind {wanted.kind} has no such member.")
    if wanted.aim not in _TARGETS[wanted.kind]:
        yield error("target", "not_for_kind", f"A promotion of the kind {wanted.kind} does not reduce this.")


def _of_target(wanted: NewPromotion, known: Promotion | None) -> Iterator[FieldError]:
    if wanted.per_piece and wanted.aim == "shipping":
        yield error("per_piece", "not_for_target", "Shipping has no pieces.")
    if wanted.aim not in _PICKED:
        if wanted.target_ids:
            yield error("target_ids", "not_for_target", "Only products and categories are picked.")
        return
    if not wanted.target_ids:
        yield error("target_ids", "required_for_target", "Say which.")
    what = "product" if wanted.aim == "products" else "category"
    trusted = set(known.target_ids) if known and known.target == wanted.aim else set[str]()
    unsure = [id_ for id_ in wanted.target_ids if id_ not in trusted]
    there = catalog.known_products(unsure) if what == "product" else catalog.known_categories(unsure)
    for number, id_ in enumerate(wanted.target_ids):
        if id_ not in there | trusted:
            yield error(f"target_ids.{number}", f"unknown_{what}", f"There is no such {what}.")


def as_stored(wanted: NewPromotion) -> dict[str, Any]:
    """Its members as a promotion has them."""
    percent = wanted.percent or (Decimal(100) if wanted.kind == "buy_x_get_y" else Decimal(0))
    members = {name: getattr(wanted, name) for name in NewPromotion.model_fields if name in Promotion.model_fields}
    return members | {
        "target": wanted.aim,
        "target_ids": list(dict.fromkeys(wanted.target_ids)),
        "basis_points": int(percent * 100),
        "buy": wanted.buy or 0,
        "get": wanted.get or 0,
        "email": wanted.email or "",
    }


def as_written(promotion: Promotion) -> dict[str, Any]:
    """Its members as staff writes them."""
    return promotion.model_dump() | {
        "percent": promotion.percent if promotion.basis_points else None,
        "buy": promotion.buy or None,
        "get": promotion.get or None,
        "email": promotion.email or None,
    }
