"""Every function is like the others: its file, its logs, its class, its sample."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from commerce.runtime.settings import Settings

# Environment that is not ours to parse: Powertools and boto3 read it.
FOREIGN = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "LOG_LEVEL", "AWS_ENDPOINT_URL"}
CACHE_ROLES = {"CacheRole", "CachePublisherRole", "CacheConsumerRole", "FilesWorkerRole"}
PROVIDER_ROLES = {"ProviderRole", "ProviderConsumerRole", "ProviderPrivacyRole"}
SIGN_IN_ROLES = {"SignInRole", "SignInConsumerRole"}


def handlers(functions: dict[str, Any]) -> dict[str, str]:
    return {name: properties["Handler"].removesuffix(".handler") for name, properties in functions.items()}


def role_of(properties: dict[str, Any]) -> str:
    name, attribute = properties["Role"]["Fn::GetAtt"]
    assert attribute == "Arn"
    return str(name)


def actions(statements: list[dict[str, Any]]) -> set[str]:
    found: set[str] = set()
    for statement in statements:
        found |= {statement["Action"]} if isinstance(statement["Action"], str) else set(statement["Action"])
    return found


def test_each_file_is_one_function_and_each_function_one_file(functions: dict[str, Any], root: Path) -> None:
    paths = [path for path in (root / "functions").glob("*/*.py") if path.name != "__init__.py"]
    files = sorted(f"{path.parent.name}.{path.stem}" for path in paths)
    assert sorted(handlers(functions).values()) == files


def test_the_name_of_a_function_is_its_service_and_operation(functions: dict[str, Any]) -> None:
    for name, handler in handlers(functions).items():
        assert name == "".join(word.capitalize() for word in handler.replace(".", "_").split("_"))


def test_each_file_defines_its_handler(functions: dict[str, Any], root: Path) -> None:
    for handler in handlers(functions).values():
        tree = ast.parse((root / "functions" / f"{handler.replace('.', '/')}.py").read_text())
        defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        for node in tree.body:
            if isinstance(node, ast.Assign):
                defined |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        assert "handler" in defined, handler


def test_no_handler_asks_for_a_role_by_itself(functions: dict[str, Any], root: Path) -> None:
    """There is one table of that, commerce/runtime/permissions.py, and the door has asked it already."""
    for handler in handlers(functions).values():
        text = (root / "functions" / f"{handler.replace('.', '/')}.py").read_text()
        assert ".require(" not in text, handler


def test_each_function_has_a_sample_event(functions: dict[str, Any], root: Path) -> None:
    samples = {path.stem for path in (root / "events/samples").glob("*.json")}
    assert set(handlers(functions).values()) <= samples
    for path in (root / "events/samples").glob("*.json"):
        assert isinstance(json.loads(path.read_text()), dict), path


def test_each_function_logs_to_the_group_of_its_service(functions: dict[str, Any], resources: dict[str, Any]) -> None:
    for name, properties in functions.items():
        service = properties["Handler"].split(".")[0]
        group = resources[properties["LoggingConfig"]["LogGroup"]["Ref"]]
        assert group["Properties"]["LogGroupName"] == {"Fn::Sub": f"/${{AWS::StackName}}/{service}"}, name
        assert group["Properties"]["RetentionInDays"], name
        assert properties["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == service, name


def test_each_function_has_its_limits_and_tracing(functions: dict[str, Any], routes: list[dict[str, Any]]) -> None:
    awaited = {route["function"] for route in routes}
    for name, properties in functions.items():
        assert 0 < properties["Timeout"] <= 60, name
        assert 128 <= properties["MemorySize"] <= 3008, name
        assert properties["Tracing"] == "Active", name
        if name in awaited:
            assert properties["Timeout"] < 29, f"{name}: API Gateway waits 29 s at most"


def test_each_environment_name_is_a_setting(functions: dict[str, Any]) -> None:
    settings = {name.upper() for name in Settings.model_fields}
    for name, properties in functions.items():
        assert set(properties["Environment"]["Variables"]) - FOREIGN <= settings, name


def test_cache_class_and_provider_class_never_meet(functions: dict[str, Any]) -> None:
    for name, properties in functions.items():
        role, variables = role_of(properties), properties["Environment"]["Variables"]
        assert ("CACHE_URL" in variables) == (role in CACHE_ROLES), name
        assert ("VpcConfig" in properties) == (role in CACHE_ROLES), name
        for provider in ("STRIPE_", "PAYPAL_"):
            assert any(key.startswith(provider) for key in variables) == (role in PROVIDER_ROLES), name
        assert ("CLERK_SECRET_KEY" in variables) == (role in SIGN_IN_ROLES), name


def test_secrets_are_given_only_to_the_class_that_may_read_them(
    functions: dict[str, Any], roles: dict[str, list[dict[str, Any]]]
) -> None:
    secrets = {
        "MONGODB_URI": {"Ref": "MongodbUri"},
        "SIGNING_KEYS": {"Ref": "SigningKeys"},
        "STRIPE_SECRET_KEY": {"Ref": "StripeSecretKey"},
        "STRIPE_WEBHOOK_SECRETS": {"Ref": "StripeWebhookSecrets"},
        "PAYPAL_CLIENT_SECRET": {"Ref": "PaypalClientSecret"},
        "CLERK_SECRET_KEY": {"Ref": "ClerkSecretKey"},
        "CLERK_WEBHOOK_SECRETS": {"Ref": "ClerkWebhookSecrets"},
    }
    for name, properties in functions.items():
        readable = [
            resource
            for statement in roles[role_of(properties)]
            if "secretsmanager:GetSecretValue" in statement["Action"] and isinstance(statement["Resource"], list)
            for resource in statement["Resource"]
        ]
        for variable, reference in secrets.items():
            given = variable in properties["Environment"]["Variables"]
            assert given == (reference in readable), (name, variable)


@pytest.mark.parametrize(
    ("variable", "allowed"),
    [
        ("EVENT_BUS_NAME", {"events:PutEvents", "events:DescribeEventBus"}),
        ("NOTIFICATIONS_TOPIC_ARN", {"sns:Publish"}),
        ("MAIL_FROM", {"ses:SendEmail"}),
        ("UPLOADS_BUCKET", {"s3:PutObject"}),
        ("MEDIA_BUCKET", {"s3:PutObject"}),
        ("INVOICES_BUCKET", {"s3:PutObject"}),
    ],
)
def test_who_is_told_of_a_thing_may_use_it(
    variable: str, allowed: set[str], functions: dict[str, Any], roles: dict[str, list[dict[str, Any]]]
) -> None:
    for name, properties in functions.items():
        if variable in properties["Environment"]["Variables"]:
            assert actions(roles[role_of(properties)]) & allowed, name


def test_each_role_is_used_and_there_are_few(functions: dict[str, Any], roles: dict[str, list[dict[str, Any]]]) -> None:
    assert {role_of(properties) for properties in functions.values()} | {"ApiRole"} == set(roles)
    assert len(roles) <= 20
