"""Settings: read once, refused with the name of what is wrong, and stricter outside the laptop."""

import pytest

from commerce.runtime.errors import Misconfigured
from commerce.runtime.settings import SECRETS, Settings, settings
from tests.unit.conftest import Configure

ARN = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:souk-AbCdEf"
CLOUD = {
    "stage": "prod",
    "shop_url": "https://shop.example.com",
    "clerk_issuer": "https://clerk.example.com",
    "clerk_jwks_url": "https://clerk.example.com/.well-known/jwks.json",
    "stripe_publishable_key": "pk_live_x",
    **dict.fromkeys(SECRETS, ARN),
}


def refusal(configure: Configure, **given: str) -> str:
    configure(**given)
    with pytest.raises(Misconfigured) as refused:
        settings()
    assert refused.value.__cause__ is None, "the cause would quote the values"
    return str(refused.value)


def test_a_laptop_needs_nothing(configure: Configure) -> None:
    configure()
    assert settings().stage == "local"
    assert settings().currencies == ("USD",)


def test_lists_and_tables_are_read_from_text(configure: Configure) -> None:
    configure(currencies="USD, KWD ,", shipping_flat_rates="USD=500, KWD=1500", clerk_authorized_parties="a,b")
    assert settings().currencies == ("USD", "KWD")
    assert settings().shipping_flat_rates == {"USD": 500, "KWD": 1500}
    assert settings().clerk_authorized_parties == ("a", "b")


def test_a_currency_without_a_shipping_rate_is_refused_instead_of_shipping_free(configure: Configure) -> None:
    told = refusal(configure, currencies="USD,EUR", shipping_flat_rates="USD=500")
    assert "SHIPPING_FLAT_RATES lacks EUR" in told


def test_the_cloud_is_content_with_references(configure: Configure) -> None:
    configure(**CLOUD)
    assert settings().stage == "prod"


def test_an_ssm_parameter_is_a_reference_too(configure: Configure) -> None:
    configure(**CLOUD | {"cache_url": "arn:aws:ssm:eu-central-1:000000000000:parameter/souk/cache-url"})
    assert settings().cache_url.endswith("/souk/cache-url")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("stage", "laptop"),
        ("hold_seconds", "soon"),
        ("hold_seconds", "0"),
        ("hold_seconds", "1801"),
        ("currencies", "USD,DOUBLOON"),
        ("default_currency", "EUR"),
        ("shipping_flat_rates", "USD=free"),
        ("shipping_flat_rates", "USD500"),
        ("shipping_flat_rates", "USD=-500"),
        ("shipping_flat_rates", "USD=4.99"),
        ("shipping_flat_rates", "DOUBLOON=500"),
        ("test_switches", "maybe"),
    ],
)
def test_a_refusal_names_the_setting_and_never_the_value(name: str, value: str, configure: Configure) -> None:
    told = refusal(configure, **{name: value})
    assert name in told.lower()
    assert value not in told
    assert "DOUBLOON" not in told


@pytest.mark.parametrize("stage", ["staging", "prod"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("test_switches", "on"),
        ("stripe_api_base", "http://127.0.0.1:8084"),
        ("clerk_api_base", "http://127.0.0.1:8086"),
        ("shop_url", "http://localhost:8080"),
        ("clerk_issuer", "http://localhost:8086"),
        ("clerk_jwks_url", "http://localhost:8086/jwks"),
        ("clerk_sign_in_url", "http://localhost:8086/sign-in"),
        ("clerk_sign_up_url", "http://localhost:8086/sign-up"),
        ("stripe_publishable_key", "pk_test_sandbox_souk"),
        ("clerk_publishable_key", "pk_test_sandbox"),
    ],
)
def test_nothing_of_the_laptop_reaches_the_cloud(stage: str, name: str, value: str, configure: Configure) -> None:
    told = refusal(configure, **CLOUD | {"stage": stage, name: value})
    assert name in told.lower() or "sandbox key" in told
    assert value == "on" or value not in told


@pytest.mark.parametrize("stage", ["staging", "prod"])
@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_in_plain_text_outside_the_laptop(stage: str, name: str, configure: Configure) -> None:
    told = refusal(configure, **CLOUD | {"stage": stage, name: "hunter2"})
    assert name.upper() in told
    assert "hunter2" not in told


def test_every_setting_that_smells_of_a_secret_is_one() -> None:
    smelly = {name for name in Settings.model_fields if name.endswith(("_secret", "_secrets", "_secret_key", "_uri"))}
    assert smelly <= set(SECRETS)


def test_a_test_key_is_for_staging_at_most(configure: Configure) -> None:
    configure(**CLOUD | {"stage": "staging", "stripe_publishable_key": "pk_test_x"})
    assert settings().stage == "staging"
    assert "STRIPE_PUBLISHABLE_KEY" in refusal(configure, **CLOUD | {"stripe_publishable_key": "pk_test_x"})


def test_nobody_sells_in_the_name_of_the_example(configure: Configure) -> None:
    issuing = CLOUD | {"stage": "prod", "invoices_bucket": "invoices"}
    assert "SELLER_NAME" in refusal(configure, **issuing)
    ours = {"seller_name": "Lamps Ltd", "seller_address": "2 High Street|Leeds"}
    assert "SELLER_NAME" in refusal(configure, **issuing | ours | {"seller_address": "1 Example Street"})
    configure(**issuing | ours)
    assert settings().seller_name == "Lamps Ltd"
    configure(**CLOUD | {"stage": "prod", "invoices_bucket": "", "seller_name": "", "seller_address": ""})
    assert settings().stage == "prod", "whoever issues nothing need not say"


def test_two_kinds_of_documents_never_share_their_numbers(configure: Configure) -> None:
    assert "must differ" in refusal(configure, credit_note_prefix="INV")
    assert "invoice_prefix" in refusal(configure, invoice_prefix="inv-").lower()


def test_what_is_missing_is_named_when_it_is_needed(configure: Configure) -> None:
    configure()
    with pytest.raises(Misconfigured, match="MAIL_FROM is not set"):
        settings().need("mail_from")
    with pytest.raises(Misconfigured, match="STRIPE_SECRET_KEY is not set"):
        settings().secret("stripe_secret_key")


def test_settings_are_read_once(configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(shop_name="Before")
    assert settings().shop_name == "Before"
    monkeypatch.setenv("SHOP_NAME", "After")
    assert settings().shop_name == "Before"
