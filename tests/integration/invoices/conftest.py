"""What the tests of invoices need of S3's stand-in."""

import threading
from typing import Any

import pytest

from commerce.runtime import files


@pytest.fixture
def one_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in of S3 closes a file that is written twice at the same moment; S3 takes both."""
    lock, write = threading.Lock(), files.write

    def alone(*args: Any, **kwargs: Any) -> None:
        with lock:
            write(*args, **kwargs)

    monkeypatch.setattr(files, "write", alone)
