"""What is kept of the sign-in service's webhooks in MongoDB: that they came, not what they said."""

from commerce.runtime.clock import Moment
from commerce.runtime.mongo import Collection, Document, Index


class NoticeEntry(Document):
    """A webhook that was taken; the id is the message's own, the same at every delivery. Gone after `until`."""

    type: str
    object_ref: str
    received_at: Moment
    until: Moment


class NoticeEntries(Collection[NoticeEntry]):
    """The collection `sign_in_notices`: each webhook is taken once."""

    name = "sign_in_notices"
    model = NoticeEntry
    indexes = (Index((("until", 1),), expire_after_seconds=0), Index((("object_ref", 1),)))

    def forget(self, object_ref: str) -> None:
        """Leaves of the webhooks about a thing that they came. One round trip."""
        self.handle.update_many({"object_ref": object_ref}, {"$set": {"object_ref": ""}})


NOTICES = NoticeEntries()
