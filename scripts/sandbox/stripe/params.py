"""Form-encoded parameters as Stripe reads them: nested by brackets, unknown ones refused."""

import re
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import parse_qsl

from scripts.sandbox.stripe.errors import invalid, missing_parameter

_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_ALWAYS = frozenset({"expand", "key", "_stripe_version", "_stripe_account"})


def parse_form(text: str) -> dict[str, Any]:
    """`a[b][0]=x` -> {"a": {"b": ["x"]}}. Raises StripeError for keys that contradict each other."""
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True, max_num_fields=2000):
        match = _KEY.fullmatch(name)
        if match is None:
            raise invalid(f"Invalid parameter name: {name}", code="parameter_unknown", param=name)
        path = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
        node = tree
        for step in path[:-1]:
            node = node.setdefault(_index(step, node), {})
            if not isinstance(node, dict):
                raise invalid("Invalid hash", param=name)
        node[_index(path[-1], node)] = value
    return {name: _lists(value) for name, value in tree.items()}


def _index(step: str, node: Mapping[str, Any]) -> str:
    return step or str(len(node))


def _lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if node and all(name.isdigit() for name in node):
        return [_lists(node[name]) for name in sorted(node, key=int)]
    return {name: _lists(value) for name, value in node.items()}


class Params:
    """The parameters of one call."""

    def __init__(self, values: Mapping[str, Any], prefix: str = "") -> None:
        self.values = values
        self._prefix = prefix

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def name(self, name: str) -> str:
        """How a parameter is called in errors: `shipping[name]` inside `shipping`."""
        return f"{self._prefix}[{name}]" if self._prefix else name

    def only(self, *allowed: str) -> None:
        """Raises StripeError for a parameter that the endpoint does not know."""
        extra = [name for name in self.values if name not in allowed and (self._prefix or name not in _ALWAYS)]
        if extra:
            names = ", ".join(self.name(name) for name in extra)
            plural = "s" if len(extra) > 1 else ""
            raise invalid(
                f"Received unknown parameter{plural}: {names}", code="parameter_unknown", param=self.name(extra[0])
            )

    def string(self, name: str, *, longest: int = 5000) -> str | None:
        """None if it is not given or empty, which unsets it."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise invalid("Invalid string", param=self.name(name))
        if len(value) > longest:
            raise invalid(f"Invalid string: must be at most {longest} characters", param=self.name(name))
        return value

    def required(self, name: str) -> str:
        """A string that must be there and not be empty."""
        if name not in self.values:
            raise missing_parameter(self.name(name))
        value = self.string(name)
        if value is None:
            raise invalid(
                f"You passed an empty string for '{self.name(name)}'. We assume empty values are an attempt to unset a "
                f"parameter; however '{self.name(name)}' cannot be unset.",
                code="parameter_invalid_empty",
                param=self.name(name),
            )
        return value

    def integer(self, name: str) -> int | None:
        """A whole number, or None."""
        value = self.string(name)
        if value is None:
            return None
        if not re.fullmatch(r"-?\d{1,18}", value):
            raise invalid(f"Invalid integer: {value}", code="parameter_invalid_integer", param=self.name(name))
        return int(value)

    def boolean(self, name: str, default: bool = False) -> bool:
        """`true` or `false`."""
        value = self.string(name)
        if value is None:
            return default
        if value not in ("true", "false"):
            raise invalid(f"Invalid boolean: {value}", param=self.name(name))
        return value == "true"

    def choice(self, name: str, choices: Collection[str], default: str | None = None) -> str | None:
        """One of the choices."""
        value = self.string(name)
        if value is None:
            return default
        if value not in choices:
            listed = ", ".join(sorted(choices))
            raise invalid(f"Invalid {self.name(name)}: must be one of {listed}", param=self.name(name))
        return value

    def hash(self, name: str) -> "Params":
        """A nested hash; empty if it is not given."""
        value = self.values.get(name)
        if value in (None, ""):
            value = {}
        if not isinstance(value, dict):
            raise invalid("Invalid hash", param=self.name(name))
        return Params(value, self.name(name))

    def strings(self, name: str) -> list[str]:
        """A list of strings; empty if it is not given."""
        value = self.values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise invalid("Invalid array", param=self.name(name))
        return value

    def metadata(self, before: Mapping[str, str] | None = None) -> dict[str, str]:
        """The metadata after this call: given keys are merged, empty values remove (docs.stripe.com/api/metadata)."""
        given = self.values.get("metadata", {})
        if given == "":
            return {}
        if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
            raise invalid("Invalid metadata: it must be a hash of strings", param="metadata")
        for key, value in given.items():
            if len(key) > 40:
                raise invalid(
                    f"Metadata keys can have up to 40 characters, but you passed in a key that is {len(key)} "
                    f"characters. Invalid key: {key}",
                    param="metadata",
                )
            if len(value) > 500:
                raise invalid(
                    f"Metadata values can have up to 500 characters, but you passed in a value that is {len(value)} "
                    f"characters. Invalid value: {value}",
                    param="metadata",
                )
        after = {key: value for key, value in ({**(before or {}), **given}).items() if value != ""}
        if len(after) > 50:
            raise invalid("Metadata can have up to 50 keys.", param="metadata")
        return after

    def address(self) -> dict[str, str | None] | None:
        """The `address` hash, all of whose fields are optional."""
        if not self.values.get("address"):
            return None
        given = self.hash("address")
        names = ("city", "country", "line1", "line2", "postal_code", "state")
        given.only(*names)
        return {name: given.string(name) for name in names}

    def shipping(self) -> dict[str, Any] | None:
        """The `shipping` hash."""
        if not self.values.get("shipping"):
            return None
        given = self.hash("shipping")
        given.only("address", "carrier", "name", "phone", "tracking_number")
        return {
            "address": given.address(),
            "carrier": given.string("carrier"),
            "name": given.required("name"),
            "phone": given.string("phone"),
            "tracking_number": given.string("tracking_number"),
        }
