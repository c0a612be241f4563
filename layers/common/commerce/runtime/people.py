"""How people are reached."""

from typing import Annotated

from pydantic import AfterValidator, Field


def _email(text: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        # Special domains (example.com, .test) are taken: they are not ours to refuse, and sending to them just fails.
        return validate_email(text, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise ValueError(str(error)) from None


Email = Annotated[str, Field(max_length=254, examples=["ada@example.com"]), AfterValidator(_email)]
"""An address that mail can be sent to, as far as its form tells."""
