"""People and sessions as the sign-in service knows them, in our words."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from commerce.runtime.clock import Moment

type Role = Literal["customer", "staff", "admin"]


class Account(BaseModel):
    """A person's account. `updated_at_ms` is the service's own clock in Unix milliseconds: of two descriptions of a
    person the one with the higher counts. `email` and `phone` (E.164) are the primary ones, empty where there is none.
    """

    model_config = ConfigDict(frozen=True)

    user_id: str
    updated_at_ms: int
    created_at: Moment
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    email_verified: bool = False
    phone: str = ""
    phone_verified: bool = False
    image_url: str = ""
    role: Role = "customer"


class SignIn(BaseModel):
    """A live session: a browser in which someone is signed in. What is not known of it is empty."""

    model_config = ConfigDict(frozen=True)

    session_id: str
    user_id: str
    live: bool
    signed_in_at: datetime
    last_active_at: datetime
    expires_at: datetime
    device: str = ""
    browser: str = ""
    mobile: bool = False
    address: str = ""
    city: str = ""
    country: str = ""
    impersonated: bool = False
