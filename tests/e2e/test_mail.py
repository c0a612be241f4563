"""The confirmation by email: once, in both forms, with a link that opens the order."""

import re

from tests.e2e.shopping import Shop, as_delivered, link_in
from tests.support.stack import wait_for


def test_a_guest_is_told_once_and_the_link_opens_the_order(shop: Shop) -> None:
    sku = shop.stock(5, price=1250)
    buyer = shop.buyer()
    order = buyer.buy((sku, 2))

    mail = buyer.wait_for_mail("confirmed")

    assert order["number"] in mail.subject
    for form in (mail.text, mail.html):
        assert order["number"] in form
        assert sku.title() in form
        assert "$25.00" in form
        assert "London" in form
    assert mail.html.lstrip().startswith("<!doctype html>")
    assert "<" not in mail.text
    order_id, token = link_in(mail.text)
    assert order_id == order["id"]
    assert link_in(re.sub("&amp;|&#43;", "&", mail.html)) == (order_id, token), "both forms have the link"
    assert f"{shop.stack.facts['shop']}/orders/{order_id}#token=" in mail.text, "no server sees what is in a fragment"

    someone = shop.buyer()
    assert someone.ask("GET", f"/orders/{order_id}").status_code == 404
    someone.order_token = token
    assert someone.get("GET", f"/orders/{order_id}")["status"] == "confirmed"
    other = buyer.place(sku)
    assert someone.ask("GET", f"/orders/{other['id']}").status_code == 404, "the token opens this order alone"


def test_an_event_that_comes_twice_is_one_mail(shop: Shop) -> None:
    sku = shop.stock(5)
    buyer = shop.buyer()
    order = buyer.buy(sku)
    buyer.wait_for_mail("confirmed")
    entry = shop.one("outbox", type="OrderConfirmed", **{"data.order_id": order["id"]})
    message = shop.one("messages", entity=order["id"])

    shop.stack.send("NotificationsRouteEvent", as_delivered(entry))
    shop.stack.send("NotificationsSendEmail", f'{{"message_id": "{message["_id"]}"}}')

    queues = ("NotificationsRouteEvent", "NotificationsSendEmail")
    wait_for(lambda: not any(map(shop.stack.messages, queues)), what="the queues are empty")
    assert len(buyer.mails()) == 1
    assert shop.count("messages", {"entity": order["id"]}) == 1
