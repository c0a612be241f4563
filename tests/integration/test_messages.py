"""Messages: one per order and template, whatever is repeated; both forms readable; real SES and SNS calls by moto."""

import importlib
import json
from html.parser import HTMLParser
from typing import Any

import pytest

from commerce.notifications import Handover, send_email
from commerce.notifications.gateways import mail, topic
from commerce.notifications.sending import InOtherHands
from commerce.runtime import mongo
from commerce.runtime.consumer import Consumer
from commerce.runtime.settings import settings
from tests.support import rules
from tests.support.bus import resources
from tests.support.query_shapes import looking
from tests.support.race import together
from tests.support.shop import Buyer, Shop


class Words(HTMLParser):
    """The words and links of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self._muted = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._muted = tag == "style"
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_endtag(self, tag: str) -> None:
        self._muted = False

    def handle_data(self, data: str) -> None:
        if not self._muted:
            self.words += data.split()

    @property
    def text(self) -> str:
        return " ".join(self.words)


def content(email: dict[str, Any]) -> tuple[str, str, str]:
    """Subject, text, HTML."""
    simple = email["Content"]["Simple"]
    return simple["Subject"]["Data"], simple["Body"]["Text"]["Data"], simple["Body"]["Html"]["Data"]


def test_one_confirmation_whatever_is_repeated(shop: Shop) -> None:
    shop.stock("LAMP", 5)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 1))
    shop.pay(buyer)
    for happened in shop.stripe_events() * 2:
        shop.webhook(happened)
    shop.bus.deliver(times=3)
    shop.post.deliver(times=3)
    shop.bus.delivered = shop.post.delivered = 0
    shop.bus.deliver()
    shop.post.deliver()
    assert shop.post.recipients() == ["ada@example.com"]
    assert shop.count("messages") == 1
    assert shop.one("messages")["status"] == "sent"


def test_two_workers_with_one_message_send_it_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.stock("LAMP", 5)
    shop.buy(Buyer(), ("LAMP", 1))
    handover = Handover.model_validate_json(shop.post.handovers[0][1])
    outcomes = together([lambda: send_email(handover)] * 6)
    assert len(shop.post.emails) == 1
    assert all(outcome is None or isinstance(outcome, InOtherHands) for outcome in outcomes)


def test_both_forms_say_everything_and_nothing_is_markup_of_the_buyers(shop: Shop) -> None:
    shop.stock("TEA & <b>HONEY</b>", 5, price=1250)
    buyer = Buyer()
    shop.cart_with(buyer, ("TEA & <b>HONEY</b>", 2))
    shop.deliver_to(buyer, name="<script>alert(1)</script> & Sons", company='"Quote" Ltd')
    shop.place(buyer)
    shop.pay(buyer)
    shop.settle()
    order = shop.order(buyer)
    subject, text, html = content(shop.post.emails[0])
    page = Words(html)
    assert subject == f"Your order {order['number']} is confirmed"
    for form in (text.replace("\u00a0", " "), page.text):
        for wanted in (order["number"], "$25.00", "$5.00", "$30.00", "<script>alert(1)</script> & Sons", "London"):
            assert wanted in " ".join(form.split()), wanted
    assert "script" not in page.tags
    assert "b" not in page.tags
    assert not [link for link in page.links if not link.startswith("http://localhost:8080")], "no picture from afar"
    (link,) = {link for link in page.links if "#token=" in link}
    assert link in text
    assert "{{" not in html + text
    assert "None" not in page.words
    token = link.partition("#token=")[2]
    opened = importlib.import_module("tests.support.api").call(
        "orders.get_order", "GET", f"/orders/{buyer.order_id}", headers={"X-Order-Token": token}
    )
    assert opened.status == 200


def test_promotions_shipping_and_taxes_are_told_by_their_names(shop: Shop) -> None:
    shop.stock("LAMP", 5, price=10_000)
    rules.promotion(title="Spring <sale>", basis_points=500)
    where = rules.zone()
    rules.method(where.id, title="Courier", min_days=2, max_days=4)
    rules.tax("GB", 200_000, included=True)
    rules.tax("GB", 88_750, name="Levy", on_shipping=False)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 1))
    shop.pay(buyer)
    shop.settle()
    total = shop.order(buyer)["totals"]["total"]["amount"]
    _, text, html = content(shop.post.emails[0])
    told = (
        "Spring <sale> −$5.00",
        "Shipping (Courier) $5.00",
        "8.875 % Levy $",
        f"Total ${total // 100}.{total % 100:02}",
        "incl. 20 % VAT $",
        "Courier, 2 to 4 working days, to",
    )
    for form in (text.replace("-$", "−$"), Words(html).text):
        plain = " ".join(form.replace("\u00a0", " ").split())
        assert [wanted for wanted in told if wanted not in plain] == [], plain
    assert "sale" not in Words(html).tags


def test_where_to_collect_it_and_that_there_is_nothing_to_pay(shop: Shop) -> None:
    shop.stock("LAMP", 5)
    rules.promotion(title="All of it", basis_points=10_000)
    where = rules.zone()
    rules.method(where.id, title="At the shop", kind="pickup", rates={"USD": [{"amount": 0}]}, pickup_at="4 Lamp Lane")
    shop.ready_order(Buyer(), ("LAMP", 1))
    shop.settle()
    _, text, html = content(shop.post.emails[0])
    for form in (text, Words(html).text):
        plain = " ".join(form.replace("\u00a0", " ").split())
        assert "nothing to pay" in plain
        assert "4 Lamp Lane" in plain
        assert "London" not in plain, "it is not sent there"


def test_a_cancellation_tells_as_well(shop: Shop) -> None:
    shop.stock("LAMP", 5)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 1))
    shop.cancel(buyer)
    shop.settle()
    subject, text, html = content(shop.post.emails[0])
    assert subject == f"Your order {shop.order(buyer)['number']} is cancelled"
    assert "cancelled" in text
    assert "cancelled" in Words(html).text


def test_a_message_that_nobody_stored_goes_back_to_its_queue(shop: Shop) -> None:
    assert not shop.post.bring("email", json.dumps({"message_id": "msg_none"}))
    assert shop.post.emails == []


def test_the_topic_and_the_mail_service_as_amazon_has_them(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Real clients against moto, which checks their parameters; filter and raw delivery are the template's."""
    import boto3
    from moto import mock_aws

    subscription = next(b["Properties"] for b in resources().values() if b["Type"] == "AWS::SNS::Subscription")
    with mock_aws():
        monkeypatch.setattr(topic, "_sns", lambda: boto3.client("sns"))
        monkeypatch.setattr(mail, "_ses", lambda: boto3.client("sesv2"))
        sns, sqs, ses = boto3.client("sns"), boto3.client("sqs"), boto3.client("sesv2")
        arn = sns.create_topic(Name="notifications")["TopicArn"]
        queue = sqs.create_queue(QueueName="email")["QueueUrl"]
        queue_arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        attributes = {
            "FilterPolicy": json.dumps(subscription["FilterPolicy"]),
            "RawMessageDelivery": str(subscription["RawMessageDelivery"]).lower(),
        }
        sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue_arn, Attributes=attributes)
        ses.create_email_identity(EmailIdentity="shop@example.com")
        monkeypatch.setenv("NOTIFICATIONS_TOPIC_ARN", arn)
        monkeypatch.setenv("MAIL_FROM", "shop@example.com")
        settings.cache_clear()
        shop.stock("LAMP", 5)
        shop.buy(Buyer(), ("LAMP", 1))
        assert not shop.bus.failures
        (message,) = sqs.receive_message(QueueUrl=queue)["Messages"]
        assert shop.post.bring("email", message["Body"])
        sent = boto3.client("ses").get_send_quota()["SentLast24Hours"]
    assert sent == 1
    assert shop.one("messages")["status"] == "sent"


def test_a_worker_that_died_holds_a_message_for_a_minute_only(shop: Shop) -> None:
    from datetime import timedelta

    from commerce.runtime.clock import now

    shop.stock("LAMP", 5)
    shop.buy(Buyer(), ("LAMP", 1))
    for seconds, taken in ((30, False), (-1, True)):
        with looking():
            lease = {"$set": {"leased_until": now() + timedelta(seconds=seconds)}}
            mongo.database()["messages"].update_many({}, lease)
        assert shop.post.bring(*shop.post.handovers[0]) is taken
    assert len(shop.post.emails) == 1


def test_only_known_facts_reach_people(shop: Shop) -> None:
    consume: Consumer = importlib.import_module("notifications.route_event").consume
    known = {"OrderConfirmed", "OrderCancelled", "StockSubscriptionDue", "AccountClosing", "PersonalDataReady"}
    known |= {"DisputeOpened", "DisputeClosed", "GiftCardIssued", "OrderHeld", "RefundFailed"}
    assert set(consume.reactions) == known
