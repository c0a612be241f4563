"""Reconciliation: once a day our ledger is held against what the providers' own books say of the last days.

What we should have heard of and have not (a webhook was lost, and the sweep too late) is fetched and booked, as its
webhook would have. What is left is reported: a person must look.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from commerce.payments import attempts, disputes, ledger, refunds
from commerce.payments.gateways import ProviderMovement, gateway
from commerce.payments.ledger import LEDGER, Transaction
from commerce.payments.model import Provider
from commerce.payments.reports import (
    RECONCILIATIONS,
    ROUNDS,
    Differed,
    Difference,
    DifferenceKind,
    Reconciliation,
    Round,
)
from commerce.payments.store import DISPUTES, REFUNDS
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import now
from commerce.runtime.errors import Stale
from commerce.runtime.ids import earliest_id, new_id
from commerce.runtime.observability import count, logger

METRIC = "PaymentDifferences"
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
# A day would do; three forgive a day without a run, and lists that lag behind.
REACH = 3 * DAY


def reconcile(provider: Provider, *, stop: datetime) -> Reconciliation | None:
    """Compares the last days, heals and reports: a day at a time, each noted when it is done. A run that was cut off is
    gone on with by the next one.

    Args:
        provider: whose books.
        stop: when not to go on with another day.

    Returns:
        The report; None where the comparison is not done yet, or another run is at it.

    Raises:
        ProviderUnavailable: it did not answer; what was done before stays done, and another run goes on.
    """
    try:
        going = _begun(provider)
        while going.reached < going.until:
            if now() >= stop:
                logger.info("Left for the next run", extra={"provider": provider, "reached": str(going.reached)})
                return None
            _compare_day(provider, going)
        return _reported(provider, going)
    except Stale:
        logger.info("Another run is at it", extra={"provider": provider})
        return None


def _begun(provider: Provider) -> Round:
    """The comparison that is under way, or a new one. One of yesterday reaches until now."""
    going, changes, moment = ROUNDS.get(provider), Changes(), now()
    if going is None:
        going = Round(id=provider, since=moment - REACH, reached=moment - REACH, until=moment)
        changes.insert(ROUNDS, going)
    elif moment - going.until > DAY / 2:
        going.until = moment
        changes.replace(ROUNDS, going)
    changes.commit()
    return going


def _compare_day(provider: Provider, going: Round) -> None:
    """The next day of theirs, or what there is of it."""
    since, until = going.reached, min(going.reached + DAY, going.until)
    seen: set[str] = set()
    # Their lists count in seconds and both ends in: the one in which the day before ended has been read.
    after = since + SECOND if since > going.since else since
    for movement in gateway(provider).movements(after, until):
        going.checked += 1
        reference = _reference(provider, movement)
        seen.add(reference)
        found = _compared(movement, reference)
        if found is None:
            continue
        _heal(provider, movement)
        going.differed.append(Differed(movement=movement, reference=reference, found=found))
    going.missing += _not_there(provider, since, until, seen)
    going.reached = until
    changes = Changes()
    changes.replace(ROUNDS, going)
    changes.commit()


def _reported(provider: Provider, done: Round) -> Reconciliation:
    healed, left = _after_healing(done.differed)
    left += done.missing
    report = Reconciliation(
        id=new_id("rec"),
        provider=provider,
        since=done.since,
        until=done.until,
        checked=done.checked,
        healed=healed,
        left=left,
        at=now(),
    )
    changes = Changes()
    changes.insert(RECONCILIATIONS, report)
    changes.delete(ROUNDS, {"_id": done.id, "version": done.version}, otherwise=Stale())
    changes.commit()
    count(METRIC, len(left))
    if left:
        logger.error("Our books differ from the provider's", extra={"provider": provider, "differences": len(left)})
    return report


def _after_healing(differed: Sequence[Differed]) -> tuple[list[Difference], list[Difference]]:
    """What is no difference any more, and what still is one. Asked when all was healed, since some entries of theirs
    are explained by later ones.
    """
    healed: list[Difference] = []
    left: list[Difference] = []
    for one in differed:
        after = _compared(one.movement, one.reference)
        (left if after else healed).append(after or one.found)
    return healed, left


def _reference(provider: Provider, movement: ProviderMovement) -> str:
    """What we book such a movement by."""
    ref = movement.object_ref
    if movement.kind == "capture" and (payment := attempts.behind(provider, ref)):
        ref = payment.provider_ref
    return f"{provider}|{ref}|{movement.kind}"


def _compared(movement: ProviderMovement, reference: str) -> Difference | None:
    """What is different between their book and ours; None where nothing is."""
    booked = LEDGER.by_reference(reference)
    if booked is None:
        return None if _unbooked(movement) else _difference("missing_here", movement, theirs=movement.amount)
    # What was settled in another currency can't be held against ours but by the fee, which is in that one.
    if booked.currency == movement.currency and _cash(booked) != movement.amount:
        return _difference("amount", movement, booked, theirs=movement.amount, ours=_cash(booked))
    kept = LEDGER.by_reference(f"{reference.rpartition('|')[0]}|fee")
    fee = -_cash(kept) if kept else 0
    if movement.kind in {"capture", "dispute"} and fee != movement.fee:
        return _difference("fee", movement, booked, theirs=movement.fee, ours=fee)
    return None


def _difference(
    kind: DifferenceKind,
    movement: ProviderMovement,
    booked: Transaction | None = None,
    *,
    theirs: int,
    ours: int | None = None,
) -> Difference:
    return Difference(
        kind=kind,
        what=movement.kind,
        provider_ref=movement.ref,
        object_ref=movement.object_ref,
        payment_id=booked.payment_id if booked else "",
        currency=movement.currency,
        theirs=theirs,
        ours=ours,
    )


def _unbooked(movement: ProviderMovement) -> bool:
    """Whether this is known and rightly not booked: a refund that is under way or never arrived, which providers write
    down at once, and again when it failed; or what a dispute has booked. PayPal holds the money of one, and when it is
    lost lets that go and reverses the capture: the two of them come to nothing.
    """
    if movement.kind == "dispute_reinstated":
        dispute = DISPUTES.by_ref(movement.object_ref)
        return dispute is not None and bool(dispute.reversal_ref)
    if movement.kind not in {"refund", "refund_failed"}:
        return False
    refund = REFUNDS.by_ref(movement.object_ref)
    if refund is None:
        return DISPUTES.by_reversal(movement.object_ref) is not None
    return refund.status != "succeeded"


def _heal(provider: Provider, movement: ProviderMovement) -> None:
    """Asks the provider for what this is about, as if its webhook had just come."""

    def once() -> None:
        changes = Changes()
        if movement.kind == "capture":
            _heal_capture(changes, provider, movement)
        elif movement.kind in {"refund", "refund_failed"}:
            refunds.refresh(changes, provider, movement.object_ref, "", reversal=movement.reversal)
        else:
            disputes.refresh(changes, provider, movement.object_ref)
        changes.commit()

    retry_stale(once)


def _heal_capture(changes: Changes, provider: Provider, movement: ProviderMovement) -> None:
    payment = attempts.behind(provider, movement.object_ref)
    if payment is None:
        return
    if not payment.captured:
        attempts.apply(changes, payment, gateway(provider).fetch(payment))
        return
    booked = {transaction.kind for transaction in LEDGER.of_payment(payment.id)}
    if movement.fee and "fee" not in booked:
        changes.insert(LEDGER, ledger.fee(payment, movement.fee, movement.currency))


def _not_there(provider: Provider, since: datetime, until: datetime, seen: set[str]) -> Iterator[Difference]:
    """What we have booked in that time and their list does not have. Lists lag behind, and news of ours may have been
    late: so the provider is asked for the thing itself before anything is called a difference.
    """
    for booked in LEDGER.moved_between(earliest_id("led", since), earliest_id("led", until)):
        if not booked.reference.startswith(f"{provider}|") or booked.reference in seen:
            continue
        ask = _ASKED.get(booked.kind)
        if ask is None or ask(provider, booked):
            continue
        yield Difference(
            kind="missing_there",
            what=booked.kind,
            object_ref=booked.reference.split("|")[1],
            currency=booked.currency,
            payment_id=booked.payment_id,
            ours=_cash(booked),
        )


def _captured(provider: Provider, booked: Transaction) -> bool:
    payment = attempts.get(booked.payment_id)
    return gateway(provider).fetch(payment).received == _cash(booked)


def _refunded(provider: Provider, booked: Transaction) -> bool:
    ref = booked.reference.split("|")[1]
    said, known = gateway(provider).fetch_refund(ref), REFUNDS.by_ref(ref)
    undone = known is not None and not known.live
    return said is not None and (undone or (said.status, -said.amount) == ("succeeded", _cash(booked)))


def _disputed(provider: Provider, booked: Transaction) -> bool:
    said = gateway(provider).fetch_dispute(booked.reference.split("|")[1])
    return said is not None and -said.withdrawn == _cash(booked)


_ASKED: dict[str, Callable[[Provider, Transaction], bool]] = {
    "capture": _captured,
    "refund": _refunded,
    "dispute": _disputed,
}


def _cash(booked: Transaction) -> int:
    """What it did to what lies with the provider, in minor units."""
    return sum(posting.amount for posting in booked.postings if posting.account.startswith("cash:"))
