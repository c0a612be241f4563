"""The end of an account, step by step. Each step is one change with its facts, and is taken again where it was not
answered: a service that is away, or killed halfway, is asked until it says that it has nothing left.

    waiting ──▶ locked ──▶ erasing ──▶ erased
       └▶ (taken back: no trace)

`waiting`: its owner may think better of it. `locked`: nobody may sign in to it any more, and what was signed in runs
out. Only then, when nothing new can come, each service erases what it has; `erased` is when all of them say so. What
stays is this document, under a digest of the id, so that a report that comes late brings nobody back.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

from commerce.runtime import blocklist
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import Moment, now
from commerce.runtime.errors import Stale
from commerce.runtime.mongo import Collection, Index, Versioned
from commerce.runtime.observability import logger
from commerce.runtime.people import Person
from commerce.runtime.settings import settings
from commerce.users.events import AccountClosing, AccountErased, AccountKept, AccountLocked, ErasureDue
from commerce.users.model import ProfileView, digest, view
from commerce.users.store import PROFILES

type Service = Literal["auth", "carts", "notifications", "orders", "payments", "products"]

SERVICES: frozenset[Service] = frozenset({"auth", "carts", "notifications", "orders", "payments", "products"})
TOKENS_RUN_OUT = timedelta(minutes=2)  # Session tokens live 60 s, decisions about them 30 s, and clocks differ.
ASK_AGAIN = timedelta(minutes=15)
WAIT_FOR_ORDERS = timedelta(days=1)
AT_ONCE = 20
"""How many erasures are looked at in one run."""


class Erasure(Versioned):
    """A person who wants to be forgotten; see the module. The id is `digest` of theirs. All that says who they are is
    gone when the status is `erased`.
    """

    status: Literal["waiting", "locked", "erasing", "erased"] = "waiting"
    user_id: str = ""
    emails: list[str] = []
    order_ids: list[str] = []
    cart_ids: list[str] = []
    done: list[Service] = []
    asked_at: Moment
    next_at: Moment | None = None
    erased_at: Moment | None = None

    @property
    def person(self) -> Person:
        """Whose data it is about."""
        return Person.model_validate(self.model_dump(include=set(Person.model_fields)))


class Erasures(Collection[Erasure]):
    """The collection `erasures`. `next_at` is when the next step may be due; there is none after the last."""

    name = "erasures"
    model = Erasure
    indexes = (Index((("next_at", 1),)),)

    def due(self, before: datetime, limit: int) -> list[Erasure]:
        """Those that may go on, the longest waiting first. One round trip."""
        return self.find({"next_at": {"$lte": before}}, sort=[("next_at", 1)], limit=limit)


ERASURES = Erasures()

type References = Callable[[Person], Person]
"""Adds to a person the ids of what they ordered."""


def is_gone(user_id: str) -> bool:
    """Whether the account is past taking back: whatever is heard of it now is no news. One round trip."""
    erasure = ERASURES.get(digest(user_id))
    return erasure is not None and erasure.status != "waiting"


def is_erased(user_id: str) -> bool:
    """Whether nothing is left of them, so that what is heard now must go by itself. One round trip."""
    erasure = ERASURES.get(digest(user_id))
    return erasure is not None and erasure.status == "erased"


def ask(user_id: str) -> ProfileView:
    """Its owner wants the account erased: it is, when the time to take that back is over. Asked again, the time stays.

    Raises:
        AccountGone: it is being erased already.
    """
    from commerce.users.profiles import known_or_new

    def attempt() -> ProfileView:
        profile = known_or_new(user_id)
        if profile.erase_at:
            return view(profile)
        moment = now()
        profile.erase_at = moment + timedelta(days=settings().erasure_grace_days)
        profile.settle(moment)
        wanted = Erasure(id=digest(user_id), user_id=user_id, asked_at=moment, next_at=profile.erase_at)
        changes = Changes()
        changes.replace(PROFILES, profile)
        changes.insert(ERASURES, wanted)
        changes.emit(AccountClosing(user_id=user_id, erase_at=profile.erase_at))
        changes.commit()
        return view(profile)

    return retry_stale(attempt)


def take_back(user_id: str) -> ProfileView:
    """Its owner has thought better of it; nothing happens where they had not asked.

    Raises:
        AccountGone: it is too late.
    """
    from commerce.users.profiles import known_or_new

    def attempt() -> ProfileView:
        profile = known_or_new(user_id)
        if profile.erase_at is None:
            return view(profile)
        profile.erase_at = None
        profile.settle(now())
        changes = Changes()
        changes.replace(PROFILES, profile)
        changes.delete(ERASURES, {"_id": digest(user_id), "status": "waiting"}, otherwise=Stale())
        changes.emit(AccountKept(user_id=user_id))
        changes.commit()
        return view(profile)

    return retry_stale(attempt)


def lock_account(changes: Changes, user_id: str) -> bool:
    """Adds to the change that nobody may sign in to the account any more; says whether it was not so before. The
    profile goes at once, with or without its owner's wish: where the sign-in is gone, nobody can take it back.
    """
    known = ERASURES.get(digest(user_id))
    if known and known.status != "waiting":
        return False
    moment = now()
    erasure = known or Erasure(id=digest(user_id), asked_at=moment)
    profile = PROFILES.get(user_id)
    erasure.status, erasure.user_id, erasure.next_at = "locked", user_id, moment + ASK_AGAIN
    erasure.emails = [profile.email] if profile and profile.email and profile.email_verified else []
    if known:
        changes.replace(ERASURES, erasure)
    else:
        changes.insert(ERASURES, erasure)
    if profile:
        changes.delete(PROFILES, {"_id": user_id, "version": profile.version}, otherwise=Stale())
    blocklist.block(changes, user_id)
    changes.emit(AccountLocked(user_id=user_id, erasure_id=erasure.id))
    return True


def person_of(erasure_id: str) -> Person | None:
    """Whose data is to be erased; nobody's when that is done. One round trip."""
    erasure = ERASURES.get(erasure_id)
    return erasure.person if erasure and erasure.status in ("locked", "erasing") else None


