"""Serving the built storefront and the catalogue's pictures from folders."""

from __future__ import annotations

import asyncio
import mimetypes
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from urllib.parse import unquote

from scripts.edge.bucket import Bucket
from scripts.edge.problems import Headers, Problem, Scope, Send, answer

HASHED = "public, max-age=31536000, immutable"  # the build puts a hash of the content into these names
REVALIDATE = "no-cache"
SHORT = "public, max-age=300"

# Not left to the computer's own tables, which differ.
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".map": "application/json",
    ".woff2": "font/woff2",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".ico": "image/x-icon",
    ".txt": "text/plain; charset=utf-8",
}

NOT_BUILT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Souk</title>
<style>body{font:1rem/1.6 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}</style>
<h1>The shop's API is running</h1>
<p>The storefront is not built yet, so there are no pages to look at. Meanwhile:</p>
<ul>
<li><a href="/api/products">/api/products</a>: the catalogue</li>
<li><a href="/api/docs">/api/docs</a>: every operation, described</li>
<li><a href="/api/health">/api/health</a>: is everything up?</li>
</ul>
<p><code>make demo</code> buys something, <code>make help</code> lists the rest.</p>
</html>
"""


# A picture may hold a script (SVG); opened by itself it must not run as the shop.
GUARD: Headers = [(b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; sandbox")]


@dataclass(frozen=True)
class Site:
    """The storefront's folder, and folders of pictures by the address they are served under."""

    root: Path
    media: tuple[tuple[str, Path], ...] = ()
    bucket: Bucket | None = None

    async def __call__(self, scope: Scope, send: Send) -> None:
        """Answer a request for a page or a file."""
        if scope["method"] not in ("GET", "HEAD"):
            raise Problem(405, "method_not_allowed", "Pages can only be read")
        path = scope["path"]
        for prefix, folder in self.media:
            if path.startswith(prefix):
                file = find(folder, path.removeprefix(prefix))
                if file is not None:
                    await self._file(scope, send, file, SHORT, extra=GUARD)
                    return
        if path.startswith("/media/"):
            if self.bucket and (picture := await self.bucket.picture(path)):
                kept = {"content-type": b"application/octet-stream", "cache-control": REVALIDATE.encode()}
                known: Headers = [
                    (name.encode(), picture.headers.get(name, default.decode()).encode())
                    for name, default in kept.items()
                ]
                guarded = [*known, (b"x-content-type-options", b"nosniff"), *GUARD]
                await answer(send, 200, guarded, picture.content, head=scope["method"] == "HEAD")
                return
            raise Problem(404, "not_found", "There is no such picture")
        await self._page(scope, send, path)

    async def _page(self, scope: Scope, send: Send, path: str) -> None:
        index = self.root / "index.html"
        if not index.is_file():
            status = 200 if path == "/" else 404
            headers = [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"no-store")]
            await answer(send, status, headers, NOT_BUILT.encode(), head=scope["method"] == "HEAD")
            return
        file = find(self.root, path.lstrip("/"))
        if file is not None and file != index:
            await self._file(scope, send, file, HASHED if path.startswith("/assets/") else SHORT)
        elif file is None and "." in path.rpartition("/")[2]:
            raise Problem(404, "not_found", "There is no such file")
        else:  # the storefront knows its own addresses: every other path is a page of it
            await self._file(scope, send, index, REVALIDATE)

    async def _file(self, scope: Scope, send: Send, file: Path, cache: str, extra: Headers | None = None) -> None:
        found = file.stat()  # noqa: ASYNC240 quicker than a thread
        tag = f'"{found.st_mtime_ns:x}-{found.st_size:x}"'.encode()
        headers: Headers = [
            (b"content-type", type_of(file).encode()),
            (b"cache-control", cache.encode()),
            (b"etag", tag),
            (b"last-modified", formatdate(found.st_mtime, usegmt=True).encode()),
            (b"x-content-type-options", b"nosniff"),
            *(extra or []),
        ]
        known = next((value for name, value in scope["headers"] if name == b"if-none-match"), b"")
        if tag in (part.strip().removeprefix(b"W/") for part in known.split(b",")):
            await answer(send, 304, headers, b"")
            return
        content = await asyncio.to_thread(file.read_bytes)
        await answer(send, 200, headers, content, head=scope["method"] == "HEAD")


def find(folder: Path, path: str) -> Path | None:
    """The file at a path within a folder; None when there is none, or when the path leads out of the folder."""
    path = unquote(path)
    if "\0" in path:
        return None
    root = folder.resolve()
    file = (root / path.lstrip("/")).resolve()
    return file if file.is_relative_to(root) and file.is_file() else None


def type_of(file: Path) -> str:
    """The content type of a file by its name."""
    return TYPES.get(file.suffix.lower()) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
