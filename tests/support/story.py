"""An order whose steps can come in any order, told by hypothesis. Each step does what is possible when it comes."""

from tests.support.api import call
from tests.support.shop import Buyer, Shop


class OrderStory:
    """What every such story has: the clock, the buyer's change of mind, news in any order."""

    def __init__(self, shop: Shop, buyer: Buyer) -> None:
        self.shop, self.buyer = shop, buyer

    def webhook(self) -> None:
        """Stripe's youngest news comes in."""
        for happened in self.shop.stripe_events()[-3:]:
            assert self.shop.webhook(happened)["statusCode"] == 200

    def show_card(self, secret: str, card: str) -> None:
        """Their browser shows Stripe a card, whatever it says of it."""
        self.shop._confirm(secret, card)

    def poll(self) -> None:
        """Somebody asks how each payment stands."""
        for payment in self.shop.all("payments", order_id=self.buyer.order_id):
            path = f"/payments/{payment['_id']}?sync=true"
            assert call("payments.get_payment", "GET", path, headers=self.buyer.headers()).status == 200

    def expire(self) -> None:
        """The time to pay is over, and the schedule comes by."""
        self.shop.expire_time(self.buyer)
        self.shop.run_expiry(tell=False)

    def cancel(self) -> None:
        """The buyer wants it no more."""
        assert self.shop.cancel(self.buyer).status in {200, 409}

    def deliver(self) -> None:
        """One of our events arrives, the youngest first: out of order."""
        self.shop.bus.deliver_youngest()

    def deliver_all_twice(self) -> None:
        """Everything arrives, and again."""
        self.shop.bus.deliver(times=2)