def note_done(changes: Changes, erasure_id: str, service: Service) -> None:
    """Adds to the change that a service has nothing left of the person. The last one lets the next step begin."""
    erasure = ERASURES.get(erasure_id)
    if erasure is None or erasure.status not in ("locked", "erasing"):
        return
    erasure.done = sorted({*erasure.done, service})
    if erasure.status == "locked" and service == "auth":
        erasure.next_at = now() + TOKENS_RUN_OUT
    elif not SERVICES.difference(erasure.done):
        erasure.next_at = now()
    changes.replace(ERASURES, erasure)


def advance(references: References) -> int:
    """Takes each erasure that is due one step on; says how many that were. One that fails does not hold up the others:
    it is tried again by the next run.

    Args:
        references: adds to a person the ids of what they ordered.
    """
    taken = 0
    for erasure in ERASURES.due(now(), AT_ONCE):
        try:
            retry_stale(partial(_step, erasure.id, references))
        except Exception as error:  # noqa: BLE001  (whatever it is, the others are none the worse for it)
            logger.error("An erasure could not go on", extra={"erasure": erasure.id, "reason": type(error).__name__})
            continue
        taken += 1
    return taken


def _step(erasure_id: str, references: References) -> None:
    erasure = ERASURES.get(erasure_id)
    if erasure is None or erasure.next_at is None or erasure.next_at > now():
        return
    changes = Changes()
    if erasure.status == "waiting":
        lock_account(changes, erasure.user_id)
        changes.commit()
        return
    missing = SERVICES.difference(erasure.done)
    if erasure.status == "erasing" and not missing:
        _finish(erasure)
        return
    if erasure.status == "locked" and "auth" not in erasure.done:
        changes.emit(AccountLocked(user_id=erasure.user_id, erasure_id=erasure.id))
        erasure.next_at = now() + ASK_AGAIN
    else:
        # An order on its way is erased when it has arrived; whatever was written about it meanwhile goes with it.
        only_orders = erasure.status == "erasing" and missing == {"orders"}
        erasure.next_at = now() + (WAIT_FOR_ORDERS if only_orders else ASK_AGAIN)
        _ask_all(changes, erasure, references(erasure.person))
    changes.replace(ERASURES, erasure)
    changes.commit()


def _ask_all(changes: Changes, erasure: Erasure, person: Person) -> None:
    erasure.status, erasure.done = "erasing", []
    erasure.order_ids, erasure.cart_ids = list(person.order_ids), list(person.cart_ids)
    changes.emit(ErasureDue(user_id=erasure.user_id, erasure_id=erasure.id))


def _finish(erasure: Erasure) -> None:
    """What this service has itself goes last, and with it who it was."""
    from commerce.users import estate

    estate.erase(erasure.person)
    changes = Changes()
    blocklist.unblock(changes, erasure.user_id)
    changes.replace(
        ERASURES,
        Erasure(id=erasure.id, version=erasure.version, status="erased", asked_at=erasure.asked_at, erased_at=now()),
    )
    changes.emit(AccountErased(erasure_id=erasure.id))
    changes.commit()
