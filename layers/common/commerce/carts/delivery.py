"""Where an order goes and whom to write to."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from commerce import postal
from commerce.postal import Address, Phone
from commerce.runtime.errors import FieldError, Invalid
from commerce.runtime.people import Email

_STRICT = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Contact(BaseModel):
    """Whom to write to about the order."""

    model_config = _STRICT

    email: Email
    phone: Phone | None = None


class Delivery(BaseModel):
    """Contact, addresses and the way it is sent.

    No billing address means the shipping address. `method` is the id of a shipping option; empty, it is the cheapest.
    """

    model_config = _STRICT

    contact: Contact
    shipping_address: Address
    billing_address: Address | None = None
    method: Annotated[str, StringConstraints(max_length=64)] = ""


def checked(typed: Delivery) -> Delivery:
    """What was typed, as the post and the telephone need it; see `postal`.

    Raises:
        Invalid: with everything that is wrong with it.
    """
    faults: list[FieldError] = []
    shipping = postal.checked(typed.shipping_address, "shipping_address", faults)
    billing = typed.billing_address and postal.checked(typed.billing_address, "billing_address", faults)
    phone = typed.contact.phone and postal.checked_phone(typed.contact.phone, shipping.country, "contact.phone", faults)
    if faults:
        raise Invalid(" ".join(fault.message for fault in faults[:3]), errors=faults)
    contact = typed.contact.model_copy(update={"phone": phone or None})
    return typed.model_copy(update={"contact": contact, "shipping_address": shipping, "billing_address": billing})
