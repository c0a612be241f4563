"""Makes the indexes that the stores declare, in the database that MONGODB_URI names. Safe to repeat."""

import importlib
import pkgutil
import sys

import commerce
from commerce.runtime import mongo


def import_stores() -> None:
    """Imports every module that may declare a collection."""
    for module in pkgutil.walk_packages(commerce.__path__, "commerce."):
        if not module.name.startswith("commerce.payments.gateways"):
            importlib.import_module(module.name)


def main() -> int:
    """Makes them and says how many there are."""
    import_stores()
    print(f"{mongo.make_indexes()} indexes in {len(list(mongo.declared()))} collections")
    return 0


if __name__ == "__main__":
    sys.exit(main())
