"""The facts that people's accounts publish, source `souk.users`. None of them holds a name, an email or an address."""

from typing import ClassVar

from commerce.runtime.clock import Moment
from commerce.runtime.events import Fact


class AccountFact(Fact):
    """Something that happened to a person's account."""

    source: ClassVar[str] = "souk.users"

    user_id: str


class AccountClosing(AccountFact):
    """Its owner wants it erased; until then they can take that back."""

    erase_at: Moment


class AccountKept(AccountFact):
    """Its owner has taken that back."""


class AccountLocked(AccountFact):
    """The time to take it back is over: nobody may sign in to it again. The sign-in is to be erased."""

    erasure_id: str


class AccountErased(Fact):
    """Nothing is left of it; the id says of whom to those alone who know the person's."""

    source: ClassVar[str] = "souk.users"

    erasure_id: str


class ErasureDue(AccountFact):
    """Nobody can sign in to it any more: everyone who keeps something of this person's is to erase it.

    Said again, hours later, for as long as someone has not.
    """

    erasure_id: str


class PersonalDataRequested(AccountFact):
    """Its owner wants to have what is kept of them: every service is to write its part."""

    export_id: str


class PersonalDataGathered(AccountFact):
    """All parts are there: they are to be put together."""

    export_id: str


class PersonalDataReady(AccountFact):
    """It is there to be fetched by its owner, until it is deleted."""

    export_id: str
    until: Moment
