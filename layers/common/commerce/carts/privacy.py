"""What carts keep of a person: what they meant to buy, where it was to go, and what was to make it cheaper."""

from commerce import pricing
from commerce.carts.store import CARTS
from commerce.runtime.people import Person, Tables


def personal_data(person: Person) -> Tables:
    """Every cart of theirs, or with one of their emails, or that became one of their orders, and coupons of their own.
    Five round trips.
    """
    found = [cart.model_dump(exclude={"token_version"}) for cart in CARTS.of_person(person)]
    return {"carts": found, **pricing.personal_data(person)}


def erase(person: Person) -> bool:
    """All of these. Five round trips, and one more where there are coupons."""
    CARTS.forget(person)
    return pricing.erase(person)
