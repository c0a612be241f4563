"""One execution environment: a handler, the layer, and what Lambda itself provides. Nothing else is on the path.

    python -I -B worker.py FUNCTIONS LAYER HANDLER

Says in a line how many modules the import of the handler loaded. Then it reads a line with an event and the moment it
comes at, answers with a line: what the handler answered or raised, and what has been imported; and so on. It must run
without this project's other modules, and without any package of the development environment.
"""

import contextlib
import importlib
import json
import os
import sys
import time
import uuid
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

# Packages that a function should import only when it needs them, and some that are not there in the cloud.
HEAVY = ("boto3", "botocore.session", "pymongo", "redis", "stripe", "jinja2", "babel")
NOT_THERE = ("pytest", "httpx", "moto", "yaml", "hypothesis")


class Context:
    """What Lambda tells a function about itself."""

    function_name = "worker"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:worker"

    def __init__(self) -> None:
        self.aws_request_id = str(uuid.uuid4())

    def get_remaining_time_in_millis(self) -> int:
        return 15_000


def compiled_anew(layer: str) -> list[str]:
    """Modules of the layer that were not taken from its bytecode."""
    found = []
    for name, module in list(sys.modules.items()):
        spec = getattr(module, "__spec__", None)
        origin = getattr(spec, "origin", None) or ""
        if spec and origin.startswith(layer) and origin.endswith(".py") and not Path(spec.cached or "").is_file():
            found.append(name)
    return found


def loaded_of_others(before: set[str], functions: str) -> int:
    """How many modules have been loaded that are not ours: ours cost little, and how we cut them into files is free."""
    ours = {"commerce", *(path.name for path in Path(functions).iterdir())}
    return sum(name not in before and name.partition(".")[0] not in ours for name in sys.modules)


def come_at(moment: float) -> None:
    """The shop's clock shows this Unix time, and what was known of blocked people is older than they keep it."""
    blocklist = sys.modules.get("commerce.runtime.blocklist")
    ahead = timedelta(seconds=moment - time.time())
    if abs(ahead) > timedelta(minutes=1):  # Whoever imports it only when a webhook comes asks it for the time too.
        with contextlib.suppress(ImportError):
            importlib.import_module("standardwebhooks.webhooks")

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Shifted":
            moment = datetime.now(tz) + ahead
            return cls.combine(moment.date(), moment.timetz())

    for name in ("commerce.runtime.clock", "standardwebhooks.webhooks"):
        if module := sys.modules.get(name):
            module.datetime = Shifted  # type: ignore[attr-defined]
    if blocklist:
        blocklist.known = blocklist.Known()  # type: ignore[attr-defined]


def main() -> None:
    functions, layer, handler = sys.argv[1:]
    sys.path[:0] = [functions, layer]
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # What the function prints is its log.
    before = set(sys.modules)
    module = importlib.import_module(handler)
    print(json.dumps(loaded_of_others(before, functions)), file=answers, flush=True)
    for line in sys.stdin:
        said: dict[str, Any] = {"answer": None, "error": None}
        told = json.loads(line)
        come_at(told["at"])
        try:
            said["answer"] = module.handler(told["event"], Context())
        except Exception as error:  # noqa: BLE001  (as Lambda does)
            said["error"] = [type(error).__name__, str(error)]
        # botocore alone says nothing: Powertools registers itself with its package, and only its session costs time.
        said["modules"] = [name for name in (*HEAVY, *NOT_THERE) if name in sys.modules]
        said["compiled_anew"] = compiled_anew(layer)
        print(json.dumps(said), file=answers, flush=True)


if __name__ == "__main__":
    main()
