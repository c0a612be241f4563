"""How people are reached, and how what is kept of them is found."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _email(text: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        # Special domains (example.com, .test) are taken: they are not ours to refuse, and sending to them just fails.
        return validate_email(text, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError as error:
        raise ValueError(str(error)) from None


Email = Annotated[str, Field(max_length=254, examples=["ada@example.com"]), AfterValidator(_email)]
"""An address that mail can be sent to, as far as its form tells; in small letters, so that one person's is found again
however it was typed. (By RFC 5321 the part before the @ might know capitals; no service in use does.)
"""

NOBODY = "forgotten@erased.test"
"""Stands where the email of someone was who has been forgotten. No mail is sent to it (RFC 2606, section 2)."""


class Person(BaseModel):
    """Someone whose data is asked for, by everything that it may be kept under: the id of their account, the emails
    that are proved to be theirs, and what they ordered with either.
    """

    model_config = ConfigDict(frozen=True)

    user_id: str
    emails: tuple[str, ...] = ()
    order_ids: tuple[str, ...] = ()
    cart_ids: tuple[str, ...] = ()


type Tables = Mapping[str, Sequence[Mapping[str, Any]]]
"""What is kept of a person, by what it is called: rows of JSON values, times as datetimes."""
