"""The template's parameters for the local stack, and the same values as the environment of tools."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import yaml

from scripts.stack.build import architecture
from scripts.stack.errors import StackError
from scripts.stack.keys import Keys
from scripts.stack.layout import ROOT, Layout
from scripts.stack.sandbox import ClerkFacts


def parameters(
    layout: Layout, keys: Keys, clerk: ClerkFacts, paypal_root: str, template: Path = ROOT / "template.yaml"
) -> dict[str, str]:
    """Every parameter that this stack sets; those of samconfig.toml's `local` hold unless we know better.

    Raises StackError when the template has a parameter without a value.
    """
    values = {
        **_from_samconfig(),
        "Stage": "local",
        "Architecture": architecture(),
        "ShopUrl": layout.shop_url,
        "MongodbUri": layout.mongodb_uri,
        "MongodbDatabase": layout.mongodb_database,
        "CacheUrl": layout.cache_url,
        "SigningKeys": keys.signing_key,
        "StripeSecretKey": keys.stripe_secret_key,
        "StripePublishableKey": keys.stripe_publishable_key,
        "StripeWebhookSecrets": keys.stripe_webhook_secret,
        "StripeApiBase": layout.url_of("stripe"),
        "PaypalClientId": keys.paypal_client_id,
        "PaypalClientSecret": keys.paypal_client_secret,
        "PaypalWebhookId": keys.paypal_webhook_id,
        "PaypalApiBase": layout.url_of("paypal"),
        "PaypalWebhookRoot": paypal_root,
        "ClerkIssuer": clerk.issuer,
        "ClerkPublicKeys": clerk.public_keys,
        "ClerkJwksUrl": clerk.jwks_url,
        "ClerkAuthorizedParties": f"{layout.shop_url},{layout.url_of('edge')}",
        "ClerkPublishableKey": clerk.publishable_key,
        "ClerkSignInUrl": clerk.sign_in_url,
        "ClerkSignUpUrl": clerk.sign_up_url,
        "ClerkSecretKey": keys.clerk_secret_key,
        "ClerkApiBase": layout.url_of("clerk"),
        "ClerkWebhookSecrets": keys.clerk_webhook_secret,
        "AwsEndpointUrl": layout.url_of("aws"),
        "TestSwitches": "on",
    }
    declared = declared_parameters(template)
    missing = [name for name, needed in declared.items() if needed and name not in values]
    if missing:
        raise StackError(
            f"template.yaml wants {', '.join(missing)}, which the local stack does not know",
            mend="give it a Default, or a value in scripts/stack/parameters.py",
        )
    return {name: value for name, value in values.items() if name in declared}


def declared_parameters(template: Path) -> dict[str, bool]:
    """The names of a template's parameters, and whether each must be given. Raises StackError for a broken one."""
    return {name: "Default" not in body for name, body in _parameters_of(template).items()}


def defaults(template: Path) -> dict[str, str]:
    """What parameters are where nothing else is said. Raises StackError for a broken template."""
    return {name: str(body["Default"]) for name, body in _parameters_of(template).items() if "Default" in body}


def _parameters_of(template: Path) -> dict[str, Any]:
    class Loader(yaml.SafeLoader):
        """Reads past CloudFormation's short tags, which are of no interest here."""

    Loader.add_multi_constructor("!", lambda *_: None)
    try:
        document = yaml.load(template.read_text(encoding="utf-8"), Loader)  # noqa: S506 safe by its base
    except (OSError, yaml.YAMLError) as problem:
        raise StackError(f"{template.name} cannot be read", detail=str(problem)) from None
    found: dict[str, Any] = document.get("Parameters", {})
    return found


def as_environment(values: dict[str, str]) -> dict[str, str]:
    """Parameters as the functions' settings are named: MongodbUri -> MONGODB_URI."""
    return {re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper(): value for name, value in values.items()}


def write_overrides(path: Path, values: dict[str, str]) -> None:
    """Write parameters as a file for `sam deploy`, so that secrets are on no command line. JSON is YAML."""
    path.write_text(json.dumps(values, indent=1, sort_keys=True), encoding="utf-8")
    path.chmod(0o600)


def _from_samconfig() -> dict[str, str]:
    with (ROOT / "samconfig.toml").open("rb") as file:
        config = tomllib.load(file)
    pairs = config.get("local", {}).get("deploy", {}).get("parameters", {}).get("parameter_overrides", [])
    return dict(pair.split("=", 1) for pair in (pairs.split() if isinstance(pairs, str) else pairs))
