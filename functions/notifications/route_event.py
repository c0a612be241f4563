"""Facts that people should hear of, from a queue: each becomes a message and goes to its channel."""

from commerce import notifications, users
from commerce.inventory.events import StockSubscriptionDue
from commerce.orders.events import OrderCancelled, OrderConfirmed, OrderHeld
from commerce.payments.events import DisputeClosed, DisputeOpened, GiftCardIssued, RefundFailed
from commerce.runtime.clock import rfc3339
from commerce.runtime.consumer import Consumer, Delivery
from commerce.users.events import AccountClosing, PersonalDataReady

consume = Consumer("notifications.route_event")


@consume.on(OrderConfirmed)
def on_confirmed(fact: OrderConfirmed, _delivery: Delivery) -> None:
    content = fact.content.model_dump(mode="json")
    notifications.hand_over(
        notifications.confirmation(
            order_id=fact.order_id, number=fact.number, content=content, authorized=fact.authorized
        )
    )


@consume.on(OrderCancelled)
def on_cancelled(fact: OrderCancelled, _delivery: Delivery) -> None:
    content = fact.content.model_dump(mode="json")
    notifications.hand_over(notifications.cancellation(order_id=fact.order_id, number=fact.number, content=content))


@consume.on(OrderHeld)
def on_hold(fact: OrderHeld, _delivery: Delivery) -> None:
    if fact.tell_shop:
        notifications.hand_over(
            notifications.order_held(order_id=fact.order_id, number=fact.number, reason=fact.reason)
        )


@consume.on(StockSubscriptionDue)
def on_back_in_stock(fact: StockSubscriptionDue, _delivery: Delivery) -> None:
    telling = f"{fact.subscription_id}:{fact.at.isoformat()}"
    notifications.hand_over(
        notifications.back_in_stock(entity=telling, email=fact.email, sku=fact.sku, title=fact.title, slug=fact.slug)
    )


@consume.on(AccountClosing)
def on_account_closing(fact: AccountClosing, _delivery: Delivery) -> None:
    email, erase_at = users.contact(fact.user_id), rfc3339(fact.erase_at)
    if email:
        notifications.hand_over(
            notifications.account_closing(email=email, entity=f"{fact.user_id}:{erase_at}", erase_at=erase_at)
        )


@consume.on(PersonalDataReady)
def on_data_ready(fact: PersonalDataReady, _delivery: Delivery) -> None:
    email = users.contact(fact.user_id)
    if email:
        notifications.hand_over(notifications.data_ready(email=email, entity=fact.export_id, until=rfc3339(fact.until)))


@consume.on(GiftCardIssued)
def on_gift_card(fact: GiftCardIssued, _delivery: Delivery) -> None:
    notifications.hand_over(
        notifications.gift_card(
            card_id=fact.gift_card_id,
            email=fact.email,
            code_hash=fact.code_hash,
            amount=fact.amount.model_dump(),
            message=fact.message,
            expires_at=rfc3339(fact.expires_at) if fact.expires_at else None,
        )
    )


@consume.on(DisputeOpened)
def on_dispute(fact: DisputeOpened, _delivery: Delivery) -> None:
    told = fact.model_dump(mode="json")
    notifications.hand_over(notifications.dispute(entity=f"{fact.dispute_id}:opened", closed=False, told=told))


@consume.on(DisputeClosed)
def on_closed_dispute(fact: DisputeClosed, _delivery: Delivery) -> None:
    told, end = fact.model_dump(mode="json"), "won" if fact.won else "lost"
    notifications.hand_over(notifications.dispute(entity=f"{fact.dispute_id}:{end}", closed=True, told=told))


@consume.on(RefundFailed)
def on_failed_refund(fact: RefundFailed, _delivery: Delivery) -> None:
    """Nobody need look where it was given up, or where a dispute took the money."""
    if not (fact.cancelled or fact.of_a_dispute):
        told = fact.model_dump(mode="json", include={"amount", "number", "order_id", "failure", "by"})
        notifications.hand_over(notifications.refund_failed(entity=fact.refund_id, told=told))


handler = consume.handler
