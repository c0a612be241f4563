"""S3 between functions in one process: people fill in the shop's forms, and S3 tells the queues that it should tell.

S3 is an edge that we do not own: moto keeps the files. What it does not do is done here as S3 documents it: a form is
held to its policy (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html), and a new file
is told of (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html).
"""

import base64
import importlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

from moto import mock_aws

from commerce.runtime import files
from tests.support.api import LambdaContext
from tests.support.bus import queues, resources, sqs_event

UPLOADS, MEDIA, INVOICES = "souk-test-uploads", "souk-test-media", "souk-test-invoices"


class Refused(Exception):
    """S3 does not take the file: the policy of the form does not allow it."""


@dataclass
class Uploads:
    """The uploads bucket, from outside."""

    told: list[dict[str, Any]] = field(default_factory=list)
    failures: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def post(self, form: dict[str, Any], content: bytes) -> str:
        """Sends a file with a form of the shop's; answers its key.

        Raises:
            Refused: the form's policy does not let it in.
        """
        fields = form["fields"]
        policy = json.loads(base64.b64decode(fields["policy"]))
        if datetime.fromisoformat(policy["expiration"]) < datetime.now(UTC):
            raise Refused("expired")
        for condition in policy["conditions"]:
            if isinstance(condition, list) and condition[0] == "content-length-range":
                if not condition[1] <= len(content) <= condition[2]:
                    raise Refused("EntityTooLarge")
            elif isinstance(condition, dict):
                for name, value in condition.items():
                    if name != "bucket" and fields.get(name) != value:
                        raise Refused(name)
        return self.put(fields["key"], content, content_type=fields["Content-Type"])

    def put(self, key: str, content: bytes, *, content_type: str) -> str:
        """A file comes to be, and S3 will tell of it."""
        files.write(UPLOADS, key, content, content_type=content_type)
        self.told.append(notification(key, len(content)))
        return key

    def deliver(self) -> None:
        """S3 tells of all new files; what a consumer could not handle is in `failures`."""
        while self.told:
            self.tell(self.told.pop(0))

    def tell(self, event: dict[str, Any]) -> None:
        """One delivery of one event."""
        consumer = self.consumer(event["Records"][0]["s3"]["object"]["key"])
        handler = importlib.import_module(consumer).handler
        answer = handler(sqs_event([json.dumps(event)]), LambdaContext())
        if answer["batchItemFailures"]:
            self.failures.append((consumer, event))

    def consumer(self, key: str) -> str:
        """The function that the template has told of a file with this key."""
        configuration = resources()["UploadsBucket"]["Properties"]["NotificationConfiguration"]
        for told in configuration["QueueConfigurations"]:
            if key.startswith(told["Filter"]["S3Key"]["Rules"][0]["Value"]):
                return queues()[str(told["Queue"]).removesuffix(".Arn")]
        raise LookupError(f"nobody is told of {key}")

    def stored(self, bucket: str) -> dict[str, bytes]:
        """Everything in a bucket, by key."""
        listed = files.client().list_objects_v2(Bucket=bucket).get("Contents", [])
        return {entry["Key"]: files.read(bucket, entry["Key"]) for entry in listed}


def notification(key: str, size: int) -> dict[str, Any]:
    """The event of a new file."""
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventTime": "2026-01-01T12:00:00.000Z",
        "eventName": "ObjectCreated:Post",
        "s3": {
            "s3SchemaVersion": "1.0",
            "bucket": {"name": UPLOADS, "arn": f"arn:aws:s3:::{UPLOADS}"},
            "object": {"key": quote_plus(key, safe="/"), "size": size, "eTag": "0" * 32, "sequencer": "0"},
        },
    }
    return {"Records": [record]}


@contextmanager
def buckets() -> Iterator[Uploads]:
    """The buckets, empty. The client is kept for the next ones: to make it takes longer than most tests."""
    with mock_aws():
        for name in (UPLOADS, MEDIA, INVOICES):
            files.client().create_bucket(Bucket=name)
        yield Uploads()
