"""Records events/samples: one invocation per function, and one event per fact, from a real tour of the shop.

    python -m scripts.samples           writes them
    python -m scripts.samples --check   says whether they are up to date, and writes nothing

Runs every function in this process against real servers (tests/support/tour.py) and keeps what they were called with.
Ids, times and tokens are replaced by stable stand-ins, so that two recordings are alike and none holds a secret. Only
the frame that AWS puts around a recorded request (schedules, function URLs) is written here, after its documentation.

events/samples/<service>.<operation>.json is for `sam local invoke -e`, events/samples/facts/<Fact>.json is the event
as the bus delivers it.
"""

import argparse
import json
import logging
import os
import re
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from stdnum import luhn
from stdnum.iso7064 import mod_37_36

from tests.support import fixtures
from tests.support.bus import as_message, resources, routes, sqs_event
from tests.support.recording import Call, Recording, recording
from tests.support.tour import Tour

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "events" / "samples"

BEGAN = datetime(2026, 1, 1, 12, tzinfo=UTC)  # When the tour of the samples began.
STEP = timedelta(minutes=5)  # Longer than a tour takes: times differ by what the shop decided, not by how long we took.
LONGEST = timedelta(days=1)

# Which of a webhook's messages the sample shows.
_TOLD = {
    "payments.stripe_webhook": "payment_intent.succeeded",
    "payments.paypal_webhook": "PAYMENT.CAPTURE.COMPLETED",
    "auth.clerk_webhook": "user.updated",
}

type Entry = dict[str, Any]


def samples(taken: Recording, entries: Sequence[Entry], began: datetime) -> dict[Path, str]:
    """Every sample's file and text.

    Args:
        taken: what the functions were called with.
        entries: what was put on the bus.
        began: when the recording did.
    """
    wanted: dict[Path, Any] = {}
    first: dict[str, Entry] = {}
    for entry in entries:
        first.setdefault(entry["DetailType"], entry)
    for function in sorted({call.function for call in taken.calls}):
        wanted[SAMPLES / f"{function}.json"] = _invocation(function, taken)
    for fact in sorted(first):
        wanted[SAMPLES / "facts" / f"{fact}.json"] = json.loads(as_message(first[fact]))
    # Each file has stand-ins of its own, so that a new station of the tour changes one sample and not all of them.
    return {path: _Stable(began).text(json.dumps(sample, indent=1)) + "\n" for path, sample in wanted.items()}


def _invocation(function: str, taken: Recording) -> Any:
    calls = taken.of(function)
    sources = _sources(function)
    if "Schedule" in sources:
        return _schedule(function)
    if "SQS" in sources:
        return _batch(calls)
    if calls[0].is_http:
        return _through_gateway(next(call for call in calls if 200 <= call.answer["statusCode"] < 300))
    if "methodArn" in calls[0].event:
        return calls[0].event
    return _to_url(next(call for call in calls if _TOLD[function] in call.event["body"]))


def _sources(function: str) -> set[str]:
    """What the template says may call it, the API apart."""
    handlers = [body["Properties"] for body in resources().values() if body["Type"] == "AWS::Serverless::Function"]
    found = next(properties for properties in handlers if properties["Handler"] == f"{function}.handler")
    return {source["Type"] for source in (found.get("Events") or {}).values()}


def _batch(calls: list[Call]) -> Any:
    """One batch with the first message of every kind that came."""
    kinds: dict[str, str] = {}
    for call in calls:
        for record in call.event["Records"]:
            kinds.setdefault(json.loads(record["body"]).get("detail-type", ""), record["body"])
    return sqs_event(list(kinds.values()))


def _through_gateway(call: Call) -> Any:
    """With the route that API Gateway found for the path: https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html."""
    event = call.event
    for route in (route.path for route in routes() if route.function == call.function):
        match = re.fullmatch(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(route)), event["path"])
        if match:
            context = event["requestContext"] | {"resourcePath": route, "httpMethod": event["httpMethod"]}
            parameters = match.groupdict() or None
            return event | {"resource": route, "pathParameters": parameters, "requestContext": context}
    raise LookupError(f"no route of {call.function} leads to {event['path']}")


def _to_url(call: Call) -> Any:
    """In the frame of a function URL: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html."""
    http = {"method": "POST", "path": "/", "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7"}
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/",
        "rawQueryString": "",
        "headers": {name.lower(): value for name, value in call.event["headers"].items()}
        | {"content-type": "application/json; charset=utf-8"},
        "requestContext": {"requestId": "00000000-0000-4000-8000-000000000000", "stage": "$default", "http": http},
        "body": call.event["body"],
        "isBase64Encoded": False,
    }


def _schedule(function: str) -> Any:
    """As a schedule calls: https://docs.aws.amazon.com/lambda/latest/dg/with-eventbridge-scheduler.html."""
    return {
        "version": "0",
        "id": "00000000-0000-4000-8000-000000000000",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "time": BEGAN.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": "us-east-1",
        "resources": [f"arn:aws:events:us-east-1:000000000000:rule/{function.replace('.', '-')}"],
        "detail": {},
    }


