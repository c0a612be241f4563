"""AWS as the functions' own boto3 meets it: EventBridge, SNS and SES, whose calls end at the bench's bus and post, and
S3, which is the bench's own.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import requests

from tests.support.shop import Shop

S3 = "https://s3.amazonaws.com"


class Aws(BaseHTTPRequestHandler):
    """One request. `asked` has the access keys of those who have asked."""

    protocol_version = "HTTP/1.1"
    shop: Shop
    asked: set[str]

    def do_POST(self) -> None:
        content = self._content()
        if self._note() == "s3":
            self._s3(content)
            return
        body = content.decode()
        target = self.headers.get("X-Amz-Target", "")
        if target == "AWSEvents.PutEvents":
            self._answer(json.dumps(self.shop.bus.put_events(**json.loads(body))))
        elif target == "AWSEvents.DescribeEventBus":
            self._answer(json.dumps(self.shop.bus.describe_event_bus(**json.loads(body))))
        elif self.path == "/v2/email/outbound-emails":
            self._answer(json.dumps(self.shop.post.send_email(**json.loads(body))))
        else:
            self._answer(_publish(self.shop, {name: values[0] for name, values in parse_qs(body).items()}))

    def do_PUT(self) -> None:
        """S3 alone is asked in other ways than POST."""
        self._note()
        self._s3(self._content())

    def do_GET(self) -> None:
        self.do_PUT()

    def do_HEAD(self) -> None:
        self.do_PUT()

    def do_DELETE(self) -> None:
        self.do_PUT()

    def _content(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _note(self) -> str:
        """Notes who asks; says which service is asked. Both stand in the signature (AWS Signature Version 4)."""
        credential = self.headers["Authorization"].partition("Credential=")[2].partition(",")[0]
        key, _day, _region, service, _ = credential.split("/")
        self.asked.add(key)
        return service

    def _s3(self, content: bytes) -> None:
        """Moto, in this process, answers what is asked of Amazon's own address."""
        headers = {name: value for name, value in self.headers.items() if name != "Host"}
        address = S3 + self.path
        said = requests.request(self.command, address, headers=headers, data=content, timeout=10, stream=True)
        body = b"" if self.command == "HEAD" else said.content
        self.send_response(said.status_code)
        for name, value in said.headers.items():
            if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                self.send_header(name, value)
        length = said.headers["Content-Length"] if self.command == "HEAD" else str(len(body))
        self.send_header("Content-Length", length)
        self.end_headers()
        self.wfile.write(body)

    def _answer(self, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@contextmanager
def aws(bench: Shop) -> Iterator[tuple[str, set[str]]]:
    """The address of the server, and the access keys of those who have asked it."""
    keys: set[str] = set()

    class Bound(Aws):
        shop, asked = bench, keys

    with ThreadingHTTPServer(("127.0.0.1", 0), Bound) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", keys
        finally:
            server.shutdown()
            thread.join()


def _publish(shop: Shop, form: dict[str, str]) -> str:
    """SNS, which speaks forms and XML."""
    assert form["Action"] == "Publish"
    channel = {"DataType": "String", "StringValue": form["MessageAttributes.entry.1.Value.StringValue"]}
    attributes = {form["MessageAttributes.entry.1.Name"]: channel}
    done = shop.post.publish(TopicArn=form["TopicArn"], Message=form["Message"], MessageAttributes=attributes)
    result = f"<PublishResult><MessageId>{done['MessageId']}</MessageId></PublishResult>"
    return f'<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">{result}</PublishResponse>'
