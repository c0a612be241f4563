"""The sandbox's objects against the field names and types that Stripe publishes with its SDK."""

import ast
import inspect
import re
import typing
from collections.abc import Callable
from typing import Any, Literal, Union

import pytest
import stripe
from stripe._expandable_field import ExpandableField

Pay = Callable[..., stripe.PaymentIntent]

# Left out of answers by Stripe itself unless expanded, or meant for other kinds of account or older versions.
_EXTRA = {"charge": {"destination", "dispute", "order"}, "balance_transaction": {"balance_type"}}


def declared(model: type) -> dict[str, Any]:
    """The annotations of an SDK class, evaluated with what its module has, nested classes included."""
    module = inspect.getmodule(model)
    names = {**vars(stripe), **vars(typing), **vars(module), "ExpandableField": ExpandableField}
    for part in model.__qualname__.split(".")[:-1]:
        owner: Any = names.get(part) or getattr(module, part)
        names |= vars(owner)
    names |= vars(model)
    read = {}
    for name, text in model.__annotations__.items():
        if name in ("OBJECT_NAME", "_inner_class_types", "_field_encodings", "_search_method"):
            continue
        read[name] = _resolve(text, names)
    return read


def _resolve(annotation: Any, names: dict[str, Any]) -> Any:
    if not isinstance(annotation, str):
        return annotation
    # Names that are only imported for type checkers stand for other API objects: any hash will do.
    tree = ast.parse(annotation, mode="eval")
    unknown = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id not in names}
    return eval(annotation, {"__builtins__": __builtins__}, names | dict.fromkeys(unknown, stripe.StripeObject))


def check(value: Any, kind: Any, where: str) -> None:  # noqa: C901 - one branch per sort of type
    """Raises AssertionError when a JSON value is not of the declared type."""
    if isinstance(kind, (str, typing.ForwardRef)):
        assert isinstance(value, (dict, str)), where
        return
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any or kind is typing.NoReturn:
        return
    if origin is Union:
        assert any(_fits(value, choice, where) for choice in arguments), f"{where}: {value!r} is not {kind}"
    elif origin is Literal:
        assert value in arguments, f"{where}: {value!r} is not {kind}"
    elif origin is list:
        assert isinstance(value, list), where
        for item in value:
            check(item, arguments[0], f"{where}[]")
    elif origin is not None:
        assert isinstance(value, dict), where
    elif isinstance(kind, typing.TypeVar):
        return
    elif inspect.isclass(kind) and issubclass(kind, stripe.StripeObject):
        assert isinstance(value, dict), f"{where}: {value!r} is no {kind.__name__}"
        if value.get("object", "") == "" and kind is not stripe.StripeObject:
            check_object(value, kind, where)
    else:
        assert type(value) is kind, f"{where}: {value!r} is not {kind}"


def _fits(value: Any, kind: Any, where: str) -> bool:
    try:
        check(value, kind, where)
    except AssertionError:
        return False
    return True


def check_object(value: dict[str, Any], model: type, where: str) -> None:
    """Every field is known and of its type; every field that is never null is there."""
    fields = declared(model)
    for name, given in value.items():
        if name in _EXTRA.get(where, set()):
            continue
        assert name in fields, f"{where}.{name} is no field of {model.__qualname__}"
        check(given, fields[name], f"{where}.{name}")
    for name, kind in fields.items():
        optional = typing.get_origin(kind) is Union and type(None) in typing.get_args(kind)
        assert optional or name in value, f"{where}.{name} is missing"


@pytest.mark.parametrize(
    "token", ["pm_card_visa", "pm_card_chargeDeclined", "pm_card_authenticationRequired", "pm_card_createDispute"]
)
def test_shapes(client: stripe.StripeClient, pay: Pay, token: str) -> None:
    customer = client.v1.customers.create({"email": "ada@example.com", "address": {"city": "Graz", "country": "AT"}})
    try:
        pay(token, customer=customer.id, metadata={"a": "b"}, shipping={"name": "Ada", "address": {"line1": "Hof 1"}})
    except stripe.CardError as error:
        body: Any = error.json_body
        check_object(body["error"]["payment_intent"], stripe.PaymentIntent, "payment_intent")
        check_object(body["error"]["payment_method"], stripe.PaymentMethod, "payment_method")
    if token == "pm_card_visa":
        client.v1.refunds.create({"payment_intent": client.v1.payment_intents.list().data[0].id})
    seen = set()
    for kind, model in (
        ("payment_intents", stripe.PaymentIntent),
        ("charges", stripe.Charge),
        ("refunds", stripe.Refund),
        ("events", stripe.Event),
        ("disputes", stripe.Dispute),
        ("customers", stripe.Customer),
        ("balance_transactions", stripe.BalanceTransaction),
    ):
        listed: Any = getattr(client.v1, kind).list({"limit": 100})
        for row in listed.to_dict()["data"]:
            check_object(row, model, row["object"])
            seen.add(row["object"])
    assert {"payment_intent", "event", "customer"} <= seen


def test_the_checker_finds_what_is_wrong(client: stripe.StripeClient, pay: Pay) -> None:
    good: Any = client.v1.payment_intents.retrieve(pay().id).to_dict()
    check_object(good, stripe.PaymentIntent, "payment_intent")
    for change in ({"amount": "2000"}, {"colour": "red"}, {"next_action": {"type": 5}}, {"payment_method_types": [1]}):
        with pytest.raises(AssertionError):
            check_object({**good, **change}, stripe.PaymentIntent, "payment_intent")
    with pytest.raises(AssertionError):
        check_object({key: value for key, value in good.items() if key != "status"}, stripe.PaymentIntent, "x")


def test_ids_look_like_stripes(client: stripe.StripeClient, pay: Pay) -> None:
    paid = pay()
    assert re.fullmatch(r"pi_\w{24}", paid.id)
    assert re.fullmatch(r"ch_\w{24}", str(paid.latest_charge))
    assert re.fullmatch(r"pi_\w{24}_secret_\w{25}", str(paid.client_secret))
