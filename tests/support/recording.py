"""Listens at the doors of all functions: what each was called with, and what it answered."""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from scripts.generate import handlers

type Handler = Callable[[dict[str, Any], Any], Any]


@dataclass(frozen=True)
class Call:
    """One invocation. `answer` is None where the function raised, which only the authorizer may."""

    function: str
    event: dict[str, Any]
    answer: Any

    @property
    def is_http(self) -> bool:
        """Whether it came through the gateway."""
        return "httpMethod" in self.event and "methodArn" not in self.event


@dataclass
class Recording:
    """Everything that was called, in order."""

    calls: list[Call] = field(default_factory=list)

    def of(self, function: str) -> list[Call]:
        """The invocations of one function."""
        return [call for call in self.calls if call.function == function]


@contextmanager
def recording(instead: Callable[[str], Handler] | None = None) -> Iterator[Recording]:
    """Records every function that is called while the block runs.

    Args:
        instead: gives the handler to call in a function's place; the function itself without it.
    """
    taken = Recording()

    def listening(name: str, handler: Handler) -> Handler:
        def handle(event: dict[str, Any], context: Any) -> Any:
            asked = copy.deepcopy(event)
            answer = None
            try:
                answer = handler(event, context)
            finally:
                taken.calls.append(Call(name, asked, copy.deepcopy(answer)))
            return answer

        return handle

    with pytest.MonkeyPatch.context() as patch:
        for name, module in handlers():
            patch.setattr(module, "handler", listening(name, instead(name) if instead else module.handler))
        yield taken
