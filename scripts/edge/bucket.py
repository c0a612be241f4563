"""Pictures from the emulator's media bucket, as CloudFront serves them from S3."""

from __future__ import annotations

import json
from pathlib import Path

import httpx

SECONDS = 10.0


class Bucket:
    """The bucket whose address the stack writes into the edge's target file after each deployment."""

    def __init__(self, target_file: Path) -> None:
        self._target_file = target_file
        self._client: httpx.AsyncClient | None = None

    async def picture(self, path: str) -> httpx.Response | None:
        """The picture under `/media/...`, None where there is none (or no bucket yet)."""
        try:
            address = json.loads(self._target_file.read_text())["media"]
        except (OSError, ValueError, KeyError):
            return None
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=SECONDS, trust_env=False)
        try:
            found = await self._client.get(f"{address}{path}")
        except httpx.HTTPError:
            return None
        return found if found.status_code == 200 else None

    async def close(self) -> None:
        """Closes its connections."""
        if self._client is not None:
            await self._client.aclose()
