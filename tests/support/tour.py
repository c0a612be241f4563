"""A tour of the shop: every function is called and every fact happens, each because of what people and providers do.

Nothing is forged. Samples are recorded from it, contracts are checked along it, and the built layer must walk it too.
"""

from dataclasses import dataclass
from typing import Any

from tests.support import rules
from tests.support.api import Answer, LambdaContext, call
from tests.support.shop import Buyer, Shop

METHOD_ARN = "arn:aws:execute-api:us-east-1:000000000000:api/api/{method}{path}"


@dataclass
class Tour:
    """The stations; `take` goes to all of them."""

    shop: Shop

    def take(self) -> None:
        """The whole tour. Each station begins with goods and a buyer of its own."""
        self.look_around()
        self.someone_has_an_account()
        self.guest_buys_and_cancels()
        self.person_signs_in_and_buys()
        self.card_is_declined_and_time_runs_out()
        self.money_meets_a_cancelled_order()
        self.refund_does_not_arrive()
        self.others_may_not()
        # They stand on this module.
        from tests.support import (
            tour_admin,
            tour_cards,
            tour_exchange,
            tour_gifts,
            tour_money,
            tour_paypal,
            tour_people,
            tour_pricing,
            tour_search,
        )

        for station in (
            tour_paypal,
            tour_gifts,
            tour_cards,
            tour_money,
            tour_search,
            tour_exchange,
            tour_admin,
            tour_people,
            tour_pricing,
        ):
            station.take(self)
        self.schedules_come_by()

    def settle(self) -> None:
        """The providers' events arrive, and all that follows from them, emails included."""
        self.shop.webhooks()
        self.shop.post.deliver()
        assert not self.shop.bus.failures, self.shop.bus.failures
        assert len(self.shop.post.emails) == len(self.shop.post.handovers)

    def buyer(self, name: str, sku: str, *, token: str = "") -> Buyer:
        """Someone, and something for them to buy."""
        self.shop.stock(sku, 5, price=1250)
        return Buyer(email=f"{name}@example.com", token=token)

    def look_around(self) -> None:
        """What anyone may see."""
        self.shop.stock("MUG-GREEN", 3, price=900)
        listed = ok(call("products.list_products", "GET", "/products?limit=10"))
        product = listed.json["items"][0]
        seen = ok(call("products.get_product", "GET", f"/products/{product['slug']}"))
        known = {"If-None-Match": seen.headers["ETag"]}
        again = call("products.get_product", "GET", f"/products/{product['slug']}", headers=known)
        assert again.status == 304
        ok(call("auth.get_config", "GET", "/auth/config"))
        ok(call("system.openapi", "GET", "/openapi.json"))
        ok(call("system.docs", "GET", "/docs"))
        assert call("system.health", "GET", "/health").status == 200

    def someone_has_an_account(self) -> None:
        """UserRegistered, SessionStarted, UserUpdated, SessionEnded, UserDeleted: Clerk's webhooks tell them."""
        clerk = self.shop.clerk
        clerk.listen()
        signed_in = self.shop.sandbox.session("hedy@example.com", fresh=True)
        person = f"/users/{signed_in['user_id']}"
        clerk.call("PATCH", person, {"last_name": "Lamarr"})
        clerk.call("POST", f"/sessions/{signed_in['session_id']}/revoke")
        clerk.call("DELETE", person)
        clerk.deliver()
        clerk.stop()
        self.shop.bus.deliver()

    def guest_buys_and_cancels(self) -> None:
        """OrderPlaced, PaymentSucceeded, OrderConfirmed, OrderCancelled, RefundSucceeded; two emails."""
        shop, buyer = self.shop, self.buyer("ada", "MUG-BLUE")
        shop.stock("MUG-RED", 5, price=1100)
        shop.cart_with(buyer, ("MUG-BLUE", 2), ("MUG-RED", 1))
        blue, red = (line["line_id"] for line in shop.cart(buyer).json["lines"])
        path = f"/carts/{buyer.cart_id}/lines"
        shown = buyer.headers()
        ok(call("carts.update_line", "PATCH", f"{path}/{red}", body={"saved": True}, headers=shown))
        written = {"quantity": 3, "note": "Happy birthday!"}
        ok(call("carts.update_line", "PATCH", f"{path}/{blue}", body=written, headers=shown))
        wish = {"note": "Please ring twice."}
        ok(call("carts.update_cart", "PATCH", f"/carts/{buyer.cart_id}", body=wish, headers=shown))
        ok(call("carts.remove_line", "DELETE", f"{path}/{red}", headers=shown))
        self.code_is_tried(buyer)
        ok(shop.deliver_to(buyer, phone="020 7946 0958", region="Greater London"))
        ok(shop.place(buyer, Idempotency_Key="place-1"), 201)
        begun = ok(shop.begin_payment(buyer, Idempotency_Key="pay-1"), 201)
        shop.confirm_card(begun.json["client_secret"])
        paid = call("payments.get_payment", "GET", f"/payments/{begun.json['id']}?sync=true", headers=buyer.headers())
        assert ok(paid).json["status"] == "paid"
        self.settle()
        assert shop.order(buyer)["status"] == "confirmed"
        ok(shop.cancel(buyer, Idempotency_Key="cancel-1"))
        shop.bus.deliver()
        self.settle()
        assert shop.order(buyer)["refunded"] == shop.order(buyer)["totals"]["total"]
        documents = ok(shop.invoice(buyer)).json
        assert [note["total"] for note in documents["credit_notes"]] == [documents["total"]]

    def code_is_tried(self, buyer: Buyer) -> None:
        """A code goes into the cart and out again; what sending it costs."""
        rules.coupon("WELCOME10")
        path, shown = f"/carts/{buyer.cart_id}", buyer.headers()
        ok(call("carts.apply_coupon", "PUT", f"{path}/coupon", body={"code": "welcome10"}, headers=shown))
        ok(call("carts.remove_coupon", "DELETE", f"{path}/coupon", headers=shown))
        ok(call("carts.list_shipping_options", "GET", f"{path}/shipping-options", headers=shown))

    def person_signs_in_and_buys(self) -> None:
        """The authorizer and what stands behind it; OrderHeld, OrderReleased."""
        shop = self.shop
        token = shop.sandbox.session_token("grace@example.com")
        person = signed_in(token, "GET", "/me/orders")
        ok(call("auth.get_session", "GET", "/auth/session", authorizer=person, headers=bearer(token)))
        phone = shop.sandbox.session("grace@example.com", fresh=True)["session_id"]
        listed = ok(call("auth.list_sessions", "GET", "/auth/sessions", authorizer=person, headers=bearer(token)))
        assert [one["current"] for one in listed.json["items"]] == [False, True]
        path = f"/auth/sessions/{phone}"
        ok(call("auth.revoke_session", "DELETE", path, authorizer=person, headers=bearer(token)), 204)
        buyer = self.buyer("grace", "LAMP", token=token)
        guest = Buyer(email=buyer.email)
        shop.cart_with(guest, ("LAMP", 1))
        claim = f"/carts/{guest.cart_id}/claim"
        whose = {"authorizer": signed_in(token, "POST", claim), "headers": guest.headers() | bearer(token)}
        ok(call("carts.claim_cart", "POST", claim, **whose))
        shop.ready_order(buyer, ("LAMP", 1))
        staff_token = shop.sandbox.session_token("staff@example.com", "staff")
        staff = signed_in(staff_token, "POST", f"/admin/orders/{buyer.order_id}/hold")
        options: dict[str, Any] = {"authorizer": staff, "headers": bearer(staff_token)}
        path = f"/admin/orders/{buyer.order_id}"
        ok(call("orders.hold_order", "POST", f"{path}/hold", body={"reason": "looks odd"}, **options))
        assert shop.begin_payment(buyer).status == 409
        ok(call("orders.release_order", "POST", f"{path}/release", **options))
        shop.pay(buyer, "pm_card_visa")
        self.settle()
        mine = call("orders.list_my_orders", "GET", "/me/orders?limit=5", authorizer=person, headers=bearer(token))
        assert [order["status"] for order in ok(mine).json["items"]] == ["confirmed"]

    def card_is_declined_and_time_runs_out(self) -> None:
        """PaymentFailed, OrderExpiring, PaymentVoided, OrderExpired."""
        shop, buyer = self.shop, self.buyer("alan", "KETTLE")
        shop.ready_order(buyer, ("KETTLE", 1))
        shop.pay(buyer, "pm_card_chargeDeclined")
        self.settle()
        shop.expire_time(buyer)
        shop.run_expiry()
        self.settle()
        assert shop.order(buyer)["status"] == "expired"

    def money_meets_a_cancelled_order(self) -> None:
        """OrderUnfulfillable: the success was on its way when the order was cancelled."""
        shop, buyer = self.shop, self.buyer("edsger", "BOWL")
        shop.ready_order(buyer, ("BOWL", 1))
        shop.pay(buyer)
        for happened in shop.stripe_events():
            shop.webhook(happened)
        ok(shop.cancel(buyer))
        shop.bus.deliver()
        self.settle()
        assert shop.order(buyer)["status"] == "cancelled"

    def refund_does_not_arrive(self) -> None:
        """RefundFailed: the bank sends back what Stripe had called succeeded."""
        shop, buyer = self.shop, self.buyer("barbara", "VASE")
        shop.ready_order(buyer, ("VASE", 1))
        shop.pay(buyer)
        self.settle()
        ok(shop.cancel(buyer))
        shop.bus.deliver()
        refund = shop.one("refunds", order_id=buyer.order_id)["provider_ref"]
        shop.sandbox.stripe_control("POST", f"/refunds/{refund}/finish", {"outcome": "failed"})
        self.settle()

    def others_may_not(self) -> None:
        """Answers that say no, in every way there is."""
        shop, buyer = self.shop, self.buyer("niklaus", "DESK")
        shop.cart_with(buyer, ("DESK", 1))
        stranger = {"X-Cart-Token": "0.nonsense"}
        path = f"/carts/{buyer.cart_id}"
        refusals = [
            call("carts.get_cart", "GET", path, headers=stranger),
            call("carts.add_line", "POST", f"{path}/lines", body={"sku": "NONE"}, headers=buyer.headers()),
            call("carts.add_line", "POST", f"{path}/lines", body={"quantity": "x"}, headers=buyer.headers()),
            call("carts.add_line", "POST", f"{path}/lines", raw="{", headers=buyer.headers()),
            call("carts.create_cart", "POST", "/carts", raw="<a/>", headers={"Content-Type": "text/xml"}),
            call("products.list_products", "GET", "/products?limit=1000"),
            call("products.list_products", "GET", "/products?cursor=forged"),
            call("orders.list_my_orders", "GET", "/me/orders"),
            call("orders.get_order", "GET", "/orders/ord_none", headers=bearer("nonsense")),
            call("carts.get_cart", "GET", path, headers={"X-Padding": "x" * 9000}),
            shop.place(buyer, quote="stale"),
        ]
        statuses = {refusal.status for refusal in refusals}
        assert statuses == {400, 401, 404, 409, 415, 422, 431}, statuses

    def schedules_come_by(self) -> None:
        """The relay, which finds nothing to do."""
        import system.relay_outbox

        schedule = {"id": "schedule", "source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}
        assert system.relay_outbox.handler(schedule, LambdaContext()) == {"relayed": 0}


def ok(answer: Answer, status: int = 200) -> Answer:
    """The answer, which is as expected."""
    assert answer.status == status, f"{answer.status}: {answer.text}"
    return answer


def bearer(token: str) -> dict[str, str]:
    """The header of a session token."""
    return {"Authorization": f"Bearer {token}"}


def signed_in(token: str, method: str, path: str) -> dict[str, str]:
    """What the gateway hands on after its authorizer has spoken."""
    import auth.authorizer

    request = {
        "type": "REQUEST",
        "methodArn": METHOD_ARN.format(method=method, path=path),
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": bearer(token),
        "queryStringParameters": None,
        "pathParameters": None,
        "requestContext": {"requestId": "authorize", "stage": "api", "identity": {"sourceIp": "203.0.113.7"}},
    }
    decided = auth.authorizer.handler(request, LambdaContext())
    context: dict[str, str] = decided["context"] | {"principalId": decided["principalId"]}
    return context
