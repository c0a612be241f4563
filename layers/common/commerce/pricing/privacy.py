"""What the rules keep of a person: promotions for nobody else. (Uses are counted under hashes, see `redemption`.)"""

from commerce.pricing.store import PROMOTIONS, touch
from commerce.runtime.changes import Changes
from commerce.runtime.people import Person, Tables


def personal_data(person: Person) -> Tables:
    """Every promotion that is bound to their account or to one of their emails. Two round trips."""
    return {"coupons": [promotion.model_dump() for promotion in PROMOTIONS.of_person(person)]}


def erase(person: Person) -> bool:
    """Removes all of these: nobody else could use them."""
    changes = Changes()
    found = PROMOTIONS.of_person(person)
    for promotion in found:
        changes.delete(PROMOTIONS, {"_id": promotion.id})
    if found:
        touch(changes)
    changes.commit()
    return True
