"""Keys, versions, parameters, currencies, lists: the rules that hold for every call."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
import stripe

from scripts.sandbox.config import DEFAULT_STRIPE_SECRET_KEY
from scripts.sandbox.testing import Sandbox

Pay = Callable[..., stripe.PaymentIntent]


def post(sandbox: Sandbox, path: str, body: str, **headers: str) -> httpx.Response:
    form = "application/x-www-form-urlencoded"
    headers = {"Authorization": f"Bearer {DEFAULT_STRIPE_SECRET_KEY}", "Content-Type": form, **headers}
    return sandbox.http.post(sandbox.stripe_url + path, content=body, headers=headers)


def test_keys(sandbox: Sandbox) -> None:
    wrong = stripe.StripeClient("sk_test_somebody_else_1234", base_addresses={"api": sandbox.stripe_url})
    with pytest.raises(stripe.AuthenticationError) as refused:
        wrong.v1.customers.list()
    assert "Invalid API Key provided: sk_test_" in str(refused.value)
    assert "somebody" not in str(refused.value)
    none = sandbox.http.get(f"{sandbox.stripe_url}/v1/customers")
    assert none.status_code == 401
    assert none.json()["error"]["type"] == "invalid_request_error"
    basic = sandbox.http.get(f"{sandbox.stripe_url}/v1/customers", auth=(DEFAULT_STRIPE_SECRET_KEY, ""))
    assert basic.status_code == 200


def test_headers_of_an_answer(sandbox: Sandbox) -> None:
    answer = post(sandbox, "/v1/customers", "", **{"Stripe-Version": "2024-06-20"})
    assert answer.headers["request-id"].startswith("req_")
    assert answer.headers["stripe-version"] == "2024-06-20"
    assert post(sandbox, "/v1/customers", "", **{"Stripe-Version": "latest"}).status_code == 400


def test_unknown_calls(sandbox: Sandbox) -> None:
    assert "Unrecognized request URL" in post(sandbox, "/v1/nonsense", "").json()["error"]["message"]
    assert post(sandbox, "/v1/customers", "{}", **{"Content-Type": "application/json"}).status_code == 400
    assert sandbox.http.get(sandbox.stripe_url, headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ("currency=usd", "parameter_missing", "amount"),
        ("amount=2000", "parameter_missing", "currency"),
        ("amount=20.00&currency=usd", "parameter_invalid_integer", "amount"),
        ("amount=-5&currency=usd", "parameter_invalid_integer", "amount"),
        ("amount=100000000&currency=usd", "amount_too_large", "amount"),
        ("amount=2000&currency=doge", None, "currency"),
        ("amount=2000&currency=usd&colour=red", "parameter_unknown", "colour"),
        ("amount=2000&currency=usd&shipping[colour]=red", "parameter_unknown", "shipping[colour]"),
        ("amount=2000&currency=usd&customer=cus_none", "resource_missing", "customer"),
        ("amount=2000&currency=usd&payment_method=pm_none", "resource_missing", "payment_method"),
        ("amount=2000&currency=usd&metadata[" + "k" * 41 + "]=v", None, "metadata"),
        ("amount=2000&currency=usd&metadata[k]=" + "v" * 501, None, "metadata"),
        ("amount=2000&currency=usd&" + "&".join(f"metadata[k{n}]=v" for n in range(51)), None, "metadata"),
        ("amount=2000&currency=usd&return_url=http://localhost/", None, "return_url"),
        ("amount=2000&currency=usd&expand[]=nonsense", None, "expand"),
        ("amount=2000&currency=usd&amount[x]=1", None, "amount[x]"),
    ],
)
def test_refused_parameters(sandbox: Sandbox, body: str, code: str | None, param: str) -> None:
    answer = post(sandbox, "/v1/payment_intents", body)
    error = answer.json()["error"]
    assert answer.status_code in (400, 404)
    assert error["type"] == "invalid_request_error"
    assert (error.get("code"), error["param"]) == (code, param)
    listed = sandbox.http.get(f"{sandbox.stripe_url}/v1/payment_intents", auth=(DEFAULT_STRIPE_SECRET_KEY, ""))
    assert listed.json()["data"] == []


@pytest.mark.parametrize(
    ("currency", "least"),
    [("usd", 50), ("eur", 50), ("gbp", 30), ("jpy", 50), ("huf", 17500), ("mxn", 1000), ("kwd", 160), ("krw", 700)],
)
def test_minimum_amounts(client: stripe.StripeClient, currency: str, least: int) -> None:
    assert client.v1.payment_intents.create({"amount": least, "currency": currency}).amount == least
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.create({"amount": least - 10, "currency": currency})
    assert refused.value.code == "amount_too_small"


def test_three_decimal_currencies_end_in_zero(client: stripe.StripeClient, pay: Pay) -> None:
    paid = pay(amount=12340, currency="kwd")
    assert (paid.amount, paid.currency) == (12340, "kwd")
    with pytest.raises(stripe.InvalidRequestError, match="divisible by 10"):
        client.v1.payment_intents.create({"amount": 12345, "currency": "kwd"})
    with pytest.raises(stripe.InvalidRequestError, match="divisible by 10"):
        client.v1.refunds.create({"payment_intent": paid.id, "amount": 5})
    assert client.v1.refunds.create({"payment_intent": paid.id, "amount": 340}).amount == 340


def test_lists_walk_through_pages(client: stripe.StripeClient) -> None:
    made = [client.v1.customers.create({"name": str(n)}).id for n in range(5)][::-1]
    first = client.v1.customers.list({"limit": 2})
    assert first.has_more
    assert [row.id for row in first.data] == made[:2]
    second = client.v1.customers.list({"limit": 2, "starting_after": made[1]})
    assert [row.id for row in second.data] == made[2:4]
    back = client.v1.customers.list({"limit": 2, "ending_before": made[4]})
    assert back.has_more
    assert [row.id for row in back.data] == made[2:4]
    assert [row.id for row in first.auto_paging_iter()] == made
    everything: Any = client.v1.customers.list({"created": {"gte": 0, "lt": 4_000_000_000}})
    assert len(everything.data) == 5
    assert everything.url == "/v1/customers"
    for wrong in ({"limit": 101}, {"limit": 0}, {"starting_after": "cus_none"}):
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.customers.list(wrong)  # type: ignore[arg-type]


def test_expansion(client: stripe.StripeClient, pay: Pay) -> None:
    customer = client.v1.customers.create({"name": "Ada"})
    paid = pay(customer=customer.id, expand=["customer", "latest_charge.payment_intent.payment_method"])
    raw: Any = paid.to_dict()
    assert raw["customer"]["name"] == "Ada"
    assert raw["latest_charge"]["payment_intent"]["payment_method"]["card"]["last4"] == "4242"
    listed: Any = client.v1.payment_intents.list({"expand": ["data.customer"]}).to_dict()
    assert listed["data"][0]["customer"]["id"] == customer.id


def test_control_endpoints_are_not_for_other_sites(sandbox: Sandbox) -> None:
    for url in (sandbox.stripe_url, sandbox.clerk_url):
        for headers in ({"Origin": "http://localhost:8080"}, {"Sec-Fetch-Site": "cross-site"}):
            assert sandbox.http.post(f"{url}/_sandbox/reset", headers=headers).status_code == 403
        assert sandbox.http.get(f"{url}/_sandbox/health").json()["status"] == "ok"
        assert sandbox.http.put(f"{url}/_sandbox/webhooks", content="[").status_code == 400
