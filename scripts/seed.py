"""Fills the catalogue from a product file in Shopify's CSV format; without one, from the demo catalogue, which brings
shipping, taxes and promotions along.

    python -m scripts.seed [FILE] [--currency USD] [--if-empty]

Products are matched by handle: a second run replaces them in place. Stock is set for new SKUs only, and rules that are
there are left alone.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from commerce import inventory
from commerce.catalog import intake, shopify
from commerce.catalog.drafts import ProductDraft, RowError
from commerce.catalog.search import upkeep
from commerce.catalog.store import PRODUCTS
from commerce.runtime.errors import ShopError, Unavailable
from commerce.runtime.settings import settings
from scripts.demo_catalogue import rules

DEMO = Path(__file__).parent / "demo_catalogue" / "products.csv"
PATIENCE = 4  # So often a catalogue is tried again that others are changing.


def main(arguments: list[str] | None = None) -> int:
    """Brings the file in; 1 when a product of it could not be taken."""
    parser = argparse.ArgumentParser(prog="python -m scripts.seed", description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("file", nargs="?", type=Path, default=DEMO)
    parser.add_argument("--currency", default=settings().default_currency)
    parser.add_argument("--if-empty", action="store_true", help="leave a catalogue that has products as it is")
    wanted = parser.parse_args(arguments)
    if wanted.if_empty and PRODUCTS.find_one({}) is not None:
        print("the catalogue has products already")
        return 0
    try:
        with wanted.file.open("rb") as stream:
            found = list(shopify.read(stream, currency=wanted.currency))
        drafts = [entry for entry in found if isinstance(entry, ProductDraft)]
        saved = patiently(lambda: intake.save(drafts))
        # Beginnings and typing errors find their words at once, not when the relay comes by.
        patiently(upkeep.recount)
    except (OSError, ValueError, shopify.UnreadableFile, ShopError) as error:
        print(f"{wanted.file}: {error}", file=sys.stderr)
        return 1
    goods = [draft for draft in drafts if draft.kind == "goods"]
    inventory.receive({v.sku: v.quantity for draft in goods for v in draft.variants}, reference=wanted.file.name)
    new = sum(entry.is_new for entry in saved)
    variants = sum(len(entry.product.variants) for entry in saved)
    print(f"{len(saved)} products with {variants} variants ({new} new) from {wanted.file.name}")
    if wanted.file == DEMO:
        print(f"{rules.fill()} new rules of shipping, taxes and promotions")
    errors = [entry for entry in found if isinstance(entry, RowError)]
    for wrong in errors:
        print(f"{wanted.file.name}, row {wrong.row}, {wrong.column or 'whole row'}: {wrong.message}", file=sys.stderr)
    return 1 if errors else 0


def patiently[Result](work: Callable[[], Result]) -> Result:
    """Does it, again while the shop is busy with the same things: what was done by then is left as it is.

    Raises:
        Unavailable: it was busy each time.
    """
    for _ in range(PATIENCE):
        try:
            return work()
        except Unavailable:
            time.sleep(1)
    return work()


if __name__ == "__main__":
    sys.exit(main())
