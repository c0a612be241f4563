"""What this service itself keeps of a person: told in full, and erased in full."""

from commerce.runtime import audit, idempotency, outbox
from commerce.runtime.access import ACCESS_LOG
from commerce.runtime.people import Person, Tables
from commerce.users import exporting
from commerce.users.addresses import BOOKS
from commerce.users.consents import CONSENTS
from commerce.users.model import digest
from commerce.users.staff import NOTES
from commerce.users.store import PROFILES
from commerce.users.viewed import VIEWS
from commerce.users.wishlist import WISHLISTS

SOURCE = "souk.users"


def personal_data(person: Person) -> Tables:
    """Everything, in a round trip per collection. Of the shop's people it is said what they did, not who they are: they
    have rights of their own (CJEU, C-579/21).
    """
    id_ = person.user_id
    profile, book, wishes, viewed = PROFILES.get(id_), BOOKS.get(id_), WISHLISTS.get(id_), VIEWS.get(id_)
    block = [profile.blocked.model_dump(exclude={"by"})] if profile and profile.blocked else []
    return {
        "profile": [profile.model_dump(exclude={"sort_key", "blocked"})] if profile else [],
        "blocks": block,
        "addresses": [entry.model_dump() for entry in book.entries] if book else [],
        "wishlist": [wish.model_dump() for wish in wishes.items] if wishes else [],
        "recently_viewed": [view.model_dump() for view in viewed.items] if viewed else [],
        "consents": [said.model_dump(exclude={"user_id"}) for said in CONSENTS.newest(id_, 0)],
        "notes_about_you": [note.model_dump(include={"text", "at"}) for note in NOTES.newest(id_, 0)],
        "looked_at_by_staff": [look.model_dump(include={"what", "at"}) for look in ACCESS_LOG.of(id_)],
        "exports": [asked.model_dump(include={"id", "asked_at", "status"}) for asked in exporting.EXPORTS.of(id_)],
    }


def erase(person: Person) -> None:
    """Everything, files first. Done again after a crash, it finds what is left.

    That someone of the shop did something to an account stays in the audit trail, under what stands for its owner.

    Raises:
        StillWaiting: an event about them has not been sent yet.
    """
    id_ = person.user_id
    exporting.remove_all(id_)
    for many in (CONSENTS, NOTES, ACCESS_LOG):
        many.handle.delete_many({"user_id": id_})
    for single in (PROFILES, BOOKS, WISHLISTS, VIEWS):
        single.handle.delete_one({"_id": id_})
    audit.ENTRIES.forget(id_, digest(id_))
    idempotency.RECORDS.forget((id_, *person.order_ids, *person.cart_ids))
    outbox.forget(SOURCE, [id_])
