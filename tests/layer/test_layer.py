"""Every function works with the built layer and what Lambda itself provides, and imports no more than it needs."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from scripts.generate import handlers
from scripts.samples import SAMPLES
from tests.layer.building import built_layer
from tests.layer.conftest import House, Said
from tests.layer.worker import NOT_THERE

# In one process: the house is built once, and is gone before other tests empty the database.
pytestmark = pytest.mark.xdist_group("layer")

NAMES = [name for name, _ in handlers()]

# What the samples get in a shop that has only the tour's things: their ids are nobody's, their tokens are over.
STATUS = {
    "auth.clerk_webhook": 400,
    "auth.get_config": 200,
    "auth.get_session": 401,
    "carts.create_cart": 201,
    "orders.hold_order": 401,
    "orders.list_my_orders": 401,
    "orders.release_order": 401,
    "payments.stripe_webhook": 400,
    "products.get_product": 200,
    "products.list_products": 200,
    "system.docs": 200,
    "system.health": 200,
    "system.openapi": 200,
}
# These ask or tell AWS.
WITH_AWS = {
    "auth.clerk_webhook",
    "notifications.route_event", "notifications.send_email", "orders.cancel_order", "orders.expire_orders",
    "orders.hold_order", "orders.on_payment_event", "orders.place_order", "orders.release_order",
    "payments.get_payment", "payments.on_order_event", "payments.stripe_webhook", "system.health",
}  # fmt: skip
WITH_STRIPE = {"payments.create_payment", "payments.get_payment", "payments.on_order_event", "payments.stripe_webhook"}
WITH_CACHE = {"orders.place_order", "products.get_product", "products.list_products", "system.health"}
WITHOUT_DATABASE = {"auth.authorizer", "auth.get_config", "system.docs", "system.openapi"}


def on_tour(house: House, function: str) -> list[Said]:
    """All calls but the last one, which was the sample."""
    return [said for said in house.said[function] if said.event != sample(function)]


def sample(function: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLES / f"{function}.json").read_text())
    return found


@pytest.mark.parametrize("function", NAMES)
def test_a_function_works_with_the_layer_alone(function: str, house: House) -> None:
    for said in house.said[function]:
        assert said.error is None or said.error == ["Exception", "Unauthorized"], said.error
        if isinstance(said.answer, dict) and "statusCode" in said.answer:
            assert said.answer["statusCode"] != 500, said.answer
    assert any(said.error is None for said in on_tour(house, function))


@pytest.mark.parametrize("function", NAMES)
def test_a_function_answers_its_sample(function: str, house: House) -> None:
    (said,) = [said for said in house.said[function] if said.event == sample(function)]
    if function == "auth.authorizer":
        assert said.error == ["Exception", "Unauthorized"]
    elif "Records" in said.event:
        assert set(said.answer) == {"batchItemFailures"}
    elif said.event.get("detail-type") == "Scheduled Event":
        assert list(said.answer.values()) == [0]
    else:
        assert said.answer["statusCode"] == STATUS.get(function, 404), said.answer


@pytest.mark.parametrize("function", NAMES)
def test_a_function_imports_only_what_it_needs(function: str, house: House) -> None:
    modules = frozenset().union(*(said.modules for said in on_tour(house, function)))
    assert ("boto3" in modules) == ("botocore.session" in modules) == (function in WITH_AWS)
    assert ("stripe" in modules) == (function in WITH_STRIPE)
    assert ("redis" in modules) == (function in WITH_CACHE)
    assert ("pymongo" in modules) == (function not in WITHOUT_DATABASE)
    assert ("jinja2" in modules) == (function == "notifications.send_email")
    assert not modules & set(NOT_THERE), "that is the development environment"


@pytest.mark.parametrize("function", ["products.get_product", "products.list_products"])
def test_a_read_that_the_cache_answers_never_meets_the_database(function: str, house: House) -> None:
    for _ in range(3):  # On a busy machine the cache may be too slow for once, and the shop does without it.
        house.close(function)
        read = house.call(function, sample(function))
        assert read.answer["statusCode"] == 200
        if read.modules == {"redis"}:
            return
    pytest.fail(f"imported {sorted(read.modules)}")


@pytest.mark.parametrize("function", NAMES)
def test_nothing_is_compiled_at_a_cold_start(function: str, house: House) -> None:
    assert house.said[function][-1].compiled_anew == []


def test_every_module_of_the_layer_has_its_bytecode() -> None:
    """Lambda's file system is read-only: what lacks it would be compiled anew at every cold start."""
    layer = built_layer()
    lacking = [str(path.relative_to(layer)) for path in layer.rglob("*.py") if not _bytecode(path).exists()]
    assert lacking == []
    assert len(list(layer.rglob("*.pyc"))) > 500


def test_the_bytecode_does_not_ask_for_the_sources_time() -> None:
    """unchecked-hash (PEP 552): the flags after the magic number are 0b01."""
    flags = {path.read_bytes()[4:8] for path in built_layer().rglob("*.pyc")}
    assert flags == {(1).to_bytes(4, "little")}


def test_the_layer_is_small() -> None:
    """Every worker of the emulator unpacks one, and every cold start in the cloud loads it."""
    assert sum(path.stat().st_size for path in built_layer().rglob("*") if path.is_file()) < 40 * 2**20


def test_the_layer_brings_nothing_that_lambda_has() -> None:
    assert not [name for name in ("boto3", "botocore") if (built_layer() / name).exists()]


def _bytecode(source: Path) -> Path:
    return Path(importlib.util.cache_from_source(str(source)))
