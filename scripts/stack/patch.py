"""The short way for changed code: straight into the deployed functions, past CloudFormation.

`sam build` and `sam deploy` take longer than a person wants to wait after each edit, most of it for what has not
changed. When only Python files under functions/ or layers/common/commerce/ are different, the emulator is given the
same artifacts by Lambda's own API. Anything else (template, parameters, packages) takes the whole way, see deploy.py.
"""

from __future__ import annotations

import base64
import io
import py_compile
import shutil
import zipfile
from hashlib import sha256
from pathlib import Path

from scripts.stack.build import LAYER, base_hash
from scripts.stack.emulator import Emulator
from scripts.stack.files import read_json
from scripts.stack.layout import BUILD, ROOT
from scripts.stack.sources import hash_of, source_files

EPOCH = (1980, 1, 1, 0, 0, 0)  # the same content makes the same archive


def layer_hash() -> str:
    """The hash of our own part of the layer."""
    return hash_of(["layers/common/commerce"])


def packages_are_built() -> bool:
    """Whether the last build's third-party packages are those that the sources ask for."""
    stamp = read_json(BUILD / "stamp.json") or {}
    return (BUILD / "out" / LAYER).is_dir() and stamp.get("base") == base_hash()


def functions_archive() -> bytes:
    """The functions as one archive: all share their code."""
    files = {file.relative_to(ROOT / "functions").as_posix(): file for file in source_files(["functions"])}
    buffer = io.BytesIO()
    _append(buffer, files)
    return buffer.getvalue()


def layer_archive() -> bytes:
    """The layer: the packages of the last build, and the present commerce with its bytecode."""
    packages = BUILD / f"packages-{base_hash()[:16]}.zip"
    if not packages.exists():
        for old in BUILD.glob("packages-*.zip"):
            old.unlink()
        built = BUILD / "out" / LAYER
        draft = packages.with_suffix(".draft")
        with draft.open("w+b") as file:
            ours = built / "python" / "commerce"
            found = (path for path in sorted(built.rglob("*")) if path.is_file() and not path.is_relative_to(ours))
            _append(file, {path.relative_to(built).as_posix(): path for path in found})
        draft.replace(packages)
    buffer = io.BytesIO(packages.read_bytes())
    buffer.seek(0, io.SEEK_END)
    _append(buffer, _compiled_commerce())
    return buffer.getvalue()


def _compiled_commerce() -> dict[str, Path]:
    """Our part of the layer as the layer's Makefile makes it; only what has changed is compiled."""
    folder = BUILD / "commerce"
    kept: dict[str, Path] = {}
    for source in source_files(["layers/common/commerce"]):
        name = source.relative_to(ROOT / "layers" / "common").as_posix()
        copy = folder / name
        kept[f"python/{name}"] = copy
        if not copy.exists() or copy.read_bytes() != source.read_bytes():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
            if copy.suffix == ".py":
                py_compile.compile(
                    str(copy),
                    dfile=f"/opt/python/{name}",
                    doraise=True,
                    invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
                )
    bytecode = {
        compiled.relative_to(folder).as_posix(): compiled
        for copy in kept.values()
        if copy.suffix == ".py"
        for compiled in copy.parent.glob(f"__pycache__/{copy.stem}.cpython-313.pyc")
    }
    return kept | {f"python/{name}": path for name, path in bytecode.items()}


def _append(file: io.IOBase, files: dict[str, Path]) -> None:
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, path in files.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())


def patch(emulator: Emulator, functions: dict[str, str], *, layer_is: str) -> str:
    """Bring the present code into deployed functions; `layer_is` is the hash of the commerce they have.

    Returns the hash that they have now.
    """
    client = emulator.client("lambda")
    wanted = layer_hash()
    archive = functions_archive()
    code_hash = base64.b64encode(sha256(archive).digest()).decode()
    layer = _publish(emulator, next(iter(functions.values()))) if wanted != layer_is else ""
    for name in functions.values():
        if layer:
            client.update_function_configuration(FunctionName=name, Layers=[layer])
        if client.get_function_configuration(FunctionName=name)["CodeSha256"] != code_hash:
            client.update_function_code(FunctionName=name, ZipFile=archive)
    return wanted


def _publish(emulator: Emulator, function: str) -> str:
    """Publish the present layer; returns its ARN. What was published this way before is deleted: each takes 15 MB."""
    client = emulator.client("lambda")
    now = client.get_function_configuration(FunctionName=function)["Layers"][0]["Arn"]
    name = now.split(":")[6]
    for version in client.list_layer_versions(LayerName=name)["LayerVersions"]:
        if version.get("Description") == __name__ and version["LayerVersionArn"] != now:
            client.delete_layer_version(LayerName=name, VersionNumber=version["Version"])
    made = client.publish_layer_version(
        LayerName=name, Description=__name__, Content={"ZipFile": layer_archive()}, CompatibleRuntimes=["python3.13"]
    )
    return str(made["LayerVersionArn"])
