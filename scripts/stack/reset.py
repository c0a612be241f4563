"""`make reset`: delete what a stack has stored."""

from __future__ import annotations

import shutil
import sys

from scripts.stack.control import Control
from scripts.stack.layout import Layout


def reset(layout: Layout, control: Control, *, force: bool) -> int:
    """Stop the stack and remove its state, nothing outside its home; asks first unless forced.

    Returns the exit code.
    """
    parts = [part for part in layout.state_parts if part.exists()]
    if not parts and control.status() is None:
        print("there is nothing to delete")
        return 0
    if not force:
        if not sys.stdin.isatty():
            print(
                "this deletes every order, product and account of the local shop; say so with FORCE=1", file=sys.stderr
            )
            return 1
        print(f"This deletes every order, product and account in {layout.home}.")
        if input("Type yes to go on: ").strip().lower() != "yes":
            print("nothing was deleted")
            return 1
    control.shutdown()
    for part in parts:
        # A part that is a link is unlinked, not followed: what it points at is not ours.
        if part.is_symlink() or part.is_file():
            part.unlink()
        else:
            shutil.rmtree(part)
    print(f"deleted the shop's data in {layout.home}")
    return 0
