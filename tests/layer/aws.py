"""AWS as the functions' own boto3 meets it: EventBridge, SNS and SES, whose calls end at the bench's bus and post."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from tests.support.shop import Shop


@contextmanager
def aws(shop: Shop) -> Iterator[str]:
    """The address of the server."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            target = self.headers.get("X-Amz-Target", "")
            if target == "AWSEvents.PutEvents":
                self._answer(json.dumps(shop.bus.put_events(**json.loads(body))))
            elif target == "AWSEvents.DescribeEventBus":
                self._answer(json.dumps(shop.bus.describe_event_bus(**json.loads(body))))
            elif self.path == "/v2/email/outbound-emails":
                self._answer(json.dumps(shop.post.send_email(**json.loads(body))))
            else:
                self._answer(_publish(shop, {name: values[0] for name, values in parse_qs(body).items()}))

        def _answer(self, text: str) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
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
