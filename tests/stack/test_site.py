"""The edge serves the storefront: its files, its pages, nothing else."""

from pathlib import Path

import pytest

from scripts.edge.site import Site
from tests.stack.edge import Answer, call, run, running


@pytest.fixture
def site(tmp_path: Path) -> Site:
    dist, media, demo = tmp_path / "dist", tmp_path / "media", tmp_path / "pictures"
    for path, content in {
        dist / "index.html": "<p>shop",
        dist / "assets" / "app-1a2b.js": "1",
        dist / "robots.txt": "*",
        media / "a b.png": "png",
        demo / "drum.svg": "<svg/>",
        tmp_path / "secret.txt": "secret",
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    (dist / "link.txt").symlink_to(tmp_path / "secret.txt")
    return Site(dist, (("/media/demo/", demo), ("/media/", media)))


def ask(tmp_path: Path, site: Site, target: str, method: str = "GET", **headers: str) -> Answer:
    async def scene() -> Answer:
        async with running(tmp_path, site=site) as edge:
            return await call(edge, method, target, {name.replace("_", "-"): value for name, value in headers.items()})

    return run(scene())


@pytest.mark.parametrize("path", ["/", "/products/drum", "/orders/ord_1", "/index.html"])
def test_every_page_is_the_application(tmp_path: Path, site: Site, path: str) -> None:
    answer = ask(tmp_path, site, path)

    assert (answer.status, answer.body) == (200, b"<p>shop")
    assert answer.header("cache-control") == "no-cache"
    assert answer.header("content-type") == "text/html; charset=utf-8"


def test_hashed_files_are_kept_for_good_and_others_for_a_while(tmp_path: Path, site: Site) -> None:
    assert ask(tmp_path, site, "/assets/app-1a2b.js").header("cache-control") == "public, max-age=31536000, immutable"
    assert ask(tmp_path, site, "/robots.txt").header("cache-control") == "public, max-age=300"


def test_a_known_file_is_not_sent_again(tmp_path: Path, site: Site) -> None:
    tag = ask(tmp_path, site, "/robots.txt").header("etag") or ""

    again = ask(tmp_path, site, "/robots.txt", If_None_Match=f'"other", W/{tag}')

    assert (again.status, again.body, again.header("etag")) == (304, b"", tag)


def test_head_tells_the_length(tmp_path: Path, site: Site) -> None:
    answer = ask(tmp_path, site, "/robots.txt", "HEAD")

    assert (answer.status, answer.body, answer.header("content-length")) == (200, b"", "1")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/../../secret.txt",
        "/link.txt",
        "/media/../secret.txt",
        "/media/demo/%2e%2e/%2e%2e/secret.txt",
        "/media/%00.png",
        "/missing.js",
    ],
)
def test_nothing_outside_the_folders_is_found(tmp_path: Path, site: Site, path: str) -> None:
    answer = ask(tmp_path, site, path)

    assert answer.status == 404
    assert b"secret" not in answer.body


def test_pictures_are_served_and_cannot_run_scripts(tmp_path: Path, site: Site) -> None:
    drum = ask(tmp_path, site, "/media/demo/drum.svg")

    assert (drum.status, drum.header("content-type")) == (200, "image/svg+xml")
    assert "sandbox" in (drum.header("content-security-policy") or "")
    assert ask(tmp_path, site, "/media/a%20b.png").body == b"png"


def test_pages_are_only_read(tmp_path: Path, site: Site) -> None:
    answer = ask(tmp_path, site, "/", "POST")

    assert (answer.status, answer.json["code"]) == (405, "method_not_allowed")


def test_without_a_build_it_says_what_there_is(tmp_path: Path) -> None:
    nothing = Site(tmp_path / "nowhere")

    assert b"/api/docs" in ask(tmp_path, nothing, "/").body
    assert ask(tmp_path, nothing, "/").status == 200
    assert ask(tmp_path, nothing, "/products").status == 404
