"""Words that mean the same, as the shop's people say: one document."""

from typing import Annotated

from pydantic import BaseModel, Field

from commerce.catalog.publishing import CACHE_SCOPE
from commerce.catalog.search import analysis
from commerce.runtime import audit, cache
from commerce.runtime.changes import Changes
from commerce.runtime.errors import PreconditionFailed
from commerce.runtime.mongo import Collection, Versioned

MAX_GROUPS = 500
Phrase = Annotated[str, Field(min_length=1, max_length=60)]
Group = Annotated[list[Phrase], Field(min_length=2, max_length=12)]


class SynonymSet(BaseModel):
    """Groups of words or short phrases; all of a group mean the same."""

    groups: list[Group] = Field(max_length=MAX_GROUPS)


class SynonymsView(SynonymSet):
    """The groups as they are now."""

    version: int


class _Stored(Versioned):
    groups: list[list[str]] = []


class Synonyms(Collection[_Stored]):
    """The collection `search_synonyms`, with the one document `synonyms`."""

    name = "search_synonyms"
    model = _Stored

    def groups(self) -> list[list[str]]:
        """The groups. One round trip."""
        found = self.get(_ID)
        return found.groups if found else []


_ID = "synonyms"
SYNONYMS = Synonyms()


def get_synonyms() -> SynonymsView:
    """The groups; version 0 when none were ever set."""
    stored = SYNONYMS.get(_ID)
    return SynonymsView(groups=stored.groups, version=stored.version) if stored else SynonymsView(groups=[], version=0)


def set_synonyms(wanted: SynonymSet, *, version: int | None, who: str) -> SynonymsView:
    """Puts these groups in the place of all there were.

    Args:
        wanted: the groups.
        version: the one they were made from, None for any.
        who: the id of the person.

    Raises:
        PreconditionFailed: they have another version now.
    """
    stored = SYNONYMS.get(_ID)
    if version is not None and version != (stored.version if stored else 0):
        raise PreconditionFailed
    groups = [list(dict.fromkeys(analysis.fold(phrase) for phrase in group)) for group in wanted.groups]
    groups = [group for group in groups if len(group) > 1]
    changes = Changes()
    before = {"groups": stored.groups} if stored else None
    if stored:
        stored.groups = groups
        changes.replace(SYNONYMS, stored)
    else:
        stored = _Stored(id=_ID, groups=groups)
        changes.insert(SYNONYMS, stored)
    audit.note(changes, who=who, action="synonyms.updated", subject=_ID, before=before, after={"groups": groups})
    changes.commit()
    cache.bump(CACHE_SCOPE)
    return SynonymsView(groups=stored.groups, version=stored.version)
