"""What people allowed and forbade, each statement with its proof: when, to which words, where, from which address.

A statement is never changed; the newest of its kind is what counts.
"""

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, Field, StringConstraints

from commerce.runtime import signing
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import Moment, now
from commerce.runtime.ids import new_id
from commerce.runtime.mongo import Collection, Document, Index
from commerce.users import viewed
from commerce.users.model import BODY

type ConsentKind = Literal["marketing", "analytics", "recently_viewed"]

KINDS: tuple[ConsentKind, ...] = get_args(ConsentKind.__value__)
UNSAID: dict[ConsentKind, bool] = {"marketing": False, "analytics": False, "recently_viewed": True}
"""What counts until the person has said something. The list of what they looked at is part of what they asked for by
signing in, and shown to them alone: they may object to it. The others need a yes (Directive 2002/58/EC, articles 5(3)
and 13; Regulation (EU) 2016/679, article 7).
"""
SHOWN = 50

Mark = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[\w.:-]+$")]


class SayConsent(BaseModel):
    """A yes or a no to one kind of thing."""

    model_config = BODY

    kind: ConsentKind
    given: Annotated[bool, Field(strict=True)]
    text_version: Mark = Field(description="Which version of the words it was said to", examples=["2026-10"])
    source: Mark = Field(description="Where it was said", examples=["privacy_page"])


class Consent(Document):
    """A statement as stored. `address_hash` is a keyed hash of the IP address it came from."""

    user_id: str
    kind: ConsentKind
    given: bool
    at: Moment
    text_version: str
    source: str
    address_hash: str


class ConsentView(BaseModel):
    """A yes or no. `at`, `text_version` and `source` are null where the person has not said anything."""

    kind: ConsentKind
    given: bool
    at: Moment | None = None
    text_version: str | None = None
    source: str | None = None


class ConsentsView(BaseModel):
    """What counts now, one of each kind, and the last fifty statements, the newest first."""

    items: list[ConsentView]
    history: list[ConsentView]


class Consents(Collection[Consent]):
    """The collection `consents`, append-only. Ids are time-ordered."""

    name = "consents"
    model = Consent
    indexes = (Index((("user_id", 1), ("_id", -1))), Index((("user_id", 1), ("kind", 1), ("_id", -1))))

    def newest(self, user_id: str, limit: int) -> list[Consent]:
        """What someone said last, the newest first. One round trip."""
        return self.find({"user_id": user_id}, sort=[("_id", -1)], limit=limit)

    def last(self, user_id: str, kind: ConsentKind) -> Consent | None:
        """What counts of this kind. One round trip."""
        return next(iter(self.find({"user_id": user_id, "kind": kind}, sort=[("_id", -1)], limit=1)), None)


CONSENTS = Consents()


def get(user_id: str) -> ConsentsView:
    """What counts and what was said. One round trip, unless a person has said very much."""
    said = CONSENTS.newest(user_id, SHOWN)
    return ConsentsView(items=[_current(user_id, kind, said) for kind in KINDS], history=[_view(one) for one in said])


def say(user_id: str, wanted: SayConsent, *, address: str) -> ConsentsView:
    """Adds a statement, unless it repeats the last one. A no to the list of what was looked at erases it in the same
    change.

    Args:
        user_id: who says it.
        wanted: what they say.
        address: the IP address it comes from.
    """
    said = Consent(
        id=new_id("con"),
        user_id=user_id,
        at=now(),
        address_hash=signing.keyed_hash("address", address),
        **wanted.model_dump(),
    )

    def attempt() -> None:
        last = CONSENTS.last(user_id, wanted.kind)
        if last and SayConsent.model_validate(last.model_dump(include=set(SayConsent.model_fields))) == wanted:
            return
        changes = Changes()
        changes.insert(CONSENTS, said)
        if wanted.kind == "recently_viewed":
            viewed.want(changes, user_id, wanted=wanted.given)
        changes.commit()

    retry_stale(attempt)
    return get(user_id)


def _current(user_id: str, kind: ConsentKind, newest: list[Consent]) -> ConsentView:
    said = next((one for one in newest if one.kind == kind), None)
    if said is None and len(newest) == SHOWN:
        said = CONSENTS.last(user_id, kind)
    return _view(said) if said else ConsentView(kind=kind, given=UNSAID[kind])


def _view(said: Consent) -> ConsentView:
    return ConsentView.model_validate(said.model_dump(include=set(ConsentView.model_fields)))
