"""The environment of a function as one model, checked when it is first asked for (the cold start)."""

import os
import re
from functools import lru_cache
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from commerce.money import exponent
from commerce.runtime.errors import Misconfigured
from commerce.runtime.secrets import is_reference, reveal

# Settings whose value is a secret: an ARN in the cloud, the plain text only on the laptop.
SECRETS = (
    "mongodb_uri",
    "cache_url",
    "signing_keys",
    "stripe_secret_key",
    "stripe_webhook_secrets",
    "paypal_client_secret",
    "clerk_secret_key",
    "clerk_webhook_secrets",
)

_PREFIX = r"^[A-Z][A-Z0-9]{0,7}$"


class Settings(BaseModel):
    """Every setting there is. A function is given only those it needs; the others stay empty.

    The names are those of the environment variables in lower case; `.env.example` explains each.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    stage: Literal["local", "staging", "prod"] = "local"
    shop_name: str = "Souk"
    shop_url: str = "http://localhost:8080"
    mongodb_uri: str = ""
    mongodb_database: str = "souk"
    cache_url: str = ""
    event_bus_name: str = ""
    notifications_topic_arn: str = ""
    media_bucket: str = ""
    uploads_bucket: str = ""
    invoices_bucket: str = ""
    mail_from: str = ""
    shop_mail: str = Field("", description="Where the shop itself is told of what needs a person")
    signing_keys: str = ""
    currencies: tuple[str, ...] = ("USD",)
    default_currency: str = "USD"
    languages: tuple[str, ...] = Field(("en",), min_length=1, description="ISO 639-1; the first is the default")
    shipping_flat_rates: dict[str, int] = Field(default_factory=dict, description="Minor units by currency")
    tax_per: Literal["line", "total"] = "line"
    tax_rounding: Literal["half_even", "half_up", "down"] = "half_even"
    tax_on_shipping: Literal["rated", "proportional"] = "rated"
    hold_seconds: int = Field(900, ge=1, le=1800, description="How long unpaid stock is held, in seconds")
    erasure_grace_days: int = Field(14, ge=0, le=90, description="Days in which a wish to be erased can be taken back")
    seller_id: str = Field("souk", pattern=r"^[a-z0-9-]{1,20}$", description="The legal entity, in its numbers' ledger")
    seller_name: str = "Souk Example Ltd"
    seller_address: str = Field("1 Example Street|London N1 9GU|United Kingdom", description="Lines, joined by |")
    seller_vat_id: str = ""
    seller_registration: str = ""
    seller_email: str = ""
    invoice_prefix: str = Field("INV", pattern=_PREFIX)
    credit_note_prefix: str = Field("CRN", pattern=_PREFIX)
    correction_prefix: str = Field("COR", pattern=_PREFIX)
    invoice_numbers_by_year: bool = True
    invoice_days: int = Field(4018, ge=365, le=11_000, description="Days that invoices are kept")
    invoice_locale: str = Field("en", pattern=r"^[A-Za-z]{2,3}(_[A-Za-z0-9]{2,4})*$")
    payment_capture: Literal["automatic", "manual"] = Field(
        "automatic", description="Manual: cards are authorized, and captured by staff, or a day before that lapses"
    )
    stripe_secret_key: str = ""
    stripe_publishable_key: str = ""
    stripe_webhook_secrets: str = ""
    stripe_api_base: str = ""
    paypal_client_id: str = Field("", description="Empty: the shop does not take PayPal")
    paypal_client_secret: str = ""
    paypal_webhook_id: str = ""
    paypal_api_base: str = ""
    paypal_webhook_root: str = Field("", description="Trusted instead of the roots of browsers: DER in base64")
    clerk_issuer: str = ""
    clerk_public_keys: str = ""
    clerk_jwks_url: str = ""
    clerk_authorized_parties: tuple[str, ...] = ()
    clerk_publishable_key: str = ""
    clerk_sign_in_url: str = ""
    clerk_sign_up_url: str = ""
    clerk_secret_key: str = ""
    clerk_webhook_secrets: str = ""
    clerk_api_base: str = ""
    edge_token: str = ""
    test_switches: Literal["", "on"] = ""

    @field_validator("currencies", "languages", "clerk_authorized_parties", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("shipping_flat_rates", mode="before")
    @classmethod
    def _rates(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [re.fullmatch(r"([A-Z]{3})=([0-9]{1,9})", part.strip()) for part in value.split(",") if part.strip()]
        if not all(pairs):
            raise ValueError("takes pairs like USD=500")
        return {pair[1]: pair[2] for pair in pairs if pair}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for name in ("currencies", "shipping_flat_rates"):
            try:
                for currency in getattr(self, name):
                    exponent(currency)
            except ValueError:
                raise ValueError(f"{name.upper()} takes currencies of ISO 4217") from None
        if self.default_currency not in self.currencies:
            raise ValueError("DEFAULT_CURRENCY must be one of CURRENCIES")
        unpriced = set(self.currencies) - set(self.shipping_flat_rates)
        if self.shipping_flat_rates and unpriced:
            raise ValueError(f"SHIPPING_FLAT_RATES lacks {', '.join(sorted(unpriced))}: 0 would ship free")
        if len({self.invoice_prefix, self.credit_note_prefix, self.correction_prefix}) < 3:
            raise ValueError("INVOICE_PREFIX, CREDIT_NOTE_PREFIX and CORRECTION_PREFIX must differ")
        if self.stage == "prod" and self.invoices_bucket and "Example" in self.seller_name + self.seller_address:
            raise ValueError("SELLER_NAME and SELLER_ADDRESS are still the example's")
        if self.stage != "local":
            self._refuse_laptop_values()
        return self

    def _refuse_laptop_values(self) -> None:
        """Outside the laptop no sandbox issuer, key, address or test switch may slip in, nor a secret in plain text."""
        if self.test_switches:
            raise ValueError("TEST_SWITCHES is for stage local only")
        for name in ("stripe_api_base", "paypal_api_base", "paypal_webhook_root", "clerk_api_base"):
            if getattr(self, name):
                raise ValueError(f"{name.upper()} is for stage local only")
        for name in ("shop_url", "clerk_issuer", "clerk_jwks_url", "clerk_sign_in_url", "clerk_sign_up_url"):
            if getattr(self, name) and not getattr(self, name).startswith("https://"):
                raise ValueError(f"{name.upper()} must be an https address")
        if any(
            "sandbox" in k for k in (self.stripe_publishable_key, self.paypal_client_id, self.clerk_publishable_key)
        ):
            raise ValueError("a sandbox key is for stage local only")
        if self.stage == "prod" and self.stripe_publishable_key.startswith("pk_test_"):
            raise ValueError("STRIPE_PUBLISHABLE_KEY is a test key")
        for name in SECRETS:
            if getattr(self, name) and not is_reference(getattr(self, name)):
                raise ValueError(f"{name.upper()} must be the ARN of a secret or parameter, not the secret itself")

    @property
    def paypal_base(self) -> str:
        """The address of PayPal's API: money moves in stage prod alone, others meet PayPal's own sandbox."""
        live = "https://api-m.paypal.com" if self.stage == "prod" else "https://api-m.sandbox.paypal.com"
        return self.paypal_api_base or live

    def secret(self, name: str) -> str:
        """The secret behind a setting, fetched from Secrets Manager or SSM where the setting is an ARN.

        Raises:
            Misconfigured: the setting is empty.
        """
        return reveal(self.need(name))

    def need(self, name: str) -> str:
        """A setting that this function cannot work without.

        Raises:
            Misconfigured: it is empty.
        """
        value: str = getattr(self, name)
        if not value:
            raise Misconfigured(f"{name.upper()} is not set")
        return value


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this execution environment, read once.

    Raises:
        Misconfigured: a value is not acceptable; the message names it, never its content.
    """
    names = {name: os.environ[name.upper()] for name in Settings.model_fields if os.environ.get(name.upper())}
    try:
        return Settings.model_validate(names)
    except ValidationError as error:
        reasons = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False))
        raise Misconfigured(reasons) from None
