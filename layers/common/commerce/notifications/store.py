"""Messages in MongoDB."""

from datetime import datetime
from typing import Any

from commerce.notifications.model import Message
from commerce.runtime.clock import now
from commerce.runtime.mongo import Collection, Index
from commerce.runtime.people import Person


class Messages(Collection[Message]):
    """The collection `messages`."""

    name = "messages"
    model = Message
    indexes = (Index((("entity", 1), ("created_at", 1))), Index((("recipient", 1), ("created_at", 1))))

    def add(self, message: Message) -> Message:
        """Stores the message unless it is there; answers the one that is. One round trip."""
        content = message.to_mongo()
        found = self.handle.find_one_and_update(
            {"_id": content.pop("_id")}, {"$setOnInsert": content}, upsert=True, return_document=True
        )
        return self.model.model_validate(found)

    def of_person(self, person: Person) -> list[Message]:
        """Those to someone's emails, and about their orders. Two round trips."""
        found = [message for where in _theirs(person) for message in self.find(where, sort=[("created_at", 1)])]
        return list({message.id: message for message in found}.values())

    def forget(self, person: Person) -> None:
        """Deletes those. Two round trips."""
        for where in _theirs(person):
            self.handle.delete_many(where)

    def mark_handed_over(self, message_id: str) -> None:
        """The topic has it. One round trip."""
        self.handle.update_one({"_id": message_id, "status": "pending"}, {"$set": {"status": "handed_over"}})

    def lease(self, message_id: str, until: datetime) -> Message | None:
        """Takes the message for sending, unless it was sent or another worker has it. One round trip."""
        free = {"$or": [{"leased_until": {"$exists": False}}, {"leased_until": {"$lte": now()}}]}
        found = self.handle.find_one_and_update(
            {"_id": message_id, "status": {"$ne": "sent"}, **free}, {"$set": {"leased_until": until}}
        )
        return None if found is None else self.model.model_validate(found)

    def mark_sent(self, message_id: str, provider_ref: str) -> None:
        """The mail service has taken it. One round trip."""
        change = {"$set": {"status": "sent", "sent_at": now(), "provider_ref": provider_ref}}
        self.handle.update_one({"_id": message_id}, change | {"$unset": {"leased_until": ""}})

    def give_back(self, message_id: str) -> None:
        """The mail service did not take it: the next try need not wait. One round trip."""
        self.handle.update_one({"_id": message_id}, {"$unset": {"leased_until": ""}})


def _theirs(person: Person) -> list[dict[str, Any]]:
    wanted = {"recipient": person.emails, "entity": person.order_ids}
    return [{member: {"$in": list(values)}} for member, values in wanted.items() if values]


MESSAGES = Messages()
