"""A product file by the signed form, through S3 and the queue, into the shop; and the catalogue out again as a file."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.shopping import Shop
from tests.support.stack import wait_for

HEAD = "Handle,Title,Product Category,Variant SKU,Variant Price,Variant Inventory Qty\n"


def upload(form: dict[str, Any], content: bytes) -> httpx.Response:
    """What a browser does with the form."""
    return httpx.post(form["url"], data=form["fields"], files={"file": content}, trust_env=False, timeout=30)


def test_a_file_comes_in_and_the_catalogue_goes_out(shop: Shop) -> None:
    staff, mark = shop.staff(), uuid4().hex[:8]
    started = staff.get("POST", "/admin/imports", {"format": "shopify_csv", "file_name": "mugs.csv"})
    rows = f"mug-{mark},Mug {mark},Kitchen > Mugs {mark},MUG-{mark},12.50,7\nbad-{mark},Bad,,BAD-{mark},1e3,1\n"
    assert upload(started["upload"], (HEAD + rows).encode()).is_success

    def done() -> Any:
        job = staff.get("GET", f"/admin/imports/{started['id']}")
        return job if job["status"] in ("finished", "failed", "rejected") else None

    job = wait_for(done, seconds=60, what="the import has finished")
    assert job["status"] == "finished", job
    assert (job["counts"]["created"], job["counts"]["failed"], job["percent"]) == (1, 1, 100)
    errors = staff.get("GET", f"/admin/imports/{started['id']}/errors")["items"]
    assert [(error["row"], error["column"], error["code"]) for error in errors] == [
        (3, "Variant Price", "price_format")
    ]
    (changed,) = staff.get("GET", f"/admin/imports/{started['id']}/changes")["items"]
    assert changed["outcome"] == "created"
    product = shop.stack.api("GET", f"/products/mug-{mark}").json()
    assert product["variants"][0]["price"] == {"amount": 1250, "currency": "USD"}
    assert product["variants"][0]["available"] == 7

    asked = staff.get("POST", "/admin/exports", {"format": "jsonl"})

    def written() -> Any:
        export = staff.get("GET", f"/admin/exports/{asked['id']}")
        return export if export["status"] == "finished" else None

    export = wait_for(written, seconds=60, what="the export has finished")
    file = httpx.get(export["url"], trust_env=False, timeout=30)
    assert file.is_success
    assert len(file.content) == export["size"]
    assert f'"slug":"mug-{mark}"'.encode() in file.content

    staff.get("POST", f"/admin/imports/{started['id']}/undo")
    wait_for(
        lambda: staff.get("GET", f"/admin/imports/{started['id']}")["status"] == "undone",
        seconds=60,
        what="the import has been taken back",
    )
    assert shop.stack.api("GET", f"/products/mug-{mark}").status_code == 404


@pytest.mark.parametrize("change", [{"key": "imports/other.csv"}, {"Content-Type": "text/html"}])
def test_the_form_is_good_for_one_file_of_one_kind(shop: Shop, change: dict[str, str]) -> None:
    staff = shop.staff()
    form = staff.get("POST", "/admin/imports", {"format": "shopify_csv"})["upload"]
    form["fields"] |= change
    refused = upload(form, HEAD.encode())
    if refused.is_success:
        pytest.skip("the emulator holds no policy of a form; S3 does (tests/support/uploads.py says where)")
    assert refused.status_code == 403
