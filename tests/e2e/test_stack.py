"""The stack itself: what stands between a browser and the functions, and what happens when a part of it dies."""

import os
from pathlib import Path

import httpx
import pytest

from scripts.stack.services import INHERITED
from tests.support.stack import RunningStack, wait_for


def test_every_part_is_up(stack: RunningStack) -> None:
    health = stack.api("GET", "/health")

    assert health.status_code == 200, health.text
    assert {service["state"] for service in (stack.control.status() or {})["services"].values()} == {"ready"}


def test_unknown_routes_are_problems(stack: RunningStack) -> None:
    answer = stack.api("GET", "/no/such/route")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"


def test_routes_for_people_want_a_token(stack: RunningStack) -> None:
    answer = stack.api("GET", "/me/orders")

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert stack.api("GET", "/me/orders", headers={"Authorization": f"Bearer {stack.token()}"}).status_code == 200


def test_a_body_past_the_gateways_limit_is_refused_at_the_edge(stack: RunningStack) -> None:
    answer = stack.api("POST", "/carts", content=b"x" * (10 * 2**20 + 1))

    assert answer.status_code == 413
    assert answer.json()["code"] == "body_too_large"


def test_a_page_is_served_at_the_root(stack: RunningStack) -> None:
    answer = stack.http.get("/")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


def test_demo_pictures_are_served(stack: RunningStack) -> None:
    found = stack.mongo["products"].find_one({"images.url": {"$regex": "^/media/demo/"}})
    assert found is not None
    picture = found["images"][0]["url"]

    answer = stack.http.get(picture)

    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.content.startswith(b"<")


def test_everything_listens_on_loopback_only(stack: RunningStack) -> None:
    table = Path("/proc/net/tcp")
    if not table.exists():
        pytest.skip("needs Linux")
    ours = {f"{port:04X}" for port in range(stack.layout.port, stack.layout.port + 7)}
    lines = [line.split()[1:4] for line in table.read_text().splitlines()[1:]]
    listening = [local for local, _, state in lines if state == "0A" and local.partition(":")[2] in ours]

    assert len(listening) >= 6
    assert all(local.startswith("0100007F:") for local in listening)


def test_the_shells_environment_reaches_no_service(stack: RunningStack) -> None:
    """The workers that run the functions included: they are in the emulator's process group."""
    if not Path("/proc/self/environ").exists():
        pytest.skip("needs Linux")
    set_by_us = {
        "HOME",
        "TMPDIR",
        "PYTHONUNBUFFERED",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_DEFAULT_REGION",
    }
    set_by_us |= {name for name in os.environ if name.startswith("POWERTOOLS_")}
    known = set(os.environ) - set(INHERITED) - set_by_us
    assert known, "there is nothing that could leak"
    groups = {service["pid"] for service in (stack.control.status() or {})["services"].values()}
    seen = 0

    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(folder.name)) not in groups:
                continue
            names = {entry.partition("=")[0] for entry in (folder / "environ").read_text(errors="replace").split("\0")}
        except OSError:
            continue
        seen += 1
        assert not names & known, (folder / "cmdline").read_text()

    assert seen > len(groups)


@pytest.mark.parametrize("service", ["cache", "mongo", "aws", "sandbox", "edge"])
def test_a_killed_service_comes_back(stack: RunningStack, service: str) -> None:
    before = stack.status(service)

    stack.kill(service)

    wait_for(lambda: stack.status(service)["pid"] not in (None, before["pid"]), what=f"{service} is started again")
    wait_for(lambda: stack.status(service)["state"] == "ready", what=f"{service} is ready again")

    def healthy() -> bool:
        try:
            return stack.api("GET", "/health").status_code == 200
        except httpx.TransportError:
            return False

    wait_for(healthy, seconds=30, what="the shop is well again")
    assert f"{service} died (signal 9)" in stack.log("supervisor")
