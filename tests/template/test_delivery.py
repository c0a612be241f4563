"""Every way into a function that nobody waits for has a way out for what fails."""

import tomllib
from pathlib import Path
from typing import Any

CLOUD = ("staging", "prod")


def events(functions: dict[str, Any], kind: str) -> dict[str, Any]:
    """The events of one type by the function's logical id (a function has one event at most)."""
    return {
        name: event["Properties"]
        for name, properties in functions.items()
        for event in properties.get("Events", {}).values()
        if event["Type"] == kind
    }


def alarmed(resources: dict[str, Any], queue: str) -> bool:
    dimension = {"Name": "QueueName", "Value": {"Fn::GetAtt": [queue, "QueueName"]}}
    return any(
        resource["Type"] == "AWS::CloudWatch::Alarm"
        and resource["Properties"]["Dimensions"] == [dimension]
        and resource["Properties"]["Threshold"] == 0
        and resource["Properties"]["MetricName"] == "ApproximateNumberOfMessagesVisible"
        for resource in resources.values()
    )


def may(statements: list[dict[str, Any]], action: str, resource: Any) -> bool:
    return any(
        action in statement["Action"] and (resource == statement["Resource"] or resource in statement["Resource"])
        for statement in statements
    )


def test_a_function_has_one_trigger_of_a_known_kind(functions: dict[str, Any], routes: list[dict[str, Any]]) -> None:
    for name, properties in functions.items():
        kinds = [event["Type"] for event in properties.get("Events", {}).values()]
        kinds += ["Route" for route in routes if route["function"] == name]
        if "FunctionUrlConfig" in properties:
            kinds.append("Url")
        if name == "AuthAuthorizer":
            kinds.append("Authorizer")
        assert len(kinds) == 1, name
        assert kinds[0] in {"Route", "SQS", "Schedule", "Url", "Authorizer"}, (
            f"{name}: give the new kind a failure path"
        )


def test_each_consumer_has_queue_dead_letters_and_alarm(
    functions: dict[str, Any], resources: dict[str, Any], roles: dict[str, list[dict[str, Any]]]
) -> None:
    covered = resources["QueuePolicy"]["Properties"]["Queues"]
    consumers = events(functions, "SQS")
    assert consumers
    for name, event in consumers.items():
        assert event["Queue"] == {"Fn::GetAtt": [f"{name}Queue", "Arn"]}, name
        assert event["FunctionResponseTypes"] == ["ReportBatchItemFailures"], name
        assert event["ScalingConfig"]["MaximumConcurrency"] >= 2, name
        redrive = resources[f"{name}Queue"]["Properties"]["RedrivePolicy"]
        assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": [f"{name}DeadLetters", "Arn"]}, name
        assert redrive["maxReceiveCount"] == {"Ref": "QueueMaxReceives"}, name
        assert resources[f"{name}DeadLetters"]["Properties"]["MessageRetentionPeriod"] == 14 * 24 * 3600, name
        assert alarmed(resources, f"{name}DeadLetters"), name
        assert {"Ref": f"{name}Queue"} in covered, name
        assert {"Ref": f"{name}DeadLetters"} in covered, name
        statements = roles[functions[name]["Role"]["Fn::GetAtt"][0]]
        assert may(statements, "sqs:ReceiveMessage", event["Queue"]), name


def test_a_message_stays_hidden_six_times_as_long_as_the_consumer_may_take(
    functions: dict[str, Any], resources: dict[str, Any], template: dict[str, Any], root: Path
) -> None:
    assert template["Parameters"]["QueueVisibilitySeconds"]["Default"] == 180
    for name in events(functions, "SQS"):
        assert resources[f"{name}Queue"]["Properties"]["VisibilityTimeout"] == {"Ref": "QueueVisibilitySeconds"}, name
        assert functions[name]["Timeout"] * 6 <= 180, name
    config = tomllib.loads((root / "samconfig.toml").read_text())
    for stage in CLOUD:
        overrides = config[stage]["deploy"]["parameters"]["parameter_overrides"]
        assert not [value for value in overrides if value.startswith(("Queue", "TestSwitches", "AwsEndpointUrl"))]


