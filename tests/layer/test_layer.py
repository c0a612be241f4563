"""Every function works with the built layer and what Lambda itself provides, and imports no more than it needs."""

import importlib.util
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from scripts.generate import handlers
from scripts.samples import SAMPLES
from tests.layer.building import built_layer, clean_python
from tests.layer.conftest import House, Said, given
from tests.layer.worker import NOT_THERE
from tests.support.shop import sign

# In one process: the house is built once, and is gone before other tests empty the database. Whoever comes first waits
# for it: each function is a process of its own, and starts cold.
pytestmark = [pytest.mark.xdist_group("layer"), pytest.mark.timeout(1500)]

BUDGET = Path(__file__).parents[1] / "budget" / "modules.json"
NAMES = [name for name, _ in handlers()]

# What a sample gets in a shop that has only the tour's things: its token is over, its ids are nobody's, lists answer.
STATUS = {
    "auth.clerk_webhook": 400,
    "carts.create_cart": 201,
    "orders.place_order": 404,
    "payments.get_gift_card_balance": 422,
    "payments.paypal_webhook": 400,
    "payments.stripe_webhook": 400,
    "products.get_product": 200,
}


def expected(function: str, event: dict[str, Any]) -> int:
    """The status of the answer to a sample."""
    if "Authorization" in (event.get("headers") or {}):
        return 401
    return STATUS.get(function, 404 if event.get("pathParameters") else 200)


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
        assert {type(count) for count in said.answer.values()} == {int}
    else:
        assert said.answer["statusCode"] == expected(function, said.event), said.answer


@pytest.mark.parametrize("function", NAMES)
def test_a_function_imports_only_what_it_needs(function: str, house: House) -> None:
    modules = frozenset().union(*(said.modules for said in on_tour(house, function)))
    settings = given(function)
    assert ("pymongo" in modules) == ("MONGODB_URI" in settings)
    assert "redis" not in modules or "CACHE_URL" in settings
    assert "stripe" not in modules or "STRIPE_SECRET_KEY" in settings
    signs_forms = {"UPLOADS_BUCKET", "INVOICES_BUCKET"} & settings  # and links, without asking S3
    assert ("boto3" in modules) == ("botocore.session" in modules)
    assert "boto3" not in modules or function in house.asked_aws or signs_forms
    assert ("jinja2" in modules) == (function == "notifications.send_email")
    assert not modules & set(NOT_THERE), "that is the development environment"


def test_no_function_loads_more_modules_than_its_budget(house: House) -> None:
    """Those of others; the numbers in tests/budget/modules.json only go down, unless the commit says why. Set
    BUDGET=write to write them anew.
    """
    if os.environ.get("BUDGET") == "write":
        BUDGET.write_text(json.dumps(dict(sorted(house.loaded.items())), indent=1) + "\n")
    allowed = json.loads(BUDGET.read_text())
    assert set(house.loaded) == set(allowed)
    over = {name: f"{count}, allowed {allowed[name]}" for name, count in house.loaded.items() if count > allowed[name]}
    assert not over


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
    """Every worker of the emulator unpacks one, and every cold start in the cloud loads it. Nothing is left in it that
    only a `strip` of the building machine would take out: the same files come out everywhere.
    """
    assert sum(path.stat().st_size for path in built_layer().rglob("*") if path.is_file()) < 40 * 2**20


def test_libraries_end_with_their_last_segment() -> None:
    libraries = list(built_layer().rglob("*.so"))
    assert len(libraries) > 5
    for library in libraries:
        content = library.read_bytes()
        if content.startswith(b"\x7fELF"):
            assert content[40:48] == bytes(8), f"{library} has section headers"


def test_stripe_may_tell_of_what_this_shop_does_not_use(house: House) -> None:
    """Its SDK has a class for everything, which the layer has not."""
    card = {"id": "ic_layer", "object": "issuing.card"}
    body = json.dumps({"id": "evt_layer", "type": "issuing_card.created", "data": {"object": card}})
    event = {"headers": {"Stripe-Signature": sign(body, house.settings["STRIPE_WEBHOOK_SECRETS"])}, "body": body}
    answer = house.call("payments.stripe_webhook", event | {"isBase64Encoded": False}).answer
    assert (answer["statusCode"], json.loads(answer["body"])["outcome"]) == (200, "ignored")


LATE = """
import sys
sys.path.insert(0, sys.argv[1])
from datetime import datetime, UTC
from pathlib import Path
from babel import Locale
from babel.dates import format_datetime, format_timedelta
from babel.numbers import format_compact_currency, format_currency, get_currency_name
names = [path.stem for path in Path(sys.argv[1], "babel", "locale-data").glob("*.dat") if path.stem != "root"]
assert len(names) > 30
for name in names:
    assert "7" in format_currency(1234567.5, "EUR", locale=name) or name.startswith("ar"), name
    assert get_currency_name("JPY", locale=name, count=2) and Locale.parse(name).territories["DE"]
    assert format_datetime(datetime.now(UTC), "full", locale=name) and format_compact_currency(1e6, "USD", locale=name)
from dns import rdata, resolver
assert rdata.from_text("IN", "SRV", "0 0 27017 db.example.").target.to_text() == "db.example."
assert rdata.from_text("IN", "TXT", '"replicaSet=x"').strings and resolver.Resolver(configure=False)
import requests
print("all there")
"""


def test_what_is_loaded_late_is_there() -> None:
    """Languages, and the way to a cluster by its name (mongodb+srv): the tour meets neither."""
    command = [str(clean_python()), "-I", "-B", "-W", "error", "-c", LATE, str(built_layer())]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == "all there\n", done.stderr


def test_the_layer_brings_nothing_that_lambda_has() -> None:
    assert not [name for name in ("boto3", "botocore") if (built_layer() / name).exists()]


def _bytecode(source: Path) -> Path:
    return Path(importlib.util.cache_from_source(str(source)))
