"""The address book: one document per person, so that its rules (at most twenty; one default for shipping and one for
billing as long as there is any) hold at every moment, whoever writes at the same time.
"""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, ValidationError

from commerce import postal
from commerce.postal import Address, Phone, Text, one_line
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import Moment, now
from commerce.runtime.errors import FieldError, Invalid, NotFound, PreconditionFailed, Stale
from commerce.runtime.idempotency import Once
from commerce.runtime.ids import new_id
from commerce.runtime.mongo import Collection, Versioned
from commerce.users.model import BODY, TooMany

MAX_ADDRESSES = 20

Label = Annotated[str, StringConstraints(max_length=40), AfterValidator(one_line)]


class NewAddress(Address):
    """An address for the book. The first one is the default for both, whatever it says."""

    label: Label = Field(default="", description="What its owner calls it", examples=["Home"])
    phone: Phone = ""
    default_shipping: bool = False
    default_billing: bool = False


class AddressPatch(BaseModel):
    """The members that are given are changed; null empties one. A default is given away only by making another
    address the default.
    """

    model_config = BODY

    label: Label | None = None
    phone: Phone | None = None
    name: Text | None = None
    company: Text | None = None
    line1: Text | None = None
    line2: Text | None = None
    city: Text | None = None
    region: Text | None = None
    postal_code: Annotated[str, StringConstraints(max_length=20), AfterValidator(one_line)] | None = None
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    default_shipping: bool | None = None
    default_billing: bool | None = None


class Entry(Address):
    """An address as stored."""

    id: str
    label: str = ""
    phone: str = ""
    created_at: Moment
    updated_at: Moment


class Book(Versioned):
    """A person's addresses, the oldest first; the id is theirs. The defaults are ids; empty only when there is none."""

    entries: list[Entry] = []
    shipping: str = ""
    billing: str = ""

    def entry(self, address_id: str) -> Entry | None:
        """The one with this id."""
        return next((entry for entry in self.entries if entry.id == address_id), None)

    def settle(self) -> None:
        """Whatever was added or taken away: one default each, the oldest where the one that was is gone."""
        known = [entry.id for entry in self.entries]
        first = known[0] if known else ""
        self.shipping = self.shipping if self.shipping in known else first
        self.billing = self.billing if self.billing in known else first


class AddressView(Address):
    """An address of the book. `version` is the book's."""

    id: str
    label: str
    phone: str
    default_shipping: bool
    default_billing: bool
    created_at: Moment
    updated_at: Moment
    version: int


class AddressList(BaseModel):
    """The whole book; there is one page of it."""

    items: list[AddressView]
    next_cursor: None = None


class Books(Collection[Book]):
    """The collection `address_books`."""

    name = "address_books"
    model = Book


BOOKS = Books()


def list_all(user_id: str) -> AddressList:
    """A person's addresses, the oldest first. One round trip."""
    book = BOOKS.get(user_id) or Book(id=user_id)
    return AddressList(items=[_view(book, entry) for entry in book.entries])


def add(user_id: str, wanted: NewAddress, once: Once) -> AddressView:
    """Adds an address.

    Raises:
        Invalid: its country's post would not take it; the faults name the members.
        TooMany: the book is full.
    """
    moment = now()
    members = wanted.model_dump(exclude={"default_shipping", "default_billing"})
    entry = Entry(id=new_id("addr"), created_at=moment, updated_at=moment, **_checked(members))

    def attempt() -> AddressView:
        known = BOOKS.get(user_id)
        book = known or Book(id=user_id)
        if len(book.entries) >= MAX_ADDRESSES:
            raise TooMany(f"An address book takes {MAX_ADDRESSES} addresses.", limit=MAX_ADDRESSES)
        book.entries.append(entry)
        _choose(book, entry.id, shipping=wanted.default_shipping, billing=wanted.default_billing)
        return _write(book, new=known is None, show=entry, once=once)

    return retry_stale(attempt)


