"""The template as the cloud sees it: translatable, clean, and small enough for all functions to come."""

import copy
import json
import os
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

LIMIT = 480  # of the 500 resources that CloudFormation takes
FUNCTIONS = 190
# What the functions still to come are likely to be (see the design's list of operations); the rest are API routes.
CONSUMERS, SCHEDULES, WEBHOOKS = 32, 14, 6
CONSUMER_PARTS = ("", "Queue", "DeadLetters", "DeadLettersAlarm", "Rule")

type Translate = Callable[[dict[str, Any]], dict[str, Any]]


def renamed(value: Any, old: str, new: str) -> Any:
    """A copy in which every logical id that begins with `old` begins with `new`."""
    if isinstance(value, dict):
        return {key: renamed(inner, old, new) for key, inner in value.items()}
    if isinstance(value, list):
        return [renamed(inner, old, new) for inner in value]
    return new + value.removeprefix(old) if isinstance(value, str) and value.startswith(old) else value


def grown(template: dict[str, Any]) -> dict[str, Any]:
    """The template with as many functions as the whole shop will have, each like one that is there."""
    template = copy.deepcopy(template)
    resources = template["Resources"]
    paths = resources["Api"]["Properties"]["DefinitionBody"]["paths"]

    def count() -> int:
        return sum(resource["Type"] == "AWS::Serverless::Function" for resource in resources.values())

    def grow(model: str, number: int, parts: tuple[str, ...] = ("",)) -> str:
        new = f"Grown{model}{number}"
        for part in parts:
            resources[new + part] = renamed(copy.deepcopy(resources[model + part]), model, new)
        return new

    sources = [
        event["Type"] for body in resources.values() for event in body.get("Properties", {}).get("Events", {}).values()
    ]
    for number in range(CONSUMERS - sources.count("SQS")):
        new = grow("OrdersOnPaymentEvent", number, CONSUMER_PARTS)
        resources["QueuePolicy"]["Properties"]["Queues"] += [{"Ref": f"{new}Queue"}, {"Ref": f"{new}DeadLetters"}]
    for number in range(SCHEDULES - sources.count("Schedule")):
        grow("OrdersExpireOrders", number)
    for number in range(
        WEBHOOKS - sum("FunctionUrlConfig" in body.get("Properties", {}) for body in resources.values())
    ):
        grow("PaymentsStripeWebhook", number, ("", "ErrorsAlarm"))
    for number in range(FUNCTIONS - count()):
        new = grow("OrdersListMyOrders", number)
        paths[f"/me/grown{number}"] = json.loads(json.dumps(paths["/me/orders"]).replace("OrdersListMyOrders", new))
    for number in range(2):
        grow("ConsumerRole", number)
    grow("OrdersLogs", 0)
    assert count() == FUNCTIONS
    return template


def test_it_translates_and_stays_small(template: dict[str, Any], translate: Translate) -> None:
    assert len(translate(template)["Resources"]) <= LIMIT


def test_it_stays_small_with_all_functions(template: dict[str, Any], translate: Translate) -> None:
    translated = translate(grown(template))["Resources"]
    assert sum(resource["Type"] == "AWS::Lambda::Function" for resource in translated.values()) == FUNCTIONS
    assert len(translated) <= LIMIT


def test_what_only_the_cloud_knows_is_conditional(template: dict[str, Any]) -> None:
    """The emulator refuses types that it does not know, unless their condition is false."""
    cloud = ("AWS::CloudFront::", "AWS::WAFv2::", "AWS::ElastiCache::", "AWS::Events::Archive", "AWS::S3::BucketPolicy")
    conditions = {"IsCloud", "OwnCache", "HasFirewall"}
    for name, resource in template["Resources"].items():
        if resource["Type"].startswith(cloud):
            assert resource.get("Condition") in conditions, name


def test_each_config_sets_parameters_that_exist(template: dict[str, Any], root: Path) -> None:
    config = tomllib.loads((root / "samconfig.toml").read_text())
    for stage in ("local", "staging", "prod"):
        overrides = dict(pair.split("=", 1) for pair in config[stage]["deploy"]["parameters"]["parameter_overrides"])
        assert set(overrides) <= set(template["Parameters"])
        assert overrides["Stage"] == stage


def test_sam_finds_nothing_to_say(root: Path) -> None:
    done = subprocess.run(
        [root / ".local/tools/sam/bin/sam", "validate", "--lint", "--template", root / "template.yaml"],
        cwd=root,
        env=os.environ | {"AWS_DEFAULT_REGION": "eu-central-1", "SAM_CLI_TELEMETRY": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