def test_each_consumer_is_fed_and_what_feeds_it_has_a_failure_path(
    functions: dict[str, Any], resources: dict[str, Any]
) -> None:
    for name in events(functions, "SQS"):
        queue, dead = ({"Fn::GetAtt": [f"{name}{part}", "Arn"]} for part in ("Queue", "DeadLetters"))
        fed = []
        for resource in resources.values():
            properties = resource.get("Properties", {})
            if resource["Type"] == "AWS::Events::Rule":
                assert properties["EventBusName"] == {"Ref": "Bus"}
                targets = [target for target in properties["Targets"] if target["Arn"] == queue]
                fed += [target["DeadLetterConfig"] == {"Arn": dead} for target in targets]
            elif resource["Type"] == "AWS::SNS::Subscription" and properties["Endpoint"] == queue:
                assert properties["RawMessageDelivery"]
                assert properties["FilterPolicy"]
                fed.append(properties["RedrivePolicy"] == {"deadLetterTargetArn": dead})
            elif resource["Type"] == "AWS::S3::Bucket":
                # S3 tries for itself until the queue takes it, and has no place of its own for what fails.
                told = properties.get("NotificationConfiguration", {}).get("QueueConfigurations", [])
                fed += [True for notification in told if notification["Queue"] == queue]
        assert fed, f"nothing feeds {name}"
        assert all(fed), name


def test_rules_listen_to_services_of_ours(resources: dict[str, Any], functions: dict[str, Any]) -> None:
    services = {f"souk.{properties['Handler'].split('.')[0]}" for properties in functions.values()}
    for name, resource in resources.items():
        if resource["Type"] == "AWS::Events::Rule":
            pattern = resource["Properties"]["EventPattern"]
            assert set(pattern["source"]) <= services, name
            assert pattern["detail-type"], name


def test_each_schedule_has_a_failure_path(
    functions: dict[str, Any], resources: dict[str, Any], roles: dict[str, list[dict[str, Any]]]
) -> None:
    dead = {"Fn::GetAtt": ["SchedulesDeadLetters", "Arn"]}
    schedules = events(functions, "Schedule")
    assert schedules
    for name, event in schedules.items():
        assert event["DeadLetterConfig"] == {"Arn": dead}, f"{name}: the rule could not call the function"
        assert functions[name]["DeadLetterQueue"] == {"Type": "SQS", "TargetArn": dead}, f"{name}: the call failed"
        assert may(roles[functions[name]["Role"]["Fn::GetAtt"][0]], "sqs:SendMessage", dead), name
    assert alarmed(resources, "SchedulesDeadLetters")


def test_each_webhook_has_its_own_share_of_concurrency_and_an_alarm(
    functions: dict[str, Any], resources: dict[str, Any]
) -> None:
    webhooks = {name: properties for name, properties in functions.items() if "FunctionUrlConfig" in properties}
    assert webhooks
    for name, properties in webhooks.items():
        assert properties["Handler"].endswith("_webhook.handler"), name
        assert properties["FunctionUrlConfig"] == {"AuthType": "NONE"}, name
        assert {"Ref": "WebhookConcurrency"} in properties["ReservedConcurrentExecutions"]["Fn::If"], name
        watched = [
            alarm["Properties"]["MetricName"]
            for alarm in resources.values()
            if alarm["Type"] == "AWS::CloudWatch::Alarm"
            and alarm["Properties"]["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": name}}]
        ]
        assert "Url5xxCount" in watched, name


def test_each_alarm_tells_someone(resources: dict[str, Any]) -> None:
    for name, resource in resources.items():
        if resource["Type"] == "AWS::CloudWatch::Alarm":
            assert resource["Properties"]["AlarmActions"]["Fn::If"][0] == "HasAlarmTopic", name
            assert resource["Properties"]["TreatMissingData"], name
