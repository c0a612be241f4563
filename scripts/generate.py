"""Generates what is derived from the code: the API's description and routes, and the schemas of the events.

    python -m scripts.generate           writes them
    python -m scripts.generate --check   says whether they are up to date, and writes nothing

Writes functions/system/openapi.json, events/schemas/<Fact>.v<version>.json, and the routes in template.yaml.
"""

import argparse
import importlib
import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler.openapi.merge import OpenAPIMerge

from commerce.runtime import permissions
from commerce.runtime.events import Envelope, Fact
from scripts import routes

ROOT = Path(__file__).resolve().parents[1]
FUNCTIONS = ROOT / "functions"
SCHEMAS = ROOT / "events" / "schemas"
TEMPLATE = ROOT / "template.yaml"
CONTEXTS_WITH_EVENTS = ("catalog", "identity", "inventory", "orders", "payments", "users")

# Who may call, in OpenAPI's words: either of several ways in, each with the role that it wants.
_SECURITY: dict[str, list[dict[str, list[str]]]] = {
    "anyone": [{}],
    "guest": [{}, {"session": []}],
    "user": [{"session": []}],
    "staff": [{"session": ["staff"]}],
    "admin": [{"session": ["admin"]}],
}

PROBLEM: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457. Tell faults apart by `code`; more members may follow, by code.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "examples": ["validation_failed"]},
        "correlation_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {name: {"type": "string"} for name in ("field", "code", "message")},
            },
        },
    },
}


def handlers() -> Iterator[tuple[str, Any]]:
    """Every function's dotted name and module."""
    for path in sorted(FUNCTIONS.rglob("*.py")):
        if path.name != "__init__.py":
            name = ".".join(path.relative_to(FUNCTIONS).with_suffix("").parts)
            yield name, importlib.import_module(name)


def facts() -> list[type[Fact]]:
    """Every fact that a context publishes."""
    found = []
    for context in CONTEXTS_WITH_EVENTS:
        module = importlib.import_module(f"commerce.{context}.events")
        kinds = [kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, Fact)]
        # A class with subclasses is a family, not a fact.
        found += [kind for kind in kinds if kind.__module__ == module.__name__ and not kind.__subclasses__()]
    return sorted(found, key=lambda kind: kind.__name__)


def openapi() -> dict[str, Any]:
    """The description of the whole API, merged from the functions' own."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    merged = OpenAPIMerge(title="Souk", version=version, description="A shop on cloud functions.")
    known: dict[str, Any] = {}
    for name, module in handlers():
        if hasattr(module, "app"):
            described = json.loads(module.app.get_openapi_json_schema(title="Souk", version=version))
            _same_everywhere(known, described, name)
            merged.add_schema(_named(described, name))
    whole: dict[str, Any] = json.loads(merged.get_openapi_json_schema())
    whole["servers"] = [{"url": "/api"}]
    schemas = whole["components"]["schemas"]
    for gone in ("HTTPValidationError", "ValidationError", "ResponseValidationError"):
        schemas.pop(gone, None)
    schemas["Problem"] = PROBLEM
    bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "A Clerk session token"}
    whole["components"]["securitySchemes"] = {"session": bearer}
    return whole


def _same_everywhere(known: dict[str, Any], described: dict[str, Any], name: str) -> None:
    """The merge keeps one schema per name: two of one name would make the description lie about one of them.

    Raises:
        ValueError: this function's part says something else under a name that is known.
    """
    for title, content in described.get("components", {}).get("schemas", {}).items():
        if known.setdefault(title, content) != content:
            raise ValueError(f"{name}: there is another schema called {title}; rename one of the types")


def _named(described: dict[str, Any], name: str) -> dict[str, Any]:
    """A function's part: named after it, with our faults instead of the framework's, and who may call it."""
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for methods in described.get("paths", {}).values():
        for operation in methods.values():
            operation["operationId"] = name.rpartition(".")[2]
            operation["summary"] = operation["operationId"].replace("_", " ").capitalize()
            for status in ("422", "500"):
                operation["responses"].pop(status, None)
            for status in operation["responses"].keys() & {"204", "301"}:
                operation["responses"][status].pop("content", None)  # The framework gives every status the body of 200.
            operation["responses"]["default"] = {"description": "What went wrong", "content": problem}
            operation["security"] = _SECURITY[permissions.of(operation["operationId"]).who]
    return described


def schema(fact: type[Fact]) -> dict[str, Any]:
    """The JSON Schema of a fact's whole `detail`, envelope included."""
    detail = Envelope.model_json_schema()
    data = fact.model_json_schema(mode="serialization")
    definitions = detail.pop("$defs", {}) | data.pop("$defs", {})
    detail["properties"]["data"] = data
    detail["properties"]["metadata"] = {"$ref": "#/$defs/Metadata"}
    detail |= {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": fact.type_name(),
        "description": f"`detail` of {fact.type_name()} from {fact.source}, schema version {fact.schema_version}.",
        "$defs": definitions,
    }
    return detail


def generated() -> dict[Path, str]:
    """Every generated file and what it must hold."""
    files = {FUNCTIONS / "system" / "openapi.json": openapi()}
    for fact in facts():
        files[SCHEMAS / f"{fact.type_name()}.v{fact.schema_version}.json"] = schema(fact)
    texts = {path: json.dumps(content, indent=1, sort_keys=True) + "\n" for path, content in files.items()}
    return texts | {TEMPLATE: routes.written(TEMPLATE.read_text(), routes.routes(handlers()))}


def main(arguments: list[str] | None = None) -> int:
    """Writes or checks; 1 when a check finds something old."""
    parser = argparse.ArgumentParser(prog="python -m scripts.generate")
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args(arguments).check
    wanted = generated()
    old = [path for path, text in wanted.items() if not path.exists() or path.read_text() != text]
    strays = [path for path in SCHEMAS.glob("*.json") if path not in wanted]
    if check:
        for path in old + strays:
            print(f"{path.relative_to(ROOT)} is not up to date: run `make generate`", file=sys.stderr)
        return 1 if old or strays else 0
    for path in old:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path])
    for path in strays:
        path.unlink()
    print(f"{len(old)} written, {len(wanted) - len(old)} up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
