"""`kith bench inbox`: how fast the inbox's pages are with many conversations."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Connection, create_engine, insert

from assistant.cases.service import Service
from assistant.clock import SystemClock
from assistant.pipeline.wording import Wording
from assistant.settings import Settings
from assistant.storage.case_tables import CaseEventRow
from assistant.storage.keys import Keys, load_keys
from assistant.storage.migrate import migrate
from assistant.storage.store import Store
from assistant.storage.tables import (
    CarerRow,
    ConversationRow,
    EscalationRow,
    InboundMessageRow,
    OutboundMessageRow,
    TurnRow,
)

BATCH = 2000
WITH_CASE, OPEN = 3, 10
"""One conversation in three has a case, one in ten an open one."""
LISTS = (
    "/inbox",
    "/inbox?view=unread",
    "/inbox?view=mine",
    "/inbox?view=team",
    "/inbox?view=everyone",
    "/inbox?view=resolved",
)
Rows = dict[Any, list[dict[str, Any]]]


@dataclass
class Quiet:
    """Stands where the desk and the engine stand: pages are only read here."""

    settings: Settings
    store: Store
    service: Service
    wording: Wording
    clock: SystemClock

    @property
    def desk(self) -> "Quiet":
        return self

    @property
    def answerer(self) -> "Quiet":
        return self


def rows_of(numbers: Sequence[int], keys: Keys, now: datetime) -> Rows:
    """Return invented conversations, a message, an answer and two sends each, some with a case."""
    question, reply = keys.seal("how do I get a break from caring?"), keys.seal("Here is what our guidance says. " * 8)
    rows: Rows = {
        table: []
        for table in (
            CarerRow,
            ConversationRow,
            TurnRow,
            InboundMessageRow,
            OutboundMessageRow,
            EscalationRow,
            CaseEventRow,
        )
    }
    for number in numbers:
        at, name = now - timedelta(seconds=30 * number), f"{number:032x}"
        rows[CarerRow].append({"id": name, "address_hash": f"{number:064x}", "address_sealed": question})
        rows[ConversationRow].append({"id": name, "carer_id": name, "last_inbound_at": at, "danger": []})
        rows[TurnRow].append(
            {"id": name, "conversation_id": name, "release_id": "r-bench", "outcome": "answered", "urgency": "none",
             "categories": [], "nation": "", "question_sealed": question, "reply_sealed": reply, "findings": [["danger_rules", "pass", ""]] * 18,
             "passages": [["breaks", "Breaks", 0.9]], "citations": [], "timings_ms": [["FindPassages", 4.0]] * 11, "started_at": at, "finished_at": at}
        )  # fmt: skip
        rows[InboundMessageRow].append(
            {
                "provider_sid": f"SM{number:032x}",
                "conversation_id": name,
                "kind": "text",
                "body_sealed": question,
                "turn_id": name,
                "received_at": at,
            }
        )
        rows[OutboundMessageRow] += [
            {"conversation_id": name, "turn_id": name, "position": place, "purpose": "reply", "body_sealed": reply, "state": "sent",
             "provider_sid": f"M{place}{number:032x}", "delivery_state": "read", "created_at": at}
            for place in (0, 1)
        ]  # fmt: skip
        if number % WITH_CASE == 0:
            is_open = number % OPEN == 0
            rows[EscalationRow].append(
                {"id": name, "conversation_id": name, "turn_id": name, "reason": "asked_for_person", "urgency": "none", "categories": [],
                 "state": "open" if is_open else "resolved", "rank": 2, "due_at": at + timedelta(hours=8), "created_at": at,
                 "alerted_at": at, "resolved_at": None if is_open else at}
            )  # fmt: skip
            rows[CaseEventRow].append({"case_id": name, "kind": "opened", "by": "system", "at": at})
    return rows


def fill(connection: Connection, keys: Keys, count: int, now: datetime) -> None:
    """Store `count` conversations."""
    for start in range(0, count, BATCH):
        for table, rows in rows_of(range(start, min(start + BATCH, count)), keys, now).items():
            if rows:
                connection.execute(insert(table), rows)


def paths(count: int, tries: int) -> Iterator[str]:
    """Yield addresses to load: each list, and conversations from all over."""
    for number in range(tries):
        yield LISTS[number % len(LISTS)]
        yield f"/inbox/{number * 7919 % count:032x}"


async def measure(count: int, tries: int) -> dict[str, list[float]]:
    """Fill a database, sign a worker in and load pages; return milliseconds by kind of page."""
    with tempfile.TemporaryDirectory(prefix="kith-bench-") as folder:
        settings = Settings(environment="test", var=Path(folder) / "var")
        migrate(settings)
        keys = load_keys(settings)
        engine = create_engine(settings.database)
        with engine.begin() as connection:
            fill(connection, keys, count, datetime.now(UTC))
        engine.dispose()
        return await load(settings, paths(count, tries))


async def load(settings: Settings, addresses: Iterator[str]) -> dict[str, list[float]]:
    """Load pages as a signed-in worker, in this process, without a network."""
    from fastapi import FastAPI

    from assistant.console.entrance import open_console
    from assistant.console.inbox.pages import inbox_pages
    from assistant.domain.roles import Role
    from assistant.staff.policy import policy
    from assistant.storage.engine import make_engine

    clock, store = SystemClock(), Store(make_engine(settings), load_keys(settings))
    app = FastAPI()
    app.state.running = Quiet(settings, store, Service(), Wording.load(settings.guidance_values), clock)
    open_console(app, settings, clock)
    app.router.routes += inbox_pages(app)
    async with store.write() as work:
        staff_id = await work.staff.add(
            "bench@northmere.example", "Bench", frozenset({Role.SUPPORT_WORKER}), clock.now()
        )
        await work.staff.accept(staff_id, policy().version, clock.now())
        token = await work.sessions.open(staff_id, "full", clock.now())
    took: dict[str, list[float]] = {"lists": [], "conversation": []}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", cookies={"kith": token}) as client:
        await client.get("/inbox")
        for address in addresses:
            started = time.perf_counter()
            answer = await client.get(address)
            answer.raise_for_status()
            took["conversation" if len(address) > 35 else "lists"].append((time.perf_counter() - started) * 1000)
    await store.close()
    return took


def report(took: dict[str, list[float]], count: int) -> str:
    """Return the figures as lines, each beside its bar."""
    lines = []
    for kind, times in took.items():
        ordered = sorted(times)
        middle, slow = ordered[len(ordered) // 2], ordered[int(0.95 * len(ordered))]
        lines.append(f"{kind:<14} {count:,} conversations: p50 {middle:6.1f} ms   p95 {slow:6.1f} ms   bar: 150 ms")
    return "\n".join(lines)
