"""The bus between functions in one process: takes what is published, and delivers it as SQS would.

EventBridge is an edge that we do not own; the end-to-end tests meet the emulated one. Which consumer hears what is
read from template.yaml, so a rule that is missing there is missing here.
"""

import importlib
import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml

from tests.support.api import LambdaContext

ROOT = Path(__file__).resolve().parents[2]


@lru_cache(maxsize=1)
def template() -> dict[str, Any]:
    """The template, short tags reduced to their arguments."""

    class Loader(yaml.SafeLoader):
        """Keeps what stands behind `!Ref`, `!GetAtt` and the like."""

    def short(loader: yaml.SafeLoader, _suffix: str, node: yaml.Node) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return loader.construct_scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node, deep=True)
        assert isinstance(node, yaml.MappingNode)
        return loader.construct_mapping(node, deep=True)

    Loader.add_multi_constructor("!", short)
    found: dict[str, Any] = yaml.load((ROOT / "template.yaml").read_text(), Loader)
    return found


def resources() -> dict[str, dict[str, Any]]:
    """The template's resources."""
    found: dict[str, dict[str, Any]] = template()["Resources"]
    return found


@dataclass(frozen=True)
class Route:
    """A function's place behind the gateway."""

    function: str
    method: str
    path: str
    authorized: bool

    @property
    def operation(self) -> str:
        """`orders.hold_order` is `hold_order`."""
        return self.function.partition(".")[2]


def routes() -> list[Route]:
    """Every route of the API, and whether the gateway asks its authorizer first."""
    found = []
    for path, methods in resources()["Api"]["Properties"]["DefinitionBody"]["paths"].items():
        for method, called in methods.items():
            name = re.search(r"\{(\w+)\.Arn\}", called["x-amazon-apigateway-integration"]["uri"])
            assert name, called
            function = resources()[name[1]]["Properties"]["Handler"].removesuffix(".handler")
            found.append(Route(function, method.upper(), path, "security" in called))
    return found


def queues() -> dict[str, str]:
    """By queue (logical id): the function (`orders.on_payment_event`) that it feeds."""
    return {
        str(source["Properties"]["Queue"]).removesuffix(".Arn"): body["Properties"]["Handler"].removesuffix(".handler")
        for body in resources().values()
        if body["Type"] == "AWS::Serverless::Function"
        for source in (body["Properties"].get("Events") or {}).values()
        if source["Type"] == "SQS"
    }


@lru_cache(maxsize=1)
def subscriptions() -> dict[str, list[tuple[str, str]]]:
    """By consumer function: the (source, detail-type) pairs that its rule lets through."""
    found: dict[str, list[tuple[str, str]]] = {}
    for body in resources().values():
        pattern = body["Properties"].get("EventPattern") if body["Type"] == "AWS::Events::Rule" else None
        if pattern is None:
            continue
        for target in body["Properties"]["Targets"]:
            consumer = queues().get(str(target["Arn"]).removesuffix(".Arn"))
            if consumer:
                pairs = [(source, kind) for source in pattern["source"] for kind in pattern["detail-type"]]
                found.setdefault(consumer, []).extend(pairs)
    return found


@dataclass
class Bus:
    """Stands in for the EventBridge client."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    down: bool = False
    refuse: int = 0
    delivered: int = 0
    failures: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803  (boto3's name)
        """Takes events; `down` fails the call, `refuse` as many entries of it."""
        if self.down:
            raise ConnectionError("the bus is away")
        results = []
        for entry in Entries:
            if self.refuse > 0:
                self.refuse -= 1
                results.append({"ErrorCode": "ThrottlingException"})
                continue
            self.entries.append(entry)
            results.append({"EventId": str(uuid4())})
        return {"Entries": results, "FailedEntryCount": sum("ErrorCode" in result for result in results)}

    def describe_event_bus(self, Name: str) -> dict[str, Any]:  # noqa: N803  (boto3's name)
        """Says that there is a bus, unless it is `down`."""
        if self.down:
            raise ConnectionError("the bus is away")
        return {"Name": Name}

    def types(self) -> list[str]:
        """What has been published, in order."""
        return [entry["DetailType"] for entry in self.entries]

    def deliver(self, *, times: int = 1) -> None:
        """Brings everything to its consumers, and what they publish in turn, until it is quiet."""
        while self.delivered < len(self.entries):
            entry = self.entries[self.delivered]
            self.delivered += 1
            for consumer in subscriptions():
                if self.hears(consumer, entry):
                    for _ in range(times):
                        self.deliver_one(consumer, entry)

    def deliver_youngest(self) -> None:
        """Brings one event to all its consumers, the youngest first: out of order."""
        if self.delivered < len(self.entries):
            self.entries.insert(self.delivered, self.entries.pop())
            entry = self.entries[self.delivered]
            self.delivered += 1
            for consumer in subscriptions():
                if self.hears(consumer, entry):
                    self.deliver_one(consumer, entry)

    def hears(self, consumer: str, entry: dict[str, Any]) -> bool:
        """Whether the consumer's rule lets the event through."""
        return (entry["Source"], entry["DetailType"]) in subscriptions()[consumer]

    def deliver_one(self, consumer: str, entry: dict[str, Any]) -> bool:
        """Brings one event to one consumer; says whether it was taken."""
        answer = importlib.import_module(consumer).handler(sqs_event([as_message(entry)]), LambdaContext())
        if answer["batchItemFailures"]:
            self.failures.append((consumer, entry))
        return not answer["batchItemFailures"]


def as_message(entry: dict[str, Any]) -> str:
    """The body of the SQS message that a bus rule makes of an event."""
    return json.dumps(
        {
            "version": "0",
            "id": str(uuid4()),
            "detail-type": entry["DetailType"],
            "source": entry["Source"],
            "account": "000000000000",
            "time": "2026-01-01T00:00:00Z",
            "region": "us-east-1",
            "resources": [],
            "detail": json.loads(entry["Detail"]),
        }
    )


def sqs_event(bodies: list[str]) -> dict[str, Any]:
    """A batch as Lambda gets it from SQS."""
    records = [
        {
            "messageId": str(uuid4()),
            "receiptHandle": "handle",
            "body": body,
            "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "0", "SenderId": "x",
                           "ApproximateFirstReceiveTimestamp": "0"},
            "messageAttributes": {},
            "md5OfBody": "",
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:test",
            "awsRegion": "us-east-1",
        }
        for body in bodies
    ]  # fmt: skip
    return {"Records": records}
