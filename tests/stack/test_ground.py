"""What is checked before a start, what services may know, what a reset removes."""

import os
import socket
from pathlib import Path

import pytest

from scripts.stack import checks, keys, services
from scripts.stack.commands import build_environment, run_logged
from scripts.stack.control import Control
from scripts.stack.errors import StackError
from scripts.stack.files import empty, read_json, tail, write_json
from scripts.stack.layout import Layout
from scripts.stack.parameters import as_environment, declared_parameters, write_overrides
from scripts.stack.reset import reset
from scripts.stack.sources import hash_of


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout.at(tmp_path / "home", checks.first_free(21000))


def test_a_taken_port_is_told_with_its_holder_and_another_one(layout: Layout) -> None:
    with socket.create_server(("127.0.0.1", layout.port_of("cache"))), pytest.raises(StackError) as told:
        checks.check_ports(layout)

    assert f"port {layout.port_of('cache')} (cache) is taken" in told.value.message
    if Path("/proc/net/tcp").exists():
        assert f"(pid {os.getpid()})" in told.value.message
    assert "make up PORT=" in told.value.mend
    checks.check_ports(layout)


@pytest.mark.parametrize("port", [80, 65_530])
def test_ports_that_cannot_be_used(tmp_path: Path, port: int) -> None:
    with pytest.raises(StackError):
        checks.check_ports(Layout.at(tmp_path, port))


def test_too_little_disk_is_told(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "DISK_NEEDED", 2**70)

    with pytest.raises(StackError, match="GB are free under"):
        checks.check_disk(layout)


def test_another_python_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "PYTHON", (3, 12))

    with pytest.raises(StackError, match=r"3\.12.*needs 3\.13"):
        checks.check_python()


def test_services_know_nothing_of_the_shell(layout: Layout) -> None:
    shell = {
        "PATH": "/bin",
        "LANG": "C",
        "HOME": "/home/ada",
        "AWS_ACCESS_KEY_ID": "AKIA-real",
        "AWS_PROFILE": "prod",
        "STRIPE_SECRET_KEY": "sk_live_real",
        "PYTHONPATH": "/elsewhere",
        "EDITOR": "vi",
    }

    environment = services.base_environment(layout, shell)

    assert environment == {
        "PATH": "/bin",
        "LANG": "C",
        "HOME": str(layout.user_home),
        "TMPDIR": str(layout.temporary),
        "PYTHONUNBUFFERED": "1",
    }


def test_builds_know_the_shell_but_no_accounts() -> None:
    shell = {
        "PATH": "/bin",
        "HOME": "/home/ada",
        "HTTPS_PROXY": "http://proxy",
        "AWS_PROFILE": "prod",
        "STRIPE_SECRET_KEY": "sk_live_real",
        "PYTHONDONTWRITEBYTECODE": "1",
    }

    environment = build_environment(shell)

    assert set(environment) == {"PATH", "HOME", "HTTPS_PROXY"}
    assert environment["PATH"].endswith(":/bin")


def test_every_service_listens_on_loopback_and_keeps_its_state_at_home(layout: Layout) -> None:
    specs = {spec.name: spec for spec in services.service_specs(layout, keys.Keys.make())}

    assert specs["aws"].env["BIND_HOST"] == "127.0.0.1"
    assert "127.0.0.1" in specs["mongo"].argv
    assert "127.0.0.1" in specs["cache"].argv
    assert "--sync-on-commit" in specs["mongo"].argv
    for spec in specs.values():
        folders = [spec.log, spec.env["HOME"], spec.env["TMPDIR"], *spec.clean]
        assert all(Path(folder).is_relative_to(layout.home) for folder in folders)
        assert not any(name.startswith("AWS_") for name in spec.env)


def test_secrets_are_made_once_and_readable_by_their_owner_alone(layout: Layout) -> None:
    made = keys.Keys.of(layout)

    assert keys.Keys.of(layout) == made
    assert layout.secrets_file.stat().st_mode & 0o777 == 0o600
    assert made != keys.Keys.make()
    assert "sandbox" in made.stripe_publishable_key


