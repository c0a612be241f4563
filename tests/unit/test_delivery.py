"""Where an order goes: what people may type."""

from typing import Any

import pytest
from pydantic import ValidationError

from commerce.carts.delivery import Contact, Delivery, checked
from commerce.runtime.errors import Invalid

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


def test_a_plain_delivery_and_a_full_one() -> None:
    plain = Delivery.model_validate({"contact": {"email": "ada@example.com"}, "shipping_address": ADDRESS})
    assert checked(plain) == plain
    full = ADDRESS | {"company": "Analytical Engines", "line2": "Flat 3", "region": "Greater London"}
    contact = {"email": "ada@example.com", "phone": "020 7946 0958"}
    addresses = {"shipping_address": full | {"postal_code": "sw1y 4jh"}, "billing_address": ADDRESS}
    kept = checked(Delivery.model_validate({"contact": contact, "method": "flat", **addresses}))
    assert kept.contact.phone == "+442079460958"
    assert kept.shipping_address.postal_code == "SW1Y 4JH"


def test_everything_that_is_wrong_is_told_at_once() -> None:
    there = ADDRESS | {"country": "US"}
    with pytest.raises(Invalid) as caught:
        checked(
            Delivery.model_validate(
                {
                    "contact": {"email": "ada@example.com", "phone": "call me"},
                    "shipping_address": there,
                    "billing_address": ADDRESS | {"country": "ZZ"},
                }
            )
        )
    assert [(fault.field, fault.code) for fault in caught.value.errors] == [
        ("shipping_address.region", "field_required"),
        ("shipping_address.postal_code", "postal_code_invalid"),
        ("billing_address.country", "country_unknown"),
        ("contact.phone", "phone_invalid"),
    ]


def test_an_empty_phone_number_is_none() -> None:
    delivery = {"contact": {"email": "ada@example.com", "phone": " "}, "shipping_address": ADDRESS}
    assert checked(Delivery.model_validate(delivery)).contact.phone is None


def test_nothing_unknown_is_taken() -> None:
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
    assert Contact(email="Ada@EXAMPLE.com").email == "ada@example.com"
