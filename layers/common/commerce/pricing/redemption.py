"""Promotions and who uses them: uses are counted so that no limit is passed, whoever races.

An order takes its uses when it is placed, in its own transaction, and gives them back when it expires or is cancelled
(see `quotas`). A customer is known by user id and by email address: two accounts with one address are one customer, and
so is one account with two.
"""

from collections.abc import Iterable, Sequence

from commerce.pricing.model import Customer
from commerce.pricing.promotions import Promotion
from commerce.pricing.store import PROMOTIONS
from commerce.runtime import quotas
from commerce.runtime.quotas import Taken, person

_NO_LIMIT = 10**9


def find_coupon(code: str) -> Promotion | None:
    """The promotion behind a code. One round trip."""
    return PROMOTIONS.by_code(code)


def customer(promotions: Iterable[Promotion], *, user_id: str, email: str) -> Customer:
    """Who buys, as far as these promotions care. One round trip; none where no promotion has a limit.

    Args:
        promotions: those that might be used.
        user_id: empty for a guest.
        email: empty as long as nobody knows it.
    """
    limited = [promotion for promotion in promotions if _is_limited(promotion)]
    if not limited:
        return Customer(user_id=user_id, email=email)
    people = _people(user_id, email)
    keys = [_by_everyone(promotion.id) for promotion in limited]
    keys += [_by_them(promotion.id, who) for promotion in limited for who in people]
    keys += [_orders(who) for who in people]
    used = quotas.used(keys)
    return Customer(
        user_id=user_id,
        email=email,
        orders=max((used.get(_orders(who), 0) for who in people), default=0),
        used={promotion.id: used.get(_by_everyone(promotion.id), 0) for promotion in limited},
        used_by_them={
            promotion.id: max((used.get(_by_them(promotion.id, who), 0) for who in people), default=0)
            for promotion in limited
        },
    )


def uses(promotions: Iterable[Promotion], *, user_id: str, email: str) -> list[Taken]:
    """What an order with these promotions takes of their limits.

    Where there is no limit nothing is counted: all orders with a popular promotion would wait for the same counter.
    """
    taken = []
    for promotion in promotions:
        if promotion.limit is not None:
            taken.append(Taken(key=_by_everyone(promotion.id), n=1, limit=promotion.limit, personal=False))
        if promotion.per_customer is not None:
            people = _people(user_id, email)
            taken += [Taken(key=_by_them(promotion.id, who), n=1, limit=promotion.per_customer) for who in people]
    return taken


def purchases(*, user_id: str, email: str) -> list[Taken]:
    """What a paid order counts as for promotions on the first order."""
    return [Taken(key=_orders(who), n=1, limit=_NO_LIMIT) for who in _people(user_id, email)]


def used(promotion_ids: Sequence[str]) -> dict[str, int]:
    """How many live orders use each of these promotions; 0 for one without a limit. One round trip."""
    found = quotas.used(_by_everyone(id_) for id_ in promotion_ids)
    return {id_: found.get(_by_everyone(id_), 0) for id_ in promotion_ids}


def _is_limited(promotion: Promotion) -> bool:
    return promotion.limit is not None or promotion.per_customer is not None


def _people(user_id: str, email: str) -> list[str]:
    known = [person("user", user_id)] if user_id else []
    return known + ([person("email", email.casefold())] if email else [])


def _by_everyone(promotion_id: str) -> str:
    return f"promotion|{promotion_id}"


def _by_them(promotion_id: str, who: str) -> str:
    return f"promotion|{promotion_id}|{who}"


def _orders(who: str) -> str:
    return f"orders|{who}"
