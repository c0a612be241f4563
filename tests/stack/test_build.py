"""What goes into the emulator: archives that are the same for the same code, unpacked once for all workers."""

import io
import tempfile
import types
import zipfile
from pathlib import Path

import pytest

from scripts.stack import ministack, patch
from scripts.stack.build import architecture, layer_environment


def _archive(path: Path, **files: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"python/{name}", content)
    return path


@pytest.fixture
def tmpdir_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_an_archive_is_unpacked_once_and_linked_to(tmpdir_is: Path) -> None:
    workers = [tmpdir_is / "a", tmpdir_is / "b", tmpdir_is / "c"]
    for number, worker in enumerate(workers):
        worker.mkdir()
        content = "1" if number < 2 else "2"
        archive = _archive(tmpdir_is / f"{worker.name}.zip", x=content)
        with ministack.SharingZipFile(archive) as opened:
            opened.extractall(worker)
        assert (worker / "python" / "x").read_text() == content
        assert not archive.exists()

    first, second, third = ((worker / "python").resolve() for worker in workers)
    assert first == second != third
    assert first.is_relative_to(ministack.shared_folder())


def test_archives_elsewhere_and_in_memory_are_left_alone(
    tmpdir_is: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    archive = _archive(tmp_path_factory.mktemp("elsewhere") / "layer.zip", x="1")
    (tmpdir_is / "a").mkdir()
    with ministack.SharingZipFile(archive) as opened:
        opened.extractall(tmpdir_is / "a")
    assert archive.exists()
    (tmpdir_is / "b").mkdir()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as written:
        written.writestr("y", "2")
    with ministack.SharingZipFile(buffer) as opened:
        opened.extractall(tmpdir_is / "b")
    assert (tmpdir_is / "b" / "y").read_text() == "2"


def test_only_a_ministack_that_looks_as_expected_is_changed() -> None:
    expected = types.ModuleType("lambda_runtime")
    vars(expected).update(zipfile=zipfile, Worker=object)
    other = types.ModuleType("lambda_runtime")

    assert ministack.share(expected)
    assert expected.zipfile.ZipFile is ministack.SharingZipFile
    assert expected.zipfile.BadZipFile is zipfile.BadZipFile
    assert zipfile.ZipFile is not ministack.SharingZipFile
    assert not ministack.share(other)


def test_the_same_functions_make_the_same_archive() -> None:
    archive = patch.functions_archive()

    assert archive == patch.functions_archive()
    names = zipfile.ZipFile(io.BytesIO(archive)).namelist()
    assert "orders/place_order.py" in names
    assert "system/openapi.json" in names
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


def test_a_patched_layer_holds_the_packages_and_our_code_with_its_bytecode() -> None:
    if not patch.packages_are_built():
        pytest.skip("there is no build of these packages")

    names = zipfile.ZipFile(io.BytesIO(patch.layer_archive())).namelist()

    assert len(names) == len(set(names))
    assert "python/commerce/money.py" in names
    assert "python/commerce/__pycache__/money.cpython-313.pyc" in names
    assert "python/pymongo/__init__.pyc" in names


def test_a_mac_gets_a_layer_for_itself() -> None:
    assert layer_environment("linux") == {"ARCHITECTURE": architecture()}
    assert layer_environment("darwin")["LAYER_PLATFORM"].endswith("-apple-darwin")