def update(user_id: str, address_id: str, patch: AddressPatch, *, version: int | None) -> AddressView:
    """Changes an address; as a whole it must be good again.

    Raises:
        NotFound: there is none with this id in this person's book.
        PreconditionFailed: `version` is given and is not the book's.
        Invalid: its country's post would not take it, or the person's only default would be none.
    """
    given = {name: getattr(patch, name) for name in patch.model_fields_set}
    shipping, billing = given.pop("default_shipping", None), given.pop("default_billing", None)

    def change(book: Book, entry: Entry) -> Entry:
        changed = _changed(entry, given)
        book.entries[book.entries.index(entry)] = changed
        for name, chosen, wanted in (
            ("default_shipping", book.shipping, shipping),
            ("default_billing", book.billing, billing),
        ):
            if wanted is False and chosen == address_id:
                raise Invalid.field(name, "default_needed", "Make another address the default instead.")
        _choose(book, address_id, shipping=bool(shipping), billing=bool(billing))
        return changed

    return _change(user_id, address_id, change, version=version)


def delete(user_id: str, address_id: str, *, version: int | None) -> None:
    """Takes an address out. Was it a default, the oldest one left takes its place.

    Raises:
        NotFound: there is none with this id in this person's book.
        PreconditionFailed: `version` is given and is not the book's.
    """

    def change(book: Book, entry: Entry) -> Entry:
        book.entries.remove(entry)
        book.settle()
        return entry

    _change(user_id, address_id, change, version=version)


def _change(
    user_id: str, address_id: str, change: Callable[[Book, Entry], Entry], *, version: int | None
) -> AddressView:
    def attempt() -> AddressView:
        book = BOOKS.get(user_id)
        entry = book.entry(address_id) if book else None
        if book is None or entry is None:
            raise NotFound("There is no such address.")
        if version not in (None, book.version):
            raise PreconditionFailed(f"The address book's version is {book.version}.")
        return _write(book, new=False, show=change(book, entry))

    try:
        return retry_stale(attempt)
    except Stale:
        if version is not None:
            raise PreconditionFailed from None
        raise


def _choose(book: Book, address_id: str, *, shipping: bool, billing: bool) -> None:
    if shipping:
        book.shipping = address_id
    if billing:
        book.billing = address_id
    book.settle()


def _write(book: Book, *, new: bool, show: Entry, once: Once | None = None) -> AddressView:
    changes = Changes()
    if new:
        changes.insert(BOOKS, book)
    else:
        changes.replace(BOOKS, book)
    view = _view(book, show)
    if once:
        once.keep(changes, view)
    changes.commit()
    return view


def _changed(entry: Entry, given: dict[str, Any]) -> Entry:
    """The entry with these members, checked anew only where its place or number changes."""
    members = entry.model_dump(exclude={"id", "created_at", "updated_at"})
    changed = members | {name: "" if value is None else value for name, value in given.items()}
    if changed == members:
        return entry
    try:
        NewAddress.model_validate(changed)
    except ValidationError as error:
        reasons = [
            FieldError(field=".".join(map(str, e["loc"])), code=e["type"], message=e["msg"]) for e in error.errors()
        ]
        raise Invalid(errors=reasons) from None
    return Entry(id=entry.id, created_at=entry.created_at, updated_at=now(), **_checked(changed))


def _checked(members: dict[str, Any]) -> dict[str, Any]:
    """The members of an address as its country's post would have them, and its number as it is dialled.

    Raises:
        Invalid: they can't be.
    """
    faults: list[FieldError] = []
    address = Address.model_validate({name: members[name] for name in Address.model_fields})
    checked = postal.checked(address, "", faults).model_dump()
    if members["phone"]:
        checked["phone"] = postal.checked_phone(members["phone"], address.country, "phone", faults)
    if faults:
        reasons = [reason.model_copy(update={"field": reason.field.removeprefix(".")}) for reason in faults]
        raise Invalid("; ".join(f"{reason.field}: {reason.message}" for reason in reasons[:3]), errors=reasons)
    return members | checked


def _view(book: Book, entry: Entry) -> AddressView:
    return AddressView(
        **entry.model_dump(),
        default_shipping=book.shipping == entry.id,
        default_billing=book.billing == entry.id,
        version=book.version,
    )
