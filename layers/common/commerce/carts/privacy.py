"""What carts keep of a person: what they meant to buy, and where it was to go."""

from commerce.carts.store import CARTS
from commerce.runtime.people import Person, Tables


def personal_data(person: Person) -> Tables:
    """Every cart of theirs, or with one of their emails, or that became one of their orders. Three round trips."""
    return {"carts": [cart.model_dump(exclude={"token_version"}) for cart in CARTS.of_person(person)]}


def erase(person: Person) -> bool:
    """All of these. Three round trips."""
    CARTS.forget(person)
    return True
