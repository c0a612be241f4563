"""What an operation asks of whoever comes, by its permission."""

import time
from typing import Any

import pytest

from commerce.runtime import access, blocklist, door, permissions
from commerce.runtime.blocklist import AccountBlocked
from commerce.runtime.caller import Caller
from commerce.runtime.door import NotInPerson
from commerce.runtime.errors import Forbidden, Unauthorized
from commerce.runtime.permissions import ADMIN, ANYONE, GUEST, STAFF, USER, Permission
from tests.unit.conftest import Log

NOBODY: dict[str, Any] = {"requestContext": {"identity": {"sourceIp": "203.0.113.7"}}}


class Listed(blocklist.Known):
    """A list with one name on it."""

    def holds(self, user_id: str) -> bool:
        return user_id == "blocked"


@pytest.fixture(autouse=True)
def _list(configure: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocklist, "known", Listed())


def decided(role: str = "customer", **more: str) -> dict[str, Any]:
    """An event that the gateway's authorizer has let through."""
    context = {"user_id": "ada", "session_id": "sess_1", "role": role, "exp": str(int(time.time()) + 60)}
    return {"requestContext": {"authorizer": context | more}}


def admitted(permission: Permission, event: dict[str, Any], **headers: str) -> Caller | None:
    return door.admit(permission, None, event, headers)


def test_anyone_is_not_even_asked() -> None:
    for event in (NOBODY, decided("nonsense"), decided(user_id="blocked"), decided(impersonated_by="staff")):
        assert admitted(ANYONE, event, authorization="Bearer nonsense") is None


def test_a_guest_comes_in_where_guests_may() -> None:
    assert admitted(GUEST, NOBODY) == Caller(address="203.0.113.7")
    with pytest.raises(Unauthorized):
        admitted(GUEST, NOBODY, authorization="Bearer nonsense")
    for permission in (USER, STAFF, ADMIN):
        with pytest.raises(Unauthorized):
            admitted(permission, NOBODY)


@pytest.mark.parametrize(
    ("role", "comes_in"), [("customer", (GUEST, USER)), ("staff", (GUEST, USER, STAFF)),
                           ("admin", (GUEST, USER, STAFF, ADMIN))],
)  # fmt: skip
def test_roles(role: str, comes_in: tuple[Permission, ...]) -> None:
    for permission in (GUEST, USER, STAFF, ADMIN):
        if permission in comes_in:
            who = admitted(permission, decided(role))
            assert who is not None
            assert (who.user_id, who.role) == ("ada", role)
        else:
            with pytest.raises(Forbidden):
                admitted(permission, decided(role))


def test_who_is_shut_out_stays_out_whatever_their_role() -> None:
    for permission in (GUEST, USER, STAFF, ADMIN):
        for role in ("customer", "admin"):
            with pytest.raises(AccountBlocked):
                admitted(permission, decided(role, user_id="blocked"))


def test_someone_signed_in_as_another_may_look_but_not_act(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[Caller] = []
    monkeypatch.setattr(access, "note_signed_in_as", noted.append)
    staff = decided(impersonated_by="user_of_the_house")
    for permission in (GUEST, USER):
        who = admitted(permission, staff)
        assert who is not None
        assert who.impersonated_by == "user_of_the_house"
        with pytest.raises(NotInPerson) as refused:
            admitted(permission.personally(), staff)
        assert (refused.value.status, refused.value.code) == (403, "not_in_person")
    assert log()[-1]["impersonated_by"] == "user_of_the_house", "and it is written down"
    assert [who.impersonated_by for who in noted] == ["user_of_the_house"] * 2, "each look, and nothing else"
    for permission in (STAFF, ADMIN):
        with pytest.raises(NotInPerson):
            admitted(permission, decided("admin", impersonated_by="user_of_the_house"))


def test_in_person_is_no_burden_on_guests_and_people() -> None:
    assert admitted(GUEST.personally(), NOBODY) is not None
    assert admitted(USER.personally(), decided()) is not None


def test_an_operation_without_a_row_does_not_start() -> None:
    with pytest.raises(LookupError, match="no row for 'grant_wishes'"):
        permissions.of("grant_wishes")


def test_where_money_moves_nobody_acts_for_another() -> None:
    money = {"apply_coupon", "place_order", "cancel_order", "create_payment"}
    assert {name for name in money if permissions.of(name).in_person} == money
    house = [name for name, row in permissions.PERMISSIONS.items() if row.who in {"staff", "admin"}]
    assert all(permissions.of(name).in_person for name in house)
