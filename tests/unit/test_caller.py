"""Who is calling, by what is shown."""

import time
from typing import Any

import pytest

from commerce.runtime import caller, signing
from commerce.runtime.caller import Caller, bearer, from_event
from commerce.runtime.errors import Forbidden, NotFound, Unauthorized

pytestmark = pytest.mark.usefixtures("configure")


def decided(**more: Any) -> dict[str, Any]:
    context = {"user_id": "user_1", "session_id": "sess_1", "role": "customer", "exp": str(int(time.time()) + 60)}
    return {"requestContext": {"authorizer": context | more, "identity": {"sourceIp": "203.0.113.7"}}}


def test_nothing_shown_is_a_guest() -> None:
    who = from_event({"requestContext": {"identity": {"sourceIp": "203.0.113.7"}}}, {})
    assert who == Caller(address="203.0.113.7")
    assert not who.user_id


def test_the_authorizer_has_spoken() -> None:
    who = from_event(decided(role="admin"), {"x-cart-token": "c", "x-order-token": "o"})
    assert (who.user_id, who.session_id, who.role) == ("user_1", "sess_1", "admin")
    assert (who.cart_token, who.order_token) == ("c", "o")


@pytest.mark.parametrize(("late", "fine"), [(caller.LEEWAY_SECONDS - 2, True), (caller.LEEWAY_SECONDS + 2, False)])
def test_a_decision_that_the_gateway_kept_too_long_is_void(late: int, fine: bool) -> None:
    event = decided(exp=str(int(time.time()) - late))
    if fine:
        assert from_event(event, {}).user_id == "user_1"
    else:
        with pytest.raises(Unauthorized):
            from_event(event, {})


def test_a_bad_token_is_no_guest() -> None:
    with pytest.raises(Unauthorized):
        from_event({}, {"authorization": "Bearer nonsense"})


@pytest.mark.parametrize(("header", "token"), [("", ""), ("  ", ""), ("Bearer abc", "abc"), ("bearer  abc ", "abc")])
def test_the_bearer_header(header: str, token: str) -> None:
    assert bearer(header) == token


@pytest.mark.parametrize("header", ["Basic abc", "abc", "Bearer", "Bearer  "])
def test_another_scheme_is_refused(header: str) -> None:
    with pytest.raises(Unauthorized):
        bearer(header)


def opens(who: Caller, kind: str, subject: str, owner: str) -> bool:
    try:
        who.may_open(kind, subject, owner)
    except NotFound:
        return False
    return True


def test_who_may_open_what() -> None:
    cart, order = signing.grant("cart", "cart_1|1"), signing.grant("order", "ord_1|1")
    ada, eve, guest = Caller(user_id="ada"), Caller(user_id="eve"), Caller()
    holder = Caller(cart_token=cart, order_token=order)

    assert opens(ada, "cart", "cart_1|1", "ada")
    assert opens(ada, "order", "ord_1|1", "ada")
    for stranger in (eve, guest, Caller(role="admin", user_id="admin")):
        assert not opens(stranger, "cart", "cart_1|1", "ada")
        assert not opens(stranger, "order", "ord_1|1", "ada")
        assert not opens(stranger, "order", "ord_1|1", "")
    assert opens(holder, "cart", "cart_1|1", "")
    assert opens(holder, "order", "ord_1|1", "")
    assert opens(holder, "order", "ord_1|1", "ada"), "the link in the owner's mail"
    assert not opens(holder, "cart", "cart_1|1", "ada"), "a user's cart is opened by its owner alone"
    assert not opens(holder, "cart", "cart_1|2", ""), "another version of the token"
    assert not opens(Caller(order_token=cart), "order", "cart_1|1", ""), "a token of another kind"


def test_nobody_is_not_the_owner_of_what_has_none() -> None:
    assert not opens(Caller(user_id=""), "order", "ord_1|1", "")


@pytest.mark.parametrize(
    ("role", "wanted", "fine"),
    [("customer", "customer", True), ("customer", "staff", False), ("staff", "staff", True), ("staff", "admin", False),
     ("admin", "staff", True), ("admin", "admin", True)],
)  # fmt: skip
def test_roles(role: str, wanted: str, fine: bool) -> None:
    who = Caller(user_id="user_1", role=role)
    if fine:
        who.require(wanted)
    else:
        with pytest.raises(Forbidden):
            who.require(wanted)


def test_a_role_without_a_person_is_nothing() -> None:
    with pytest.raises(Unauthorized):
        Caller(role="admin").require("customer")


def test_an_idempotency_key_belongs_to_a_person_or_to_a_tokens_holder() -> None:
    holder = Caller(cart_token="c", order_token="o")
    assert Caller(user_id="ada").scope("cart", "cart_1") == "ada|cart_1"
    assert holder.scope("cart", "cart_1") != holder.scope("order", "cart_1")
    assert holder.scope("cart", "cart_1") != Caller(cart_token="other").scope("cart", "cart_1")


def test_a_caller_is_counted_by_what_tells_them_from_others_and_no_secret_can_be_read_out_of_that() -> None:
    assert Caller(user_id="ada", cart_token="c").counted_as == "ada"
    holder = Caller(cart_token="c.secret", order_token="o.secret")
    assert holder.counted_as == Caller(cart_token="c.secret").counted_as
    assert holder.counted_as not in {"", Caller(cart_token="c.other").counted_as, "c.secret"}
    assert Caller(order_token="o.secret").counted_as
    assert Caller(address="203.0.113.7").counted_as == ""
