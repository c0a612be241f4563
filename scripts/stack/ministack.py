"""Starts MiniStack with workers that share what they unpack.

MiniStack unpacks code and layer for each worker anew: 45 MB and a thousand files, half a second of a cold start, over
a gigabyte for all functions, and as much to delete when code changes. In Lambda both are read-only, so nothing is lost
when they are unpacked once and linked to: cold starts take half the time, and the disk is left alone.

Runs in MiniStack's own environment, as a plain file: `python -P ministack.py`. Should another version of MiniStack look
different inside, it is started as it is.
"""

import hashlib
import importlib
import os
import shutil
import sys
import tempfile
import threading
import types
import zipfile
from collections.abc import Iterable
from pathlib import Path

_LOCK = threading.Lock()


def shared_folder() -> Path:
    """Where archives are unpacked; the supervisor empties the folder around it before each start."""
    return Path(tempfile.gettempdir()) / "unpacked"


class SharingZipFile(zipfile.ZipFile):
    """A ZipFile whose `extractall` unpacks an archive once per content, and links to it afterwards."""

    def extractall(
        self,
        path: str | os.PathLike[str] | None = None,
        members: Iterable[str | zipfile.ZipInfo] | None = None,
        pwd: bytes | None = None,
    ) -> None:
        """Fill a folder with links to the unpacked archive, and remove the archive, which nobody reads again."""
        if path is None or members is not None or pwd is not None:
            super().extractall(path, members, pwd)
            return
        with _LOCK:
            unpacked = self._unpacked()
        for entry in unpacked.iterdir():
            (Path(path) / entry.name).symlink_to(entry)
        if self.filename and Path(self.filename).is_relative_to(tempfile.gettempdir()):
            Path(self.filename).unlink(missing_ok=True)

    def _unpacked(self) -> Path:
        content = "\n".join(f"{entry.filename} {entry.CRC} {entry.file_size}" for entry in self.infolist())
        folder = shared_folder() / hashlib.sha256(content.encode()).hexdigest()[:32]
        if not folder.is_dir():
            draft = folder.with_suffix(".draft")
            shutil.rmtree(draft, ignore_errors=True)
            super().extractall(draft)
            draft.rename(folder)
        return folder


def share(runtime: types.ModuleType) -> bool:
    """Let the workers of MiniStack's Lambda runtime share; whether it looks as expected."""
    if getattr(runtime, "zipfile", None) is not zipfile or not hasattr(runtime, "Worker"):
        return False
    names = {name: getattr(zipfile, name) for name in zipfile.__all__}
    runtime.zipfile = types.SimpleNamespace(**{**names, "ZipFile": SharingZipFile})  # type: ignore[attr-defined]  # seen by share()
    return True


def main() -> None:
    """Start MiniStack as its own command does."""
    if not share(importlib.import_module("ministack.core.lambda_runtime")):
        print("this MiniStack is another than expected: its workers do not share", file=sys.stderr, flush=True)
    shared_folder().mkdir(parents=True, exist_ok=True)
    importlib.import_module("ministack.app").main()


if __name__ == "__main__":
    main()
