"""The samples under events/samples are what the functions were really called with."""

import json
import re
from datetime import UTC, datetime

from scripts.generate import ROOT, handlers
from scripts.samples import SAMPLES, outdated, samples
from tests.contract.conftest import Recorded


def test_the_samples_are_up_to_date(tour: Recorded) -> None:
    wanted = samples(tour.taken, tour.entries, tour.began)
    assert [str(path.relative_to(ROOT)) for path in outdated(wanted)] == [], "run `make generate`"


def test_every_function_has_a_sample() -> None:
    assert {path.stem for path in SAMPLES.glob("*.json")} == {name for name, _ in handlers()}


def test_no_sample_holds_a_secret(tour: Recorded) -> None:
    text = "\n".join(path.read_text() for path in SAMPLES.rglob("*.json"))
    assert not re.search(r"eyJ\w{10}|whsec_|sk_test_|sk_live_|_secret_(?!sample)", text)
    assert not re.search(r"127\.0\.0\.1:(?!8084)", text)


def test_a_sample_is_of_no_particular_day() -> None:
    """Otherwise two recordings would differ."""
    today = datetime.now(UTC).date().isoformat()
    assert all(today not in path.read_text() for path in SAMPLES.rglob("*.json"))


def test_a_batch_holds_every_fact_that_its_consumer_hears() -> None:
    for name, module in handlers():
        if hasattr(module, "consume"):
            records = json.loads((SAMPLES / f"{name}.json").read_text())["Records"]
            kinds = {json.loads(record["body"]).get("detail-type") for record in records}
            assert kinds - {None} == set(module.consume.reactions), "None is what S3 tells"
