"""Ten thousand rows, along the real path."""

import time

import pytest

from commerce.runtime import mongo
from tests.support.exchanging import Desk
from tests.support.query_shapes import looking
from tests.support.shop import Shop

ROWS = 10_000


@pytest.mark.timeout(900)
def test_ten_thousand_rows(shop: Shop) -> None:
    desk = Desk(shop)
    head = "Handle,Title,Type,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty\n"
    rows = (
        f"p-{n // 4},{f'Product {n // 4}' if n % 4 == 0 else ''},Things,Size,S{n % 4},SKU-{n},{n % 90 + 1}.99,{n % 7}\n"
        for n in range(ROWS)
    )
    file = head + "".join(rows)
    began = time.monotonic()
    done = desk.bring(file)
    print(f"{ROWS / (time.monotonic() - began):.0f} rows per second")
    assert (done["status"], done["counts"]["created"]) == ("finished", ROWS // 4)
    assert done["rows"] == {"done": ROWS + 1, "total": ROWS + 1}
    assert shop.count("products") == ROWS // 4
    assert shop.count("stock") == ROWS
    assert desk.bring(file)["counts"]["unchanged"] == ROWS // 4
    clear_away()


def clear_away() -> None:
    """In portions: the local engine takes longer to empty all of it at once than the next test waits for an answer."""
    with looking():
        for declared in mongo.declared():
            collection = mongo.database()[declared.name]
            while ids := [row["_id"] for row in collection.find({}, {"_id": 1}).limit(500)]:
                collection.delete_many({"_id": {"$in": ids}})
