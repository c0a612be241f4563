"""Codes that people type: found however they are written, never with a slip in them, and made again by old keys."""

import re

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from commerce.runtime import codes
from tests.unit.conftest import Configure

pytestmark = pytest.mark.usefixtures("configure")
anyone = rules(suppress_health_check=[HealthCheck.function_scoped_fixture])
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def test_a_code_is_readable_and_long() -> None:
    made = {codes.make("gift_card", f"gc_{number}") for number in range(500)}
    assert len(made) == 500
    assert all(re.fullmatch(rf"([{SIGNS}]{{4}}-){{4}}[{SIGNS}]{{4}}", code) for code in made)
    for place in range(19):  # Every sign but the last is one of 32, and none of them more likely: 95 bits.
        assert len({code.replace("-", "")[place] for code in made}) == 32


def test_it_is_found_however_it_is_typed() -> None:
    code = next(code for number in range(99) if {"0", "1"} <= set(code := codes.make("gift_card", f"gc_{number}")))
    kept = codes.found_by("gift_card", code)[0]
    for typed in (code.lower(), code.replace("-", ""), code.replace("-", " "), code.replace("0", "o"), f" {code}\n"):
        assert codes.found_by("gift_card", typed) == [kept]
    assert codes.found_by("gift_card", code.replace("1", "l")) == codes.found_by("gift_card", code.replace("1", "I"))
    assert codes.found_by("gift_card", code.replace("1", "I")) == [kept]
    assert codes.found_by("coupon", code) != [kept], "another kind is another code"
    assert code.replace("-", "").endswith(codes.last_four(code))


@anyone
@given(st.data())
def test_a_slip_is_noticed(data: st.DataObject) -> None:
    compact = codes.make("gift_card", "gc_1").replace("-", "")
    place = data.draw(st.integers(0, 19))
    sign = data.draw(st.sampled_from(SIGNS.replace(compact[place], "")))
    assert codes.found_by("gift_card", compact[:place] + sign + compact[place + 1 :]) == []


@anyone
@given(st.text(max_size=64))
def test_anything_may_be_typed(text: str) -> None:
    assert len(codes.found_by("gift_card", text)) <= 1


def test_a_key_that_is_rotated_out_still_finds_and_makes(configure: Configure) -> None:
    configure(signing_keys="old")
    code = codes.make("gift_card", "gc_1")
    kept = codes.found_by("gift_card", code)[0]
    configure(signing_keys="new,old")
    assert codes.make("gift_card", "gc_1") != code
    assert kept in codes.found_by("gift_card", code)
    assert codes.again("gift_card", "gc_1", kept) == code
    configure(signing_keys="new")
    assert kept not in codes.found_by("gift_card", code)
    assert codes.again("gift_card", "gc_1", kept) == ""
