"""Test switches: ways to make the shop fail on purpose, or do as another setting would have it, which only stage local
knows.

A request asks with the header `X-Souk-Test: die-before-publish`; settings refuse TEST_SWITCHES anywhere else.
"""

from contextvars import ContextVar

from commerce.runtime.settings import settings

_asked: ContextVar[str] = ContextVar("switch", default="")


def ask(name: str) -> None:
    """Notes what the request's header asks for."""
    _asked.set(name)


def on(name: str) -> bool:
    """Whether the current request asked for this, on a laptop that allows it."""
    return (
        bool(_asked.get()) and _asked.get() == name and settings().stage == "local" and settings().test_switches == "on"
    )
