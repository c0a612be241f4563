"""Ids sort by birth; order numbers survive the telephone."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.runtime.ids import is_order_number, new_id, new_order_number

_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
numbers = st.builds(new_order_number)


def compact(number: str) -> str:
    return number.replace("-", "")


@pytest.mark.parametrize("prefix", ["ord", "prod", "cart", "evt"])
def test_an_id_says_what_it_names(prefix: str) -> None:
    assert re.fullmatch(rf"{prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}", new_id(prefix))


def test_ids_sort_by_time_of_birth() -> None:
    ids = []
    for _ in range(20):
        ids.append(new_id("ord"))
        time.sleep(0.002)
    assert ids == sorted(ids)
    assert len(set(ids)) == 20


def test_order_numbers_look_alike_and_are_not() -> None:
    made = {new_order_number() for _ in range(2000)}
    assert len(made) == 2000
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-Z*]", number) for number in made)


@given(numbers)
def test_an_order_number_is_one(number: str) -> None:
    assert is_order_number(number)
    assert is_order_number(number.lower().replace("-", " "))


@given(numbers, st.integers(0, 10), st.sampled_from(_SIGNS))
def test_every_single_slip_is_caught(number: str, place: int, sign: str) -> None:
    signs = list(compact(number))
    if signs[place] != sign:
        signs[place] = sign
        assert not is_order_number("".join(signs))


@given(numbers, st.integers(0, 9))
def test_every_swap_of_neighbours_is_caught(number: str, place: int) -> None:
    signs = list(compact(number))
    if signs[place] != signs[place + 1]:
        signs[place], signs[place + 1] = signs[place + 1], signs[place]
        assert not is_order_number("".join(signs))


@pytest.mark.parametrize(
    "text", ["", "7KQ2M", "x" * 11, "AAAAA-AAAAA-AA", "ÄÄÄÄÄ-ÄÄÄÄÄ-Ä", "٣٣٣٣٣-٣٣٣٣٣-٣", "!!!!!-!!!!!-!"]
)
def test_other_text_is_not_an_order_number(text: str) -> None:
    assert not is_order_number(text)
