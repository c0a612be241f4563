"""What invoices keep of a person: to whom they are made out, which the law wants to be on them and to stay there."""

from commerce.invoices.store import INVOICES
from commerce.runtime.people import Person, Tables

_SHOWN = {
    "kind",
    "number",
    "order_number",
    "issued_at",
    "buyer",
    "deliver_to",
    "currency",
    "total",
    "reason",
    "keep_until",
}


def personal_data(person: Person) -> Tables:
    """Every document about what they ordered. One round trip."""
    documents = INVOICES.of_orders(list(person.order_ids)) if person.order_ids else []
    return {"invoices": [document.model_dump(include=_SHOWN) for document in documents]}


def erase(person: Person) -> bool:
    """Nothing goes before its time: an invoice that is changed is none (Directive 2006/112/EC, articles 233, 244 and
    247; Regulation (EU) 2016/679, article 17(3)(b)). Each goes by itself when it need not be kept any more, see
    `keep_until`.
    """
    del person
    return True
