"""What the roles allow, and that no resource is left open."""

import json
from typing import Any

# Statements that cannot name what they speak of, each with its reason.
WILDCARDS = {
    "WriteTraces": "X-Ray has no resources to name",
    "JoinVpc": "EC2 has no resources to name when Lambda makes its network interfaces",
}
# Statements whose resource ends in a wildcard within a name of our own.
PREFIXES = {
    "Call": "the functions of this stack",
    "WriteLogs": "the log groups of this stack",
    "SendMail": "configuration sets have no names of ours",
    "SignUploads": "files are named when they come",
    "SignDownloads": "files are named when they come",
    "ReadAndWriteUploads": "files are named when they come",
    "KeepPersonalParts": "files are named after the export that they belong to",
    "WriteMedia": "files are named when they come",
    "KeepInvoices": "files are named after what they hold",
}


def test_each_statement_allows_named_actions_on_named_resources(roles: dict[str, list[dict[str, Any]]]) -> None:
    for role, statements in roles.items():
        for statement in statements:
            sid = statement["Sid"]
            named = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            assert not any("*" in action for action in named), (role, sid)
            held = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
            for resource in held:
                if resource == "*":
                    assert sid in WILDCARDS, (role, sid)
                elif "*" in json.dumps(resource):
                    assert sid in PREFIXES, (role, sid)


def test_events_are_published_on_our_bus_alone(roles: dict[str, list[dict[str, Any]]]) -> None:
    for role, statements in roles.items():
        for statement in statements:
            if "events:PutEvents" in statement["Action"]:
                assert statement["Resource"] == {"Fn::GetAtt": ["Bus", "Arn"]}, role


def test_one_name_means_one_statement(roles: dict[str, list[dict[str, Any]]]) -> None:
    known: dict[str, Any] = {}
    for role, statements in roles.items():
        for statement in statements:
            if statement["Sid"] != "Consume":
                assert known.setdefault(statement["Sid"], statement) == statement, (role, statement["Sid"])


def test_a_secret_has_no_default_that_works_and_is_never_shown(template: dict[str, Any]) -> None:
    secrets = {
        "MongodbUri", "SigningKeys", "CacheUrl", "StripeSecretKey", "StripeWebhookSecrets", "PaypalClientSecret",
        "ClerkSecretKey", "ClerkWebhookSecrets", "EdgeToken",
    }  # fmt: skip
    for name, parameter in template["Parameters"].items():
        assert bool(parameter.get("NoEcho")) == (name in secrets), name
        if name in secrets:
            assert parameter.get("Default", "") == "", name


def test_queues_take_messages_only_from_our_rules_topic_and_bucket(resources: dict[str, Any]) -> None:
    document = resources["QueuePolicy"]["Properties"]["PolicyDocument"]
    for statement in document["Statement"]:
        assert "aws:SourceArn" in json.dumps(statement["Condition"]), statement["Sid"]
        assert "Service" in statement["Principal"], statement["Sid"]
