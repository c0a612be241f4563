"""Staff makes, changes and removes promotions: coupons, and what applies by itself.

A promotion may be changed and removed at any time, also one that was used: orders keep their own copy of what it gave
them, open carts are priced anew and their quotes go stale, and the audit trail has what it was before. Uses are counted
under its id: deactivate it where a code is to rest and go on later; another promotion under the same code begins at 0.
"""

from pydantic import BaseModel

from commerce.pricing import promotion_input, redemption, rulebook
from commerce.pricing.promotion_input import NewPromotion, PromotionPatch
from commerce.pricing.promotions import Promotion, PromotionKind, Target, normal_code
from commerce.pricing.rule_input import merged, plain, refuse
from commerce.pricing.rulebook import TooMany
from commerce.pricing.store import MAX_AUTOMATIC, PROMOTIONS
from commerce.runtime.clock import Moment, now
from commerce.runtime.errors import Conflict
from commerce.runtime.idempotency import Once
from commerce.runtime.ids import new_id
from commerce.runtime.paging import Page, next_cursor, position

_KIND = "promotion"


class CodeTaken(Conflict):
    """409: another promotion has the code."""

    code, title = "code_taken", "The code belongs to another promotion"


class PromotionView(BaseModel):
    """A promotion as staff sees it. `percent` is a decimal ("12.5"); amounts are minor units by currency."""

    id: str
    code: str | None
    automatic: bool
    title: str
    active: bool
    kind: PromotionKind
    target: Target
    target_ids: list[str]
    percent: str | None
    amounts: dict[str, int]
    per_piece: bool
    buy: int | None
    get: int | None
    minimums: dict[str, int]
    first_order: bool
    user_id: str
    email: str | None
    limit: int | None
    limit_per_customer: int | None
    starts_at: Moment | None
    ends_at: Moment | None
    stacks: bool
    priority: int
    created_at: Moment
    version: int


class PromotionRow(PromotionView):
    """The same in a list, with how many orders have used it (cancelled and expired ones do not count); null where that
    is not counted, since it has no `limit`.
    """

    used: int | None


def list_all(
    *, q: str, active: bool | None, automatic: bool | None, limit: int, cursor: str | None
) -> Page[PromotionRow]:
    """A page of promotions, the newest first; with `q` those whose codes begin so, by code. Two round trips.

    Raises:
        InvalidCursor: not ours, or of another list.
    """
    begins = normal_code(q)
    listing = f"coupons|{begins}|{active}|{automatic}"
    after = position(listing, cursor)
    rows = PROMOTIONS.page(
        begins=begins, active=active, automatic=automatic, after=after[0] if after else None, limit=limit + 1
    )
    used = redemption.used([row.id for row in rows[:limit] if row.limit])
    items = [PromotionRow(**_view(row).model_dump(), used=used.get(row.id)) for row in rows[:limit]]
    last = (items[-1].code if begins else items[-1].id) if items else ""
    return Page[PromotionRow](items=items, next_cursor=next_cursor(listing, [last]) if len(rows) > limit else None)


def create(wanted: NewPromotion, *, who: str, once: Once) -> PromotionView:
    """Makes a promotion.

    Raises:
        Invalid: members that do not go together, products or categories that are not there.
        CodeTaken: another one has the code.
        TooMany: as many apply by themselves as every cart can look through.
    """

    def make() -> Promotion:
        refuse(promotion_input.check(wanted))
        made = Promotion(id=new_id("promo"), created_at=now(), **promotion_input.as_stored(wanted))
        _room(made, None)
        return made

    return rulebook.create(
        PROMOTIONS, make, _view, kind=_KIND, who=who, once=once, taken=_taken(wanted), alone=not wanted.automatic
    )


def update(promotion_id: str, patch: PromotionPatch, *, version: int | None, who: str) -> PromotionView:
    """Changes the members that the patch gives.

    Args:
        promotion_id: which one.
        patch: what is to be different.
        version: the one it was made from, None for any.
        who: the id of the person.

    Raises:
        NotFound: there is none.
        PreconditionFailed: it has another version now.
        Invalid: members that do not go together, products or categories that are not there.
        CodeTaken: another one has the code.
        TooMany: as many apply by themselves as every cart can look through.
    """

    def change(known: Promotion) -> Promotion:
        wanted = merged(NewPromotion, promotion_input.as_written(known), patch)
        refuse(promotion_input.check(wanted, known))
        changed = Promotion.model_validate(known.model_dump() | promotion_input.as_stored(wanted))
        _room(changed, known)
        return changed

    changed = rulebook.update(
        PROMOTIONS, promotion_id, change, kind=_KIND, version=version, who=who, taken=_taken(patch)
    )
    return _view(changed)


def delete(promotion_id: str, *, version: int | None, who: str) -> None:
    """Removes a promotion; carts that have its code are told that there is no such code.

    Raises:
        NotFound: there is none.
        PreconditionFailed: it has another version now.
    """
    rulebook.delete(PROMOTIONS, promotion_id, kind=_KIND, version=version, who=who)


def _room(wanted: Promotion, known: Promotion | None) -> None:
    """Sees that carts will look at it: of those that apply by themselves they know so many and no more."""
    if not (wanted.automatic and wanted.active) or (known and known.automatic and known.active):
        return
    if len(PROMOTIONS.automatic()) >= MAX_AUTOMATIC:
        raise TooMany(f"At most {MAX_AUTOMATIC} promotions apply by themselves at one time.")


def _taken(wanted: NewPromotion | PromotionPatch) -> CodeTaken:
    return CodeTaken(f"{wanted.code} belongs to another promotion.")


def _view(promotion: Promotion) -> PromotionView:
    written = promotion_input.as_written(promotion)
    return PromotionView.model_validate(written | {"percent": written["percent"] and plain(written["percent"])})
