"""A Chromium to test with: one that is there, else Playwright's own, else the system's package."""

import os
import shutil
import subprocess
import sys

from playwright.sync_api import Browser, BrowserType, Error

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--disable-gpu", "--disable-background-networking"]
DOWNLOAD_SECONDS = 300


def launch(kind: BrowserType) -> Browser:
    """A headless browser. `SOUK_CHROMIUM` names another executable.

    Raises:
        RuntimeError: there is none, and none can be had; it says what to do.
    """
    # As root Chromium's own sandbox refuses to start; nothing but the shop is opened here.
    flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    path = os.environ.get("SOUK_CHROMIUM") or _found()
    if path:
        return kind.launch(executable_path=path, args=flags)
    try:
        return kind.launch(args=flags)  # Playwright's own, from an earlier time
    except Error:
        pass
    if _run(
        sys.executable, "-m", "playwright", "install", "--with-deps" if os.geteuid() == 0 else "--no-shell", "chromium"
    ):
        return kind.launch(args=flags)
    if os.geteuid() == 0 and shutil.which("apt-get") and _run("apt-get", "install", "-y", "-qq", "chromium"):
        return kind.launch(executable_path=_found(), args=flags)
    raise RuntimeError("no Chromium: install one (apt install chromium), or name one in SOUK_CHROMIUM")


def _found() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def _run(*command: str) -> bool:
    try:
        done = subprocess.run(command, check=False, capture_output=True, timeout=DOWNLOAD_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
