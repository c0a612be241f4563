"""Gift cards in MongoDB."""

from collections.abc import Mapping, Sequence
from typing import Any

from commerce.payments.giftcards.model import GiftCard, Movement
from commerce.runtime.mongo import Collection, Index


class GiftCards(Collection[GiftCard]):
    """The collection `gift_cards`. Ids are time-ordered, so the newest first is `_id` descending."""

    name = "gift_cards"
    model = GiftCard
    indexes = (
        Index((("code_hash", 1),), unique=True),
        Index((("origin_ref", 1),), unique=True, partial={"origin_ref": {"$exists": True}}),
        Index((("recipient", 1), ("_id", -1))),
        Index((("last4", 1), ("_id", -1))),
        Index((("currency", 1), ("_id", -1))),
    )
    # Some people's cards and some last signs are few: what else is wanted of them is looked at along their index.
    residual = frozenset({"recipient", "last4", "currency"})

    def by_code(self, hashes: Sequence[str]) -> GiftCard | None:
        """The card whose code has one of these hashes. One round trip, none without a hash."""
        return self.find_one({"code_hash": {"$in": list(hashes)}}) if hashes else None

    def page(self, wanted: Mapping[str, str], *, before: str | None, limit: int) -> list[GiftCard]:
        """Cards with these values, the newest first. One round trip.

        Args:
            wanted: `recipient`, `last4` and `currency`, where they matter.
            before: those that come before this id.
            limit: as many at most.
        """
        where: dict[str, Any] = dict(wanted)
        if before:
            where["_id"] = {"$lt": before}
        return self.find(where, sort=[("_id", -1)], limit=limit)

    def some(self, card_ids: Sequence[str]) -> list[GiftCard]:
        """Those with these ids. One round trip, none without an id."""
        return self.find({"_id": {"$in": list(card_ids)}}) if card_ids else []

    def of(self, emails: Sequence[str]) -> list[GiftCard]:
        """Those that were sent to these addresses. One round trip, none without an address."""
        return self.find({"recipient": {"$in": list(emails)}}) if emails else []


class Movements(Collection[Movement]):
    """The collection `gift_card_movements`, append-only."""

    name = "gift_card_movements"
    model = Movement
    indexes = (Index((("card_id", 1), ("_id", 1))),)

    def of_card(self, card_id: str) -> list[Movement]:
        """All that happened to a card, in order. One round trip."""
        return self.find({"card_id": card_id}, sort=[("_id", 1)])


GIFT_CARDS = GiftCards()
MOVEMENTS = Movements()
