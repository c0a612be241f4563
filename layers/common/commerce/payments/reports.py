"""What reconciliations found: a report each, never altered."""

from typing import Literal

from pydantic import BaseModel

from commerce.money import Money
from commerce.payments.gateways import ProviderMovement
from commerce.payments.model import Provider
from commerce.runtime.clock import Moment
from commerce.runtime.mongo import Collection, Document, Versioned
from commerce.runtime.paging import Page, next_cursor, position

type DifferenceKind = Literal[
    "missing_here",  # the provider's list has it, and our ledger does not
    "missing_there",  # the other way round, and the provider does not know of it either
    "amount",
    "fee",
]


class Difference(BaseModel):
    """Where their book and ours differ. `provider_ref` is their entry, `object_ref` the capture, refund or dispute that
    it is about; amounts in minor units as they change what lies with the provider, None where there is no entry.
    """

    kind: DifferenceKind
    what: str
    provider_ref: str = ""
    object_ref: str
    payment_id: str = ""
    currency: str
    theirs: int | None = None
    ours: int | None = None


class Reconciliation(Document):
    """One comparison with one provider over a time. `healed` are differences that are none any more."""

    provider: Provider
    since: Moment
    until: Moment
    checked: int
    healed: list[Difference]
    left: list[Difference]
    at: Moment


class Reconciliations(Collection[Reconciliation]):
    """The collection `reconciliations`, append-only."""

    name = "reconciliations"
    model = Reconciliation


class Differed(BaseModel):
    """An entry of theirs that differed when it was read, and by what reference we book such a one."""

    movement: ProviderMovement
    reference: str
    found: Difference


class Round(Versioned):
    """A comparison that is under way; its id is the provider. `reached`: until when it has been made."""

    since: Moment
    reached: Moment
    until: Moment
    checked: int = 0
    differed: list[Differed] = []
    missing: list[Difference] = []


class Rounds(Collection[Round]):
    """The collection `reconciliation_rounds`: one per provider at most."""

    name = "reconciliation_rounds"
    model = Round


class DifferenceView(BaseModel):
    """A difference, with its amounts as money."""

    kind: DifferenceKind
    what: str
    provider_ref: str
    object_ref: str
    payment_id: str
    theirs: Money | None
    ours: Money | None


class ReconciliationView(BaseModel):
    """A comparison of our ledger with a provider's books. `left` is what a person must look into."""

    id: str
    provider: Provider
    since: Moment
    until: Moment
    checked: int
    healed: list[DifferenceView]
    left: list[DifferenceView]
    at: Moment


RECONCILIATIONS = Reconciliations()
ROUNDS = Rounds()


def list_reconciliations(*, limit: int, cursor: str | None) -> Page[ReconciliationView]:
    """A page of reports, the newest first. One round trip.

    Raises:
        InvalidCursor: not ours, or of another list.
    """
    before = position("reconciliations", cursor)
    where = {"_id": {"$lt": before[0]}} if before else {}
    rows = RECONCILIATIONS.find(where, sort=[("_id", -1)], limit=limit + 1)
    more = next_cursor("reconciliations", [rows[limit - 1].id]) if len(rows) > limit else None
    return Page[ReconciliationView](items=[_view(report) for report in rows[:limit]], next_cursor=more)


def _view(report: Reconciliation) -> ReconciliationView:
    members = report.model_dump(exclude={"healed", "left"})
    healed, left = ([_shown(one) for one in found] for found in (report.healed, report.left))
    return ReconciliationView(**members, healed=healed, left=left)


def _shown(difference: Difference) -> DifferenceView:
    def money(amount: int | None) -> Money | None:
        return None if amount is None else Money(amount=amount, currency=difference.currency)

    members = difference.model_dump(exclude={"theirs", "ours", "currency"})
    return DifferenceView(**members, theirs=money(difference.theirs), ours=money(difference.ours))
