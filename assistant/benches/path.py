"""`kith bench path`: acknowledge, pick up, think, send; how fast each, how many a second, and against a plain chain."""

import asyncio
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.benches.load import answers, message, offer
from assistant.benches.questions import QUESTIONS
from assistant.benches.rig import Rig, rig
from assistant.settings import Settings
from assistant.storage.keys import load_keys

WARM_UP = 24
STEADY = 60
STEADY_RATE = 4.0
OFFERED = 80.0
"""Messages a second that a WhatsApp sender may carry by default."""
NAMES = {"ack": "acknowledgement", "pick_up": "pick-up", "processing": "processing", "chain": "plain chain"}


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run measured. Times in milliseconds, rate in messages a second, memory in MB."""

    ready_s: float
    memory_mb: float
    porter_mb: float
    imports_torch: bool
    ack_ms: Sequence[float]
    pick_up_ms: Sequence[float]
    processing_ms: Sequence[float]
    rate: float
    failures: int
    unanswered: int
    fsync_ms: Sequence[float]
    chain_ms: Sequence[float]


async def measure(settings: Settings, seconds: float, with_chain: bool) -> Figures:
    """Start everything fresh, offer messages, and read the times off the database and the emulator."""
    with tempfile.TemporaryDirectory(prefix="kith-bench-") as folder:
        async with rig(Path(folder) / "var", settings.var) as made:
            ready = await made.until_ready()
            await offer(made, QUESTIONS, 8, WARM_UP)
            await answers(made, WARM_UP, 30)
            await offer(made, QUESTIONS, STEADY_RATE, STEADY, WARM_UP)
            got = await answers(made, WARM_UP + STEADY, 30)
            assert made.server
            memory, torch = memory_of(made.server.pid)
            porter = sum(memory_of(child)[0] for child in children_of(made.server.pid))
            pick_up, processing = steady_times(made, got)
            count = int(OFFERED * seconds)
            started_at, started = datetime.now(UTC), time.monotonic()
            load = await offer(made, QUESTIONS, OFFERED, count, WARM_UP + STEADY)
            everyone = WARM_UP + STEADY + count
            got = await answers(made, everyone, max(60.0, count / 10))
            last = max((times[0] for times in got.values()), default=started_at)
            answered = len(got) - WARM_UP - STEADY
            rate = answered / max((last - started_at).total_seconds(), 0.001)
            disk = fsync_times(Path(folder))
            assert time.monotonic() > started
    chain = await chain_times(settings.documents_folder) if with_chain else []
    return Figures(
        ready, memory, porter, torch, [s * 1000 for s in load.ack_seconds], pick_up, processing, rate, load.failures,
        everyone - len(got), disk, chain,
    )  # fmt: skip


def steady_times(made: Rig, got: dict[str, list[datetime]]) -> tuple[list[float], list[float]]:
    """Return pick-up (stored to turn started) and processing (turn started to the provider's receipt) of the steady phase."""
    keys = load_keys(Settings(var=made.var))
    with closing(sqlite3.connect(made.var / "kith.db")) as database:
        query = (
            "select i.received_at, i.picked_up_at, t.started_at from inbound_message i join turn t on t.id = i.turn_id "
            "join conversation c on c.id = i.conversation_id join carer r on r.id = c.carer_id where r.address_hash = ?"
        )
        pick_up, processing = [], []
        for number in range(WARM_UP, WARM_UP + STEADY):
            address = message(number, "", number)["From"]
            row = database.execute(query, [keys.digest(address)]).fetchone()
            if row and address in got:
                received, picked_up, started = (datetime.fromisoformat(value).replace(tzinfo=UTC) for value in row)
                pick_up.append((picked_up - received).total_seconds() * 1000)
                processing.append((got[address][0] - started).total_seconds() * 1000)
    return pick_up, processing


def children_of(pid: int) -> list[int]:
    """Return the processes that a process started: the porter, of a server."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def memory_of(pid: int) -> tuple[float, bool]:
    """Return a process's resident memory in MB, and whether torch is loaded into it."""
    process = Path(f"/proc/{pid}")
    resident = next(line for line in (process / "status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(resident.split()[1]) / 1024, "libtorch" in (process / "maps").read_text()


def fsync_times(folder: Path, count: int = 200) -> list[float]:
    """Time a 4 KiB write that reaches the disk: the floor under every acknowledgement."""
    times = []
    with (folder / "fsync").open("wb", buffering=0) as file:
        for _ in range(count):
            started = time.perf_counter()
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - started) * 1000)
    return times


async def chain_times(documents: Path) -> list[float]:
    """Time the plain chain in a process of its own."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "assistant.benches.chain", str(documents),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, env=os.environ | {"OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    out, _ = await child.communicate()
    return [float(ms) for ms in json.loads(out or b"[]")]


def at(times: Sequence[float], share: float) -> float:
    """Return the value that `share` of the times do not pass."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def report(figures: Figures) -> str:
    """Return the figures as lines, each beside its bar."""
    chain = statistics.median(figures.chain_ms) if figures.chain_ms else float("nan")
    processing = at(figures.processing_ms, 0.5)
    rows = [
        ("ready to serve", f"{figures.ready_s:.1f} s", "5 s"),
        ("resident memory, serving process", f"{figures.memory_mb:.0f} MB", "450 MB"),
        ("  and the porter beside it", f"{figures.porter_mb:.0f} MB", "-"),
        ("torch in the serving process", "yes" if figures.imports_torch else "no", "no"),
        (f"acknowledgement p50 at {OFFERED:.0f}/s", f"{at(figures.ack_ms, 0.5):.1f} ms", "3 ms"),
        (f"acknowledgement p99 at {OFFERED:.0f}/s", f"{at(figures.ack_ms, 0.99):.1f} ms", "25 ms"),
        ("  disk: fdatasync p50 / p99", f"{at(figures.fsync_ms, 0.5):.2f} / {at(figures.fsync_ms, 0.99):.2f} ms", "-"),
        ("pick-up p50", f"{at(figures.pick_up_ms, 0.5):.1f} ms", "60 ms"),
        ("processing p50", f"{processing:.1f} ms", "25 ms"),
        ("plain LangChain chain p50", f"{chain:.1f} ms", "-"),
        ("processing / plain chain", f"{processing / chain:.2f}", "below 1.00"),
        ("sustained, end to end", f"{figures.rate:.1f} a second", "30 a second"),
        ("not acknowledged / not answered", f"{figures.failures} / {figures.unanswered}", "0 / 0"),
    ]
    return "\n".join(f"{name:<36} {value:>18}   bar: {bar}" for name, value, bar in rows)
