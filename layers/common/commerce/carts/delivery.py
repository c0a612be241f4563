"""Where an order goes and whom to write to."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from commerce.runtime.people import Email

_STRICT = ConfigDict(extra="forbid", str_strip_whitespace=True)


def _one_line(text: str) -> str:
    if any(unicodedata.category(sign) in {"Cc", "Zl", "Zp"} for sign in text):
        raise ValueError("must be one line without control characters")
    return text


def _phone(text: str) -> str:
    compact = re.sub(r"[\s().-]", "", text)
    if not re.fullmatch(r"\+?[0-9]{5,15}", compact, re.ASCII):
        raise ValueError("must be a telephone number of 5 to 15 digits, best with + and the country code")
    return compact


_Line = Annotated[str, AfterValidator(_one_line)]
Filled = Annotated[_Line, StringConstraints(min_length=1, max_length=120)]
Short = Annotated[_Line, StringConstraints(max_length=120)]
Phone = Annotated[str, Field(max_length=40), AfterValidator(_phone)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$"), Field(description="ISO 3166-1 alpha-2")]


class Contact(BaseModel):
    """Whom to write to about the order."""

    model_config = _STRICT

    email: Email
    phone: Phone | None = None


class Address(BaseModel):
    """A postal address."""

    model_config = _STRICT

    name: Filled
    company: Short = ""
    line1: Filled
    line2: Short = ""
    city: Filled
    region: Short = ""
    postal_code: Annotated[_Line, StringConstraints(max_length=20)] = ""
    country: Country

    def key(self) -> str:
        """The same for spellings that a postman would call the same: case, spaces and punctuation do not count."""
        parts = (self.name, self.line1, self.line2, self.city, self.postal_code, self.country)
        return "|".join(re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", part).casefold()) for part in parts)


class Delivery(BaseModel):
    """Contact, addresses and the way it is sent.

    No billing address means the shipping address. `method` is the id of a shipping option; empty, it is the cheapest.
    """

    model_config = _STRICT

    contact: Contact
    shipping_address: Address
    billing_address: Address | None = None
    method: Annotated[str, StringConstraints(max_length=64)] = ""
