"""Many at the same moment. Services are raced, not handlers: Powertools keeps the current event in a class variable."""

import threading
from collections.abc import Callable, Sequence

from commerce import carts
from commerce.carts import AddLine, CreateCart, Delivery
from commerce.orders import OrderView, PlaceOrder, place
from commerce.payments import PaymentView, start
from commerce.payments.model import Provider
from commerce.runtime.caller import Caller
from commerce.runtime.idempotency import Once
from payments import create_payment
from tests.support.shop import ADDRESS, Buyer

NO_KEY = Once("", scope="", key=None)


def together[Result](jobs: Sequence[Callable[[], Result]]) -> list[Result | Exception]:
    """Runs the jobs in as many threads, all let go at once; what each returned or raised. Contexts are their own."""
    gate = threading.Barrier(len(jobs))
    outcomes: list[Result | Exception] = [RuntimeError("did not end")] * len(jobs)

    def run(number: int, job: Callable[[], Result]) -> None:
        gate.wait()
        try:
            outcomes[number] = job()
        except Exception as error:  # noqa: BLE001  (the outcome is what is asked for)
            outcomes[number] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def ready(
    sku: str, quantity: int = 1, *, email: str, user_id: str = "", place_name: str = ""
) -> Callable[[], OrderView]:
    """A guest's cart with a quote; what is returned orders it, as whoever has signed in since."""
    guest = Caller()
    cart = carts.with_token(carts.create(CreateCart(), guest, NO_KEY).cart, guest)
    who = Caller(user_id=user_id, cart_token=cart.token or "")
    carts.add_line(cart.id, AddLine(sku=sku, quantity=quantity), who, NO_KEY)
    address = ADDRESS | {"name": place_name or email}
    delivery = Delivery.model_validate({"contact": {"email": email}, "shipping_address": address})
    quote = carts.set_delivery(cart.id, delivery, who, version=None).quote
    assert quote is not None
    wanted = PlaceOrder(cart_id=cart.id, quote_hash=quote.hash)
    return lambda: place(wanted, who, NO_KEY)


def begins(buyer: Buyer, provider: Provider) -> Callable[[], PaymentView]:
    """What is returned begins to pay, as `create_payment` does behind its door."""
    who = Caller(order_token=buyer.order_token)
    return lambda: start(create_payment.store(buyer.order_id, provider, who, NO_KEY))