def test_parameters_as_settings_are_named() -> None:
    values = {"MongodbUri": "m", "StripeApiBase": "s", "Stage": "local"}

    assert as_environment(values) == {"MONGODB_URI": "m", "STRIPE_API_BASE": "s", "STAGE": "local"}


def test_secrets_on_their_way_to_sam_are_in_no_command_line(tmp_path: Path) -> None:
    path = tmp_path / "parameters.yaml"

    write_overrides(path, {"SigningKeys": "s3cret,=", "ClerkPublicKeys": '{"keys": []}'})

    assert path.stat().st_mode & 0o777 == 0o600
    assert read_json(path) == {"SigningKeys": "s3cret,=", "ClerkPublicKeys": '{"keys": []}'}


def test_a_broken_template_is_told(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text("Parameters:\n  A: {Type: String}\n  B: {Type: String, Default: !Sub x}\n")
    assert declared_parameters(template) == {"A": True, "B": False}

    template.write_text("a: *nowhere")
    with pytest.raises(StackError, match=r"template\.yaml cannot be read"):
        declared_parameters(template)


def test_a_tool_that_fails_is_told_with_the_end_of_its_output(tmp_path: Path) -> None:
    with pytest.raises(StackError) as told:
        run_logged(["sh", "-c", "echo one; echo two >&2; exit 3"], tmp_path / "log", env={}, failure="it failed")

    assert told.value.message == "it failed"
    assert told.value.detail.endswith("one\ntwo")


def test_a_hash_tells_contents_and_names_apart_and_leaves_bytecode_out(tmp_path: Path) -> None:
    folder = tmp_path / "functions"
    (folder / "__pycache__").mkdir(parents=True)
    (folder / "a.py").write_text("1")

    def now(**options: object) -> str:
        return hash_of(["functions"], root=tmp_path, **options)  # type: ignore[arg-type]

    first = now()
    (folder / "__pycache__" / "a.cpython-313.pyc").write_text("x")
    assert now() == first
    assert now(extra=("arm64",)) != first
    (folder / "a.py").write_text("2")
    second = now()
    assert second != first
    (folder / "a.py").rename(folder / "b.py")
    assert now() not in (first, second)
    assert now(leave_out=("functions",)) == hash_of([], root=tmp_path)


def test_a_folder_is_emptied_at_once_and_deleted_later(tmp_path: Path) -> None:
    folder = tmp_path / "tmp"
    (folder / "deep").mkdir(parents=True)

    old = empty(folder)

    assert folder.is_dir()
    assert not list(folder.iterdir())
    assert (old[0] / "deep").is_dir()


def test_json_is_written_whole_and_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file.json"
    write_json(path, {"a": 1})

    assert read_json(path) == {"a": 1}
    assert path.stat().st_mode & 0o077 == 0
    assert [file.name for file in path.parent.iterdir()] == ["file.json"]
    assert read_json(tmp_path / "missing") is None
    path.write_text("{")
    assert read_json(path) is None


def test_the_tail_of_a_log(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("\n".join(str(number) for number in range(100)))

    assert tail(tmp_path / "log", 2) == "98\n99"
    assert tail(tmp_path / "missing") == ""


def test_a_reset_asks_first(layout: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    layout.make_folders()

    assert reset(layout, Control(layout), force=False) == 1
    assert "FORCE=1" in capsys.readouterr().err
    assert layout.data.is_dir()


def test_a_reset_removes_the_shops_data_and_nothing_else(layout: Layout, tmp_path: Path) -> None:
    layout.make_folders()
    (layout.home / "tools").mkdir()
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "photo").touch()
    (layout.data / "mongo").mkdir()
    layout.media.rmdir()
    layout.media.symlink_to(precious)

    assert reset(layout, Control(layout), force=True) == 0

    assert (precious / "photo").exists()
    assert sorted(path.name for path in layout.home.iterdir()) == ["tools"]
    assert reset(layout, Control(layout), force=True) == 0
