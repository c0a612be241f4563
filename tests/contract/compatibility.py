"""Whether events of a schema that was published once can be read by the code of today, and the other way round."""

from collections.abc import Iterator
from typing import Any

from commerce.runtime.events import Fact
from scripts.generate import schema

type _Part = dict[str, Any]

_TALK = ("title", "description", "examples", "default")
# A bound says what the publisher may send at most; a wider one is still of the same type.
_BOUNDS = ("minimum", "maximum", "maxLength", "minLength")


def breaks(old: dict[str, Any], fact: type[Fact]) -> list[str]:
    """Why the fact as it is now is no longer of the version of the old schema; nothing where it still is.

    New members are fine if they have defaults (older events in queues lack them) and none may go or change its type
    (consumers that are not deployed yet read it).
    """
    published = schema(fact)
    return list(_compare("data", old["properties"]["data"], old, published["properties"]["data"], published))


def _compare(where: str, old: _Part, old_root: _Part, new: _Part, new_root: _Part) -> Iterator[str]:
    old, new = _resolved(old, old_root), _resolved(new, new_root)
    if _kind(old) != _kind(new):
        yield f"{where} is of another type"
        return
    if "items" in old:
        yield from _compare(f"{where}[]", old["items"], old_root, new["items"], new_root)
    for name, member in old.get("properties", {}).items():
        if name not in new.get("properties", {}):
            yield f"{where}.{name} is gone"
        else:
            yield from _compare(f"{where}.{name}", member, old_root, new["properties"][name], new_root)
    for name in new.get("required", []):
        if name not in old.get("required", []):
            yield f"{where}.{name} is demanded, but older events need not have it"


def _resolved(part: _Part, root: _Part) -> _Part:
    while "$ref" in part:
        part = root["$defs"][part["$ref"].rpartition("/")[2]]
    return part


def _kind(part: _Part) -> _Part:
    """What must stay the same: everything but words and bounds, and members, which are compared one by one."""
    structure = {"properties", "required", "items", "$defs", *_TALK, *_BOUNDS}
    return {key: value for key, value in part.items() if key not in structure}
