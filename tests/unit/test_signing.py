"""Tokens: each opens one thing, until its time, and nothing that was touched opens anything."""

import string

import pytest
import time_machine
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from commerce.runtime import signing
from tests.unit.conftest import Configure

pytestmark = pytest.mark.usefixtures("configure")
anyone = rules(suppress_health_check=[HealthCheck.function_scoped_fixture])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_a_token_opens_its_thing() -> None:
    token = signing.grant("order", "ord_1|1")
    assert signing.granted("order", "ord_1|1", token)
    assert token == signing.grant("order", "ord_1|1"), "a replay must be able to give it again"


@pytest.mark.parametrize(
    ("kind", "subject"), [("cart", "ord_1|1"), ("order", "ord_2|1"), ("order", "ord_1|2"), ("order", "ord_1")]
)
def test_it_opens_nothing_else(kind: str, subject: str) -> None:
    assert not signing.granted(kind, subject, signing.grant("order", "ord_1|1"))


def test_a_token_ends_with_its_time() -> None:
    with time_machine.travel(1_780_000_000, tick=False) as clock:
        token = signing.grant("quote", "q", expires_at=1_780_000_060)
        assert signing.granted("quote", "q", token)
        clock.shift(59)
        assert signing.granted("quote", "q", token)
        clock.shift(1)
        assert not signing.granted("quote", "q", token)


def test_its_time_cannot_be_lengthened() -> None:
    token = signing.grant("quote", "q", expires_at=1_000)
    assert not signing.granted("quote", "q", "ffffffff" + token[token.index(".") :])
    assert not signing.granted("quote", "q", "0" + token[token.index(".") :])


@anyone
@given(st.data())
def test_a_token_with_any_sign_changed_is_void(data: st.DataObject) -> None:
    token = signing.grant("order", "ord_1|1", expires_at=4_000_000_000)
    place = data.draw(st.integers(0, len(token) - 1))
    sign = data.draw(st.sampled_from(string.printable + "é\u0663"))
    touched = token[:place] + sign + token[place + 1 :]
    assert signing.granted("order", "ord_1|1", touched) is (touched == token)


@pytest.mark.parametrize(
    "spelling", [str.upper, "0{}".format, "0x{}".format, " {}".format, "{}=".format, "{}\n".format]
)
def test_a_token_has_one_spelling(spelling: object) -> None:
    assert callable(spelling)
    token = signing.grant("order", "ord_1|1", expires_at=4_000_000_000)
    assert not signing.granted("order", "ord_1|1", spelling(token))


@pytest.mark.parametrize("token", [None, "", ".", "0", "0.", "zz.zz", "0." + "A" * 43, "0." + "A" * 100_000, "1.é"])
def test_nonsense_opens_nothing(token: str | None) -> None:
    assert not signing.granted("order", "ord_1|1", token)


def test_keys_rotate_without_shutting_anyone_out(configure: Configure) -> None:
    configure(signing_keys="old")
    token, cursor = signing.grant("cart", "c"), signing.seal("cursor", [1])
    configure(signing_keys="new,old")
    assert signing.granted("cart", "c", token)
    assert signing.unseal("cursor", cursor) == [1]
    assert signing.grant("cart", "c") != token, "the first key signs"

    configure(signing_keys="new")
    assert not signing.granted("cart", "c", token)
    with pytest.raises(ValueError, match="sealed"):
        signing.unseal("cursor", cursor)


@anyone
@given(json_values)
def test_what_is_sealed_is_unsealed(value: object) -> None:
    assert signing.unseal("cursor", signing.seal("cursor", value)) == value


@anyone
@given(st.data())
def test_a_seal_that_was_touched_is_broken(data: st.DataObject) -> None:
    sealed = signing.seal("cursor", ["products|", ["prod_1"]])
    place = data.draw(st.integers(0, len(sealed) - 1))
    sign = data.draw(st.sampled_from(string.printable + "é"))
    touched = sealed[:place] + sign + sealed[place + 1 :]
    try:
        value = signing.unseal("cursor", touched)
    except ValueError:
        return
    assert value == ["products|", ["prod_1"]], "at most another spelling of the same signature"


def test_a_seal_is_good_for_one_kind() -> None:
    with pytest.raises(ValueError, match="sealed"):
        signing.unseal("link", signing.seal("cursor", 1))
