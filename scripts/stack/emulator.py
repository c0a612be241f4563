"""The deployed stack as the emulator's AWS API shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Self

import boto3
import httpx
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from scripts.stack.layout import REGION, STACK_NAME, Layout

FUNCTION_URL = re.compile(r"https?://([a-z0-9]+)\.lambda-url\.")


@dataclass(frozen=True)
class Deployment:
    """What was deployed, and where things are.

    `fingerprint` is the hash of all sources and parameters, `base` that of all but our own code, `layer` that of our
    part of the layer; `patched` tells that code came in past CloudFormation (patch.py); `code` holds each function's
    code hash and layers.
    `functions` maps logical names to physical ones, `urls` function URLs to reach here by what they are
    (stripe_webhook ...), `queues` queue URLs by logical name, `routes` are methods and paths of the API.
    """

    fingerprint: str
    base: str
    layer: str
    patched: bool
    code: dict[str, list[str]]
    api_id: str
    functions: dict[str, str]
    urls: dict[str, str]
    queues: dict[str, str]
    outputs: dict[str, str]
    routes: list[list[str]]

    def as_json(self) -> dict[str, Any]:
        """As it is written down."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """KeyError or TypeError for a file of another version."""
        return cls(**{name: value[name] for name in cls.__dataclass_fields__})


class Emulator:
    """A thin layer over boto3 and the emulator's own addresses."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        """A boto3 client for a service of this emulator."""
        if service not in self._clients:
            self._clients[service] = boto3.client(  # type: ignore[call-overload]  # any service
                service,
                endpoint_url=self.layout.url_of("aws"),
                region_name=REGION,
                aws_access_key_id="test",
                aws_secret_access_key="test",  # noqa: S106 of no account
                config=Config(connect_timeout=5, read_timeout=60, retries={"max_attempts": 2}),
            )
        return self._clients[service]

    def close(self) -> None:
        """Close the clients' connections."""
        for client in self._clients.values():
            client.close()

    def stack_status(self) -> str:
        """CloudFormation's word for the stack; empty when there is none."""
        try:
            stacks = self.client("cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"]
        except (ClientError, BotoCoreError):
            return ""
        return str(stacks[0]["StackStatus"])

    def code_of(self, functions: Iterable[str]) -> dict[str, list[str]]:
        """Each function's code hash and layers, as deployed."""
        found = {}
        for name in functions:
            config = self.client("lambda").get_function_configuration(FunctionName=name)
            found[name] = [config["CodeSha256"], *(layer["Arn"] for layer in config.get("Layers", []))]
        return found

    def describe(self, fingerprint: str, *, base: str, layer: str, patched: bool) -> Deployment:
        """Look up everything that has an address."""
        cloudformation = self.client("cloudformation")
        stack = cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"][0]
        outputs = {item["OutputKey"]: item["OutputValue"] for item in stack.get("Outputs", [])}
        resources = [
            item
            for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=STACK_NAME)
            for item in page["StackResourceSummaries"]
        ]

        def of_type(name: str) -> dict[str, str]:
            return {
                item["LogicalResourceId"]: item["PhysicalResourceId"]
                for item in resources
                if item["ResourceType"] == name
            }

        functions = of_type("AWS::Lambda::Function")
        return Deployment(
            fingerprint=fingerprint,
            base=base,
            layer=layer,
            patched=patched,
            code=self.code_of(functions.values()),
            api_id=outputs["ApiId"],
            functions=functions,
            urls=self._function_urls(outputs),
            queues=of_type("AWS::SQS::Queue"),
            outputs=outputs,
            routes=self._routes(outputs["ApiId"]),
        )

    def _routes(self, api_id: str) -> list[list[str]]:
        pages = self.client("apigateway").get_paginator("get_resources").paginate(restApiId=api_id)
        return sorted(
            [method, resource["path"]]
            for page in pages
            for resource in page["items"]
            for method in resource.get("resourceMethods", {})
            if method != "OPTIONS"
        )

    def _function_urls(self, outputs: dict[str, str]) -> dict[str, str]:
        """Outputs like StripeWebhookUrl, as addresses that work here."""
        urls = {}
        for name, value in outputs.items():
            found = FUNCTION_URL.match(value)
            if found:
                key = re.sub(r"(?<!^)(?=[A-Z])", "_", name.removesuffix("Url")).lower()
                urls[key] = f"{self.layout.url_of('aws')}/_aws/lambda-url/{found[1]}/"
        return urls

    def publish_api(self, api_id: str) -> None:
        """Make a deployment of the API's stage; without it the emulator does not use its gateway responses."""
        self.client("apigateway").create_deployment(restApiId=api_id, stageName="api")

    def holds(self, deployment: Deployment) -> bool:
        """Whether the emulator has kept this deployment over a restart."""
        if not self.stack_status().endswith("_COMPLETE"):
            return False
        try:
            self.client("apigateway").get_stage(restApiId=deployment.api_id, stageName="api")
            return self.code_of(deployment.functions.values()) == deployment.code
        except (ClientError, BotoCoreError):
            return False

    def reset(self) -> None:
        """Forget everything that is deployed. The shop's data is elsewhere."""
        httpx.post(f"{self.layout.url_of('aws')}/_ministack/reset", timeout=60, trust_env=False).raise_for_status()
