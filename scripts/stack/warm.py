"""Calling functions once, one after another, so that nobody meets a cold one.

A function's first call starts a worker process, 0.3 to 1 s. When many start at once they starve each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from scripts.stack.emulator import Emulator

PLACEHOLDER = "warm-up"


@dataclass(frozen=True)
class Route:
    """One operation of the deployed API."""

    method: str
    path: str


def routes(emulator: Emulator, api_id: str) -> Iterator[Route]:
    """The operations of the API, with a placeholder where the path has a variable."""
    for page in emulator.client("apigateway").get_paginator("get_resources").paginate(restApiId=api_id):
        for resource in page["items"]:
            for method in resource.get("resourceMethods", {}):
                if method != "OPTIONS":
                    yield Route(method, re.sub(r"\{[^}]+\}", PLACEHOLDER, resource["path"]))


def warm(api_url: str, wanted: list[Route], token: str = "") -> tuple[int, list[str]]:
    """Call every route with an empty body; returns how many answered and what went wrong.

    None of these calls changes anything: ids are placeholders, and a POST without a body is a 4xx.
    """
    answered = 0
    problems: list[str] = []
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with httpx.Client(base_url=api_url, headers=headers, timeout=35, trust_env=False) as client:
        for route in wanted:
            try:
                status = client.request(route.method, route.path).status_code
            except httpx.HTTPError as problem:
                problems.append(f"{route.method} {route.path}: {type(problem).__name__}")
                continue
            answered += 1
            if status >= 500:
                problems.append(f"{route.method} {route.path}: {status}")
    return answered, problems
