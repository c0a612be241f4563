"""Profiles against the sign-in service itself: its webhooks may be lost, and nobody would ever know.

Everyone is compared once a day, whoever was never told of first of all. Those whom the service does not know any more
have been deleted there; but where that is more than half of those that were asked for, it is more likely that the
wrong service was asked, and nothing is done but to say so.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from commerce.identity.model import Account
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import now
from commerce.runtime.observability import logger
from commerce.users.erasing import lock_account
from commerce.users.profiles import take_account
from commerce.users.store import PROFILES

AT_ONCE = 100
EVERY = timedelta(days=1)

type LookUp = Callable[[Sequence[str]], list[Account]]


def reconcile(look_up: LookUp, *, until: datetime) -> dict[str, int]:
    """Compares those that were not compared for a day, the longest ago first, until there is none or it is time; says
    how many were compared, mended and found gone.

    Args:
        look_up: what the service says of these people.
        until: when to stop.

    Raises:
        SignInUnavailable: it does not answer.
    """
    done = {"compared": 0, "mended": 0, "gone": 0}
    while now() < until:
        profiles = PROFILES.unchecked(now() - EVERY, AT_ONCE)
        if not profiles:
            break
        accounts = look_up([profile.id for profile in profiles])
        missing = sorted({profile.id for profile in profiles} - {account.user_id for account in accounts})
        done["mended"] += sum(_mend(account) for account in accounts)
        if len(missing) > len(accounts):
            logger.error("The sign-in service knows few of our people; is it ours?", extra={"missing": len(missing)})
        else:
            done["gone"] += sum(_lock(user_id) for user_id in missing)
        PROFILES.mark_checked([profile.id for profile in profiles])
        done["compared"] += len(profiles)
    return done


def _mend(account: Account) -> bool:
    def attempt() -> bool:
        changes = Changes()
        news = take_account(changes, account)
        changes.commit()
        return news

    return retry_stale(attempt)


def _lock(user_id: str) -> bool:
    def attempt() -> bool:
        changes = Changes()
        news = lock_account(changes, user_id)
        changes.commit()
        return news

    return retry_stale(attempt)