class _Stable:
    """Replaces what differs between two recordings by stand-ins, the same for the same, counted as they are met."""

    def __init__(self, began: datetime) -> None:
        self._began = began
        self._met: dict[str, dict[str, int]] = {}
        self._rules: list[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]] = [
            (re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+"), lambda _: "session.token.sample"),
            (re.compile(r"\bt=\d+,v1=[0-9a-f]{64}"), lambda _: f"t={_unix(BEGAN)},v1={'0' * 64}"),
            (re.compile(r"\bv1,[A-Za-z0-9+/]{43}="), lambda _: f"v1,{'A' * 43}="),
            (re.compile(r"\b[0-9a-f]{1,9}\.[\w-]{43}(?![\w-])"), lambda m: f"0.sample-{self._nth('token', m[0]):036}"),
            (re.compile(r"\b([a-z]{2,5})_([0-7][0-9a-hjkmnp-tv-z]{25})(?![0-9a-z])"), self._type_id),
            (re.compile(r"\bmsg_[0-9a-f]{32}\b"), lambda m: f"msg_{self._nth('msg', m[0]):032}"),
            (re.compile(r"\b[0-9A-Z]{17}\b"), lambda m: f"SAMPLE{self._nth('paypal', m[0]):011}"),
            (re.compile(r"\bCERT-[A-Za-z0-9]{16}"), lambda _: "CERT-sample"),
            (re.compile(r"[A-Za-z0-9+/]{342}=="), lambda _: "signature+sample=="),
            (re.compile(r"_secret_[A-Za-z0-9]{20,}"), lambda _: "_secret_sample"),
            (
                re.compile(r"\b([a-z]+)_(?!01k0)(?=[A-Za-z]*[A-Z0-9])([A-Za-z0-9]{14,32})(?![A-Za-z0-9])"),
                self._provider_id,
            ),
            (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), self._uuid),
            (re.compile(r"\b([0-9A-Z]{5})-([0-9A-Z]{5})-[0-9A-Z]\b"), self._order_number),
            (re.compile(r"\b(?:[0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}\b"), self._gift_card),
            (re.compile(r"""(code_hash[\\": ]+)[\w-]{43}"""), lambda m: f"{m[1]}{'A' * 43}"),
            (re.compile(r"\b20\d\d-\d\d-\d\dT[\d:]{8}(?:\.\d+)?(?:Z|\+00:00)"), self._moment),
            (re.compile(r"\b(?:1[5-9]|2\d)\d{8}\b"), lambda _: str(_unix(BEGAN))),
            (re.compile(r"\b(?:1[5-9]|2\d)\d{11}\b"), lambda _: str(_unix(BEGAN) * 1000)),
            (re.compile(r"(?<=://127\.0\.0\.1:)\d+|(?<=://localhost:)\d{5}"), lambda _: "8084"),
        ]

    def text(self, recorded: str) -> str:
        """The same text, the same every time."""
        for pattern, stand_in in self._rules:
            recorded = pattern.sub(stand_in, recorded)
        return recorded

    def _nth(self, kind: str, value: str) -> int:
        met = self._met.setdefault(kind, {})
        return met.setdefault(value, len(met) + 1)

    def _type_id(self, match: re.Match[str]) -> str:
        return f"{match[1]}_01k{self._nth('id', match[2]):023}"

    def _provider_id(self, match: re.Match[str]) -> str:
        return f"{match[1]}_sample{self._nth(match[1], match[2]):018}"

    def _uuid(self, match: re.Match[str]) -> str:
        return f"00000000-0000-4000-8000-{self._nth('uuid', match[0]):012}"

    def _order_number(self, match: re.Match[str]) -> str:
        body = f"SAMPE{self._nth('number', match[0]):05}"
        return f"{body[:5]}-{body[5:]}-{mod_37_36.calc_check_digit(body)}"

    def _gift_card(self, match: re.Match[str]) -> str:
        body = f"SAMPE{self._nth('gift card', match[0]):014}"
        compact = body + luhn.calc_check_digit(body, alphabet="0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        return "-".join(compact[start : start + 4] for start in range(0, 20, 4))

    def _moment(self, match: re.Match[str]) -> str:
        after = datetime.fromisoformat(match[0]) - self._began
        steps = round(after / STEP) if abs(after) < LONGEST else 0
        return (BEGAN + steps * STEP).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _unix(moment: datetime) -> int:
    return int(moment.timestamp())


def record() -> dict[Path, str]:
    """Takes the tour with servers of its own."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "STRIPE_", "PAYPAL_", "CLERK_"))]:
        del os.environ[name]
    logging.disable(logging.CRITICAL)
    began = datetime.now(UTC)
    with fixtures.shop_of_its_own("souk_samples") as shop, recording() as taken:
        Tour(shop).take()
        return samples(taken, shop.bus.entries, began)


def outdated(wanted: dict[Path, str]) -> list[Path]:
    """Files that do not hold what they should, or should not be there."""
    strays = [path for path in SAMPLES.rglob("*.json") if path not in wanted]
    return [path for path, text in wanted.items() if not path.exists() or path.read_text() != text] + strays


def main(arguments: list[str] | None = None) -> int:
    """Writes or checks; 1 when a check finds something old."""
    parser = argparse.ArgumentParser(prog="python -m scripts.samples")
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args(arguments).check
    began = time.monotonic()
    wanted = record()
    old = outdated(wanted)
    if check:
        for path in old:
            print(f"{path.relative_to(ROOT)} is not up to date: run `make generate`", file=sys.stderr)
        return 1 if old else 0
    for path in old:
        if path in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path])
        else:
            path.unlink()
    print(f"{len(old)} of {len(wanted)} written in {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
