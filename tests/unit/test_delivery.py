"""Where an order goes: what people may type, and what is the same address."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from commerce.carts.delivery import Address, Contact, Delivery

ADDRESS = {
    "name": "Ada Lovelace",
    "line1": "12 St James's Square",
    "city": "London",
    "postal_code": "SW1Y 4JH",
    "country": "GB",
}


def wrong(model: type[Any], value: dict[str, Any]) -> set[str]:
    """The fields that are refused."""
    try:
        model.model_validate(value)
    except ValidationError as error:
        return {".".join(map(str, found["loc"])) for found in error.errors()}
    return set()


def test_a_plain_address_and_a_full_one() -> None:
    assert wrong(Address, ADDRESS) == set()
    full = ADDRESS | {"company": "Analytical Engines", "line2": "Flat 3", "region": "Greater London"}
    contact = {"email": "ada@example.com", "phone": "+44 20 7946 0958"}
    addresses = {"shipping_address": full, "billing_address": ADDRESS}
    assert wrong(Delivery, {"contact": contact, "method": "flat", **addresses}) == set()


@pytest.mark.parametrize("field", ["name", "line1", "city", "country"])
@pytest.mark.parametrize("value", [None, "", "   ", "\t"])
def test_what_must_be_there(field: str, value: str | None) -> None:
    assert wrong(Address, {name: v for name, v in (ADDRESS | {field: value}).items() if v is not None}) == {field}


@pytest.mark.parametrize("field", ["name", "company", "line1", "line2", "city", "region", "postal_code"])
@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\x00b", "a\u2028b", "a\x1bb", "x" * 121])
def test_one_line_of_text_and_no_more(field: str, value: str) -> None:
    """Line breaks would end up in mail headers and labels."""
    assert wrong(Address, ADDRESS | {field: value}) == {field}


@pytest.mark.parametrize("country", ["gb", "GBR", "G", "", "G1", "GB\n", "ÄÖ", 44])
def test_a_country_is_two_letters(country: object) -> None:
    assert wrong(Address, ADDRESS | {"country": country}) - {"country"} == set()
    if country != "GB\n":  # white space at the ends is taken off
        assert wrong(Address, ADDRESS | {"country": country}) == {"country"}


@pytest.mark.parametrize("name", ["Łukasz Ñandú", "山田太郎", "محمد", "O'Brien-Smith, Jr."])
def test_names_are_of_all_scripts(name: str) -> None:
    assert Address.model_validate(ADDRESS | {"name": f"  {name} "}).name == name


def test_members_that_there_are_not_are_refused() -> None:
    assert wrong(Address, ADDRESS | {"door_code": "1234"}) == {"door_code"}
    assert wrong(Contact, {"email": "ada@example.com", "fax": "1"}) == {"fax"}
    assert wrong(Delivery, {"contact": {"email": "a@example.com"}, "shipping_address": ADDRESS, "by": "drone"}) == {
        "by"
    }


@pytest.mark.parametrize("email", ["ada@example.com", "ada+tag@example.co.uk", "ada@shop.test", "jürgen@münchen.de"])
def test_addresses_of_email(email: str) -> None:
    assert wrong(Contact, {"email": email}) == set()


@pytest.mark.parametrize(
    "email",
    ["", "ada", "ada@", "@example.com", "ada@example", "a b@example.com", "ada@example.com\nBcc: eve@example.com",
     "ada@exa\x00mple.com", "Ada <ada@example.com>", "ada@example.com,eve@example.com", "a" * 250 + "@example.com", 7],
)  # fmt: skip
def test_what_is_no_address_of_email(email: object) -> None:
    assert wrong(Contact, {"email": email}) == {"email"}


def test_the_domain_is_not_case_sensitive() -> None:
    assert Contact(email="Ada@EXAMPLE.com").email == "Ada@example.com"


@pytest.mark.parametrize(("phone", "kept"), [("+44 (20) 7946-0958", "+442079460958"), ("020.7946.0958", "02079460958")])
def test_a_phone_number_is_kept_as_its_digits(phone: str, kept: str) -> None:
    assert Contact(email="ada@example.com", phone=phone).phone == kept


@pytest.mark.parametrize("phone", ["1234", "1" * 16, "call me", "+", "++44123456", "٠٢٠٧٩٤٦", "020 7946 0958 ext 3"])
def test_what_is_no_phone_number(phone: str) -> None:
    assert wrong(Contact, {"email": "ada@example.com", "phone": phone}) == {"phone"}


@pytest.mark.parametrize(
    "spelling",
    [{"name": "ADA  LOVELACE"}, {"line1": "12, St. Jamess Square"}, {"city": " london "}, {"postal_code": "sw1y4jh"},
     {"region": "England"}, {"company": "Souk"}, {"city": "\uff2c\uff4f\uff4e\uff44\uff4f\uff4e"}],
)  # fmt: skip
def test_spellings_of_the_same_address(spelling: dict[str, str]) -> None:
    """Nobody gets around the limit of unpaid orders with a comma."""
    assert Address.model_validate(ADDRESS | spelling).key() == Address.model_validate(ADDRESS).key()


@pytest.mark.parametrize(
    "other", [{"line1": "13 St James's Square"}, {"name": "Eve"}, {"country": "IE"}, {"line2": "Flat 3"}]
)
def test_another_address(other: dict[str, str]) -> None:
    assert Address.model_validate(ADDRESS | other).key() != Address.model_validate(ADDRESS).key()


@given(st.text(max_size=130), st.text(max_size=130))
def test_what_is_accepted_is_kept_and_accepted_again(name: str, line: str) -> None:
    value = ADDRESS | {"name": name, "line1": line}
    if not wrong(Address, value):
        kept = Address.model_validate(value)
        assert TypeAdapter(Address).validate_json(kept.model_dump_json()) == kept
        assert kept.name == name.strip()
