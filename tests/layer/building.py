"""The layer as it is deployed, and a Python that has nothing but what Lambda provides. Built once per content."""

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from filelock import FileLock

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / ".local" / "layer"
COMMON = ROOT / "layers" / "common"
# What python3.13 on Lambda has beside the standard library: boto3 and what it stands on.
PROVIDED = ("boto3", "botocore", "s3transfer", "jmespath", "python-dateutil", "six", "urllib3")


def built_layer() -> Path:
    """The folder that is /opt/python in the cloud, made by the layer's own Makefile as `sam build` calls it."""
    sources = sorted(path for path in COMMON.rglob("*") if path.is_file() and "__pycache__" not in path.parts)

    def build(folder: Path) -> None:
        machine = "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"
        options = [f"ARTIFACTS_DIR={folder}", f"ARCHITECTURE={machine}"]
        _run(["make", "--no-print-directory", "-C", str(COMMON), "build-CommonLayer", *options])

    return _made("layer", _hash(sources), build) / "python"


def clean_python() -> Path:
    """A Python with the packages that Lambda provides, in the locked versions, and no others."""
    lock = (ROOT / "requirements" / "dev.txt").read_text()
    entries = [re.search(rf"^{name}==(?:.*\\\n)*.*\n", lock, re.MULTILINE) for name in PROVIDED]
    wanted = "".join(entry[0] for entry in entries if entry)

    def build(folder: Path) -> None:
        (folder / "provided.txt").write_text(wanted)
        uv = _uv()
        _run([uv, "venv", "--quiet", "--no-config", "--no-project", "--python", sys.executable, str(folder / "venv")])
        python = ["--python", str(folder / "venv" / "bin" / "python")]
        install = ["pip", "install", "--quiet", "--no-config", "--no-deps", "--require-hashes"]
        _run([uv, *install, *python, "-r", str(folder / "provided.txt")])

    return _made("python", hashlib.sha256(wanted.encode()).hexdigest()[:16], build) / "venv" / "bin" / "python"


def _made(kind: str, name: str, build: Callable[[Path], None]) -> Path:
    """The folder of this content, built if it is not there; older ones go."""
    KEPT.mkdir(parents=True, exist_ok=True)
    folder, done = KEPT / f"{kind}-{name}", KEPT / f"{kind}-{name}" / ".done"
    with FileLock(KEPT / f"{kind}.lock"):
        if not done.exists():
            for old in KEPT.glob(f"{kind}-*"):
                shutil.rmtree(old)
            folder.mkdir()
            build(folder)
            done.touch()
    return folder


def _hash(files: Iterable[Path]) -> str:
    content = hashlib.sha256()
    for path in files:
        content.update(str(path.relative_to(COMMON)).encode() + b"\0" + path.read_bytes())
    return content.hexdigest()[:16]


def _uv() -> str:
    """The uv that answers: one on the path may be a shim that fails in here."""
    for candidate in ("uv", str(ROOT / ".local" / "uv" / "bin" / "uv")):
        if (
            shutil.which(candidate)
            and subprocess.run([candidate, "--version"], capture_output=True, check=False).returncode == 0
        ):
            return candidate
    raise RuntimeError("no uv is found; `make install` brings it")


def _run(command: list[str]) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
