"""Secrets by reference, from the services that AWS has for them (moto stands in for their HTTP interface)."""

from collections.abc import Iterator

import boto3
import pytest
from aws_lambda_powertools.utilities.parameters import base
from moto import mock_aws

from commerce.runtime.secrets import is_reference, reveal
from commerce.runtime.settings import settings
from tests.unit.conftest import Configure


@pytest.fixture(autouse=True)
def aws() -> Iterator[None]:
    with mock_aws():
        _forget()
        yield
        _forget()


def _forget() -> None:
    """As a new execution environment begins."""
    base.clear_caches()  # type: ignore[no-untyped-call]
    base.DEFAULT_PROVIDERS.clear()  # type: ignore[attr-defined]


def test_secrets_manager_by_arn() -> None:
    arn = boto3.client("secretsmanager").create_secret(Name="souk/mongo", SecretString="mongodb+srv://u:p@h/")["ARN"]
    assert reveal(arn) == "mongodb+srv://u:p@h/"


@pytest.mark.parametrize("name", ["/souk/signing-keys", "/deep/er/still"])
def test_ssm_parameter_by_arn(name: str) -> None:
    boto3.client("ssm").put_parameter(Name=name, Value="k1,k2", Type="SecureString")
    assert reveal(f"arn:aws:ssm:us-east-1:123456789012:parameter{name}") == "k1,k2"


def test_a_secret_is_fetched_when_needed_and_then_kept(configure: Configure) -> None:
    client = boto3.client("secretsmanager")
    arn = client.create_secret(Name="souk/stripe", SecretString="first")["ARN"]
    configure(stripe_secret_key=arn)
    assert settings().stripe_secret_key == arn, "the settings hold no secret"
    assert settings().secret("stripe_secret_key") == "first"
    client.put_secret_value(SecretId=arn, SecretString="second")
    assert settings().secret("stripe_secret_key") == "first", "kept for five minutes"
    _forget()
    assert settings().secret("stripe_secret_key") == "second", "and then a rotated one is picked up"


def test_plain_text_is_itself() -> None:
    assert reveal("mongodb://127.0.0.1:27017") == "mongodb://127.0.0.1:27017"


@pytest.mark.parametrize(
    ("value", "so"),
    [
        ("arn:aws:secretsmanager:eu-west-1:1:secret:x", True),
        ("arn:aws-cn:ssm:cn-north-1:1:parameter/x", True),
        ("arn:aws:s3:::bucket", False),
        ("redis://arn:aws:ssm:@host", False),
        ("", False),
    ],
)
def test_what_is_a_reference(value: str, so: bool) -> None:
    assert is_reference(value) is so
