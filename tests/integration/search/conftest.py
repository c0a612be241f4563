"""A shop with DummyJSON's products, searchable."""

from itertools import batched

import pytest

from commerce import inventory
from commerce.catalog import intake
from commerce.catalog.search import upkeep
from commerce.runtime import mongo
from tests.support import dummyjson
from tests.support.query_shapes import looking
from tests.support.shop import Shop


@pytest.fixture(scope="session")
def _filled() -> dict[str, list[dict[str, object]]]:
    """What the collections held once it was filled: filling takes seconds, putting it back does not."""
    return {}


@pytest.fixture
def bazaar(shop: Shop, _filled: dict[str, list[dict[str, object]]]) -> Shop:
    """The shop, full."""
    with looking():
        if not _filled:
            drafts = dummyjson.drafts()
            intake.save(drafts)
            inventory.receive({v.sku: v.quantity for draft in drafts for v in draft.variants}, reference="test")
            shop.bus.entries.clear()
            upkeep.recount()
            for collection in mongo.declared():
                if found := list(mongo.database()[collection.name].find({})):
                    _filled[collection.name] = found
        else:
            for name, documents in _filled.items():
                for some in batched(documents, 100, strict=False):  # On a busy machine all at once take too long.
                    mongo.database()[name].insert_many(some)
    return shop
