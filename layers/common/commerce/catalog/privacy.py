"""What the catalogue keeps of a person: what they said of products."""

from commerce.catalog.publishing import CACHE_SCOPE
from commerce.catalog.reviews import REVIEWS
from commerce.runtime import audit, cache
from commerce.runtime.people import Person, Tables


def personal_data(person: Person) -> Tables:
    """Every review. One round trip."""
    shown = {"product_id", "rating", "title", "body", "author", "status", "created_at"}
    return {"reviews": [review.model_dump(include=shown) for review in REVIEWS.of(person.user_id)]}


def erase(person: Person) -> bool:
    """Takes their words and name out of their reviews, and what staff said of those out of the trail. The stars stay,
    under nobody's name: they are counted in what others see of the product. One round trip, and two for each review.
    """
    reviews = REVIEWS.of(person.user_id)
    for review in reviews:
        # An id of its own for each: a product has one review of each person.
        nobody = {"user_id": f"gone:{review.id}", "author": "", "title": "", "body": "", "reason": ""}
        audit.ENTRIES.forget(review.id, review.id)
        REVIEWS.handle.update_one({"_id": review.id}, {"$set": nobody, "$inc": {"version": 1}})
    if reviews:
        cache.bump(CACHE_SCOPE)
    return True
