"""Webhook deliveries that are due until the shop answers 2xx, and the mischief tests want with them."""

import asyncio
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import httpx

from scripts.sandbox.store import Store

Signer = Callable[[str, bytes, int, Sequence[str]], dict[str, str]]
"""(message id, body, Unix time, secrets) -> the provider's signature headers."""

GIVE_UP_AFTER = 3 * 24 * 3600
"""Seconds after which retries end, as those of Stripe, PayPal and Svix do after about three days."""


@dataclass
class Endpoint:
    """Where the shop listens. `enabled_events` may hold `*`."""

    url: str
    secrets: list[str]
    enabled_events: list[str]


@dataclass
class Behaviour:
    """How messages made from now on travel. Times in seconds."""

    duplicates: int = 0
    """Further copies of each message."""
    delay: float = 0.0
    """Wait before the first attempt."""
    shuffle: float = 0.0
    """A further random wait up to this, so that messages overtake each other."""
    drop: int = 0
    """How many of the next messages are never sent."""
    hold: bool = False
    """Keep messages until they are released."""


class Channel:
    """The webhook endpoint of one provider and its queue."""

    def __init__(
        self, name: str, store: Store, sign: Signer, *, endpoint: Endpoint, retry_delays: Sequence[float], limit: int
    ) -> None:
        self.name = name
        self.store = store
        self.sign = sign
        self.behaviour = Behaviour()
        self._retry_delays = retry_delays
        self._wake = asyncio.Event()
        self._slots = asyncio.Semaphore(limit)
        self._flying: set[int] = set()
        self._client: httpx.AsyncClient | None = None
        # What the command line says wins over what an earlier run was told, unless it says nothing.
        stored = store.setting(f"endpoint:{name}")
        if stored is not None and not endpoint.url:
            endpoint.url = stored["url"]
        self.endpoint = endpoint
        self.save_endpoint()

    def save_endpoint(self) -> None:
        """Remember the endpoint across restarts."""
        self.store.set_setting(f"endpoint:{self.name}", asdict(self.endpoint))

    def listens_to(self, event_type: str) -> bool:
        """Whether there is an endpoint that wants such events."""
        enabled = self.endpoint.enabled_events
        return bool(self.endpoint.url) and ("*" in enabled or event_type in enabled)

    def enqueue(self, message_id: str, event_type: str, body: bytes) -> None:
        """Queue a message as the current behaviour says; part of the caller's transaction."""
        if not self.listens_to(event_type):
            return
        state = "held" if self.behaviour.hold else "due"
        if self.behaviour.drop > 0:
            self.behaviour.drop -= 1
            state = "dropped"
        copies = 1 if state == "dropped" else 1 + self.behaviour.duplicates
        for _ in range(copies):
            due = time.time() + self.behaviour.delay + random.uniform(0, self.behaviour.shuffle)  # noqa: S311  (mischief)
            self._insert(message_id, event_type, body, state, due)
        self._wake.set()

    def _insert(self, message_id: str, event_type: str, body: bytes, state: str, due: float) -> None:
        self.store.connection.execute(
            "INSERT INTO deliveries (channel, message_id, type, body, state, due) VALUES (?, ?, ?, ?, ?, ?)",
            (self.name, message_id, event_type, body, state, due),
        )

    def resend(self, message_id: str, times: int) -> bool:
        """Send a known message again, whatever became of it; False if it was never queued."""
        row = self.store.connection.execute(
            "SELECT type, body FROM deliveries WHERE channel = ? AND message_id = ? LIMIT 1", (self.name, message_id)
        ).fetchone()
        if row is None:
            return False
        for _ in range(times):
            self._insert(message_id, row[0], row[1], "due", time.time())
        self._wake.set()
        return True

    async def release(self, order: str) -> int:
        """Send what is held, one after another: as `created`, `reversed` or `random`. Returns how many."""
        self.behaviour.hold = False
        rows = self.store.connection.execute(
            "SELECT seq FROM deliveries WHERE channel = ? AND state = 'held' ORDER BY seq", (self.name,)
        ).fetchall()
        sequence = [row[0] for row in rows]
        if order == "reversed":
            sequence.reverse()
        elif order == "random":
            random.shuffle(sequence)
        for seq in sequence:
            await self._deliver(seq)
        return len(sequence)

    async def flush(self, seconds: float) -> bool:
        """Try everything undelivered now; True once nothing is left, False after so many seconds."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.store.connection.execute(
                "UPDATE deliveries SET due = 0 WHERE channel = ? AND state = 'due'", (self.name,)
            )
            self._wake.set()
            await asyncio.sleep(0.05)
            left = self.store.connection.execute(
                "SELECT count(*) FROM deliveries WHERE channel = ? AND state = 'due'", (self.name,)
            ).fetchone()[0]
            if not left and not self._flying:
                return True
        return False

    def list(self, state: str | None, limit: int = 200) -> list[dict[str, Any]]:
        """The latest deliveries, newest first."""
        names = ("id", "message_id", "type", "state", "due", "attempts", "last_status", "last_error", "body")
        rows = self.store.connection.execute(
            "SELECT seq, message_id, type, state, due, attempts, last_status, last_error, CAST(body AS TEXT)"
            " FROM deliveries WHERE channel = ? AND (? IS NULL OR state = ?) ORDER BY seq DESC LIMIT ?",
            (self.name, state, state, limit),
        )
        return [dict(zip(names, row, strict=True)) for row in rows]

    def pending(self, message_id: str) -> int:
        """How many deliveries of this message have not been answered 2xx yet."""
        row = self.store.connection.execute(
            "SELECT count(*) FROM deliveries WHERE channel = ? AND message_id = ? AND state IN ('due', 'held')",
            (self.name, message_id),
        ).fetchone()
        return int(row[0])

    def clear(self) -> None:
        """Forget every delivery and behave plainly."""
        self.store.connection.execute("DELETE FROM deliveries WHERE channel = ?", (self.name,))
        self.behaviour = Behaviour()

    async def run(self) -> None:
        """Deliver for as long as the process lives."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                now = time.time()
                rows = self.store.connection.execute(
                    "SELECT seq FROM deliveries WHERE channel = ? AND state = 'due' AND due <= ? ORDER BY due, seq"
                    " LIMIT 100",
                    (self.name, now),
                ).fetchall()
                for (seq,) in rows:
                    if seq not in self._flying:
                        self._flying.add(seq)
                        tasks.create_task(self._fly(seq))
                following = self.store.connection.execute(
                    "SELECT min(due) FROM deliveries WHERE channel = ? AND state = 'due' AND due > ?", (self.name, now)
                ).fetchone()[0]
                wait = 5.0 if following is None else min(5.0, max(0.01, following - now))
                self._wake.clear()
                try:
                    await asyncio.wait_for(self._wake.wait(), wait)
                except TimeoutError:
                    continue

    async def _fly(self, seq: int) -> None:
        try:
            async with self._slots:
                await self._deliver(seq)
        finally:
            self._flying.discard(seq)

    async def _deliver(self, seq: int) -> None:
        row = self.store.connection.execute(
            "SELECT message_id, body, attempts FROM deliveries WHERE seq = ? AND state IN ('due', 'held')", (seq,)
        ).fetchone()
        if row is None:
            return
        message_id, body, attempts = row
        status, error = await self._post(message_id, body)
        delivered = status is not None and 200 <= status < 300
        spent = sum(self._retry_delays[min(n, len(self._retry_delays) - 1)] for n in range(attempts))
        state = "delivered" if delivered else ("failed" if spent > GIVE_UP_AFTER else "due")
        wait = self._retry_delays[min(attempts, len(self._retry_delays) - 1)]
        self.store.connection.execute(
            "UPDATE deliveries SET state = ?, due = ?, attempts = ?, last_status = ?, last_error = ? WHERE seq = ?",
            (state, time.time() + wait, attempts + 1, status, error, seq),
        )
        self._wake.set()

    async def _post(self, message_id: str, body: bytes) -> tuple[int | None, str | None]:
        headers = {"Content-Type": "application/json; charset=utf-8"}
        headers |= self.sign(message_id, body, int(time.time()), self.endpoint.secrets)
        try:
            # A redirect is a failure to every provider; proxies of the environment are none of a loopback's business.
            if self._client is None:
                self._client = httpx.AsyncClient(timeout=20, follow_redirects=False, trust_env=False)
            answer = await self._client.post(self.endpoint.url, content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return None, f"{type(error).__name__}: {error}"
        return answer.status_code, None


def behaviour_from(text: bytes) -> Behaviour:
    """Read a behaviour from JSON. Raises ValueError for what it does not know."""
    given = json.loads(text)
    known = {field.name for field in fields(Behaviour)}
    if not isinstance(given, dict) or set(given) - known:
        raise ValueError(f"a behaviour has the fields {sorted(known)}")
    return Behaviour(**given)
