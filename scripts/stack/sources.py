"""What a build is made from, as a hash, so that nothing is built or deployed twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from scripts.stack.layout import ROOT

BUILT_FROM = ("template.yaml", "functions", "layers/common")
LEFT_OUT = frozenset({"__pycache__", ".mypy_cache", ".ruff_cache", ".DS_Store", "node_modules"})


def source_files(names: Iterable[str] = BUILT_FROM, root: Path = ROOT, leave_out: Iterable[str] = ()) -> Iterator[Path]:
    """The files behind a build, in a fixed order."""
    skipped = tuple(root / name for name in leave_out)
    for name in names:
        path = root / name
        if path.is_file():
            yield path
        elif path.is_dir():
            yield from sorted(
                file
                for file in path.rglob("*")
                if file.is_file()
                and file.suffix != ".pyc"
                and LEFT_OUT.isdisjoint(file.relative_to(root).parts)
                and not any(file.is_relative_to(folder) for folder in skipped)
            )


def hash_of(
    names: Iterable[str] = BUILT_FROM,
    *,
    root: Path = ROOT,
    leave_out: Iterable[str] = (),
    extra: Iterable[str] = (),
) -> str:
    """A hash over the names and contents of files, and over further texts."""
    digest = sha256()
    parts = [part for file in source_files(names, root, leave_out) for part in (_name(file, root), file.read_bytes())]
    for part in (*parts, *(text.encode() for text in extra)):
        digest.update(len(part).to_bytes(8, "big"))  # so that no two lists of parts read the same
        digest.update(part)
    return digest.hexdigest()


def _name(file: Path, root: Path) -> bytes:
    return file.relative_to(root).as_posix().encode()
