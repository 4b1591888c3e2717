"""`kith bench crash`: kill the server at random moments under load; count what was lost and what was answered twice."""

import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from assistant.benches.questions import QUESTIONS
from assistant.benches.rig import Rig, rig
from assistant.settings import Settings

PER_SECOND = 12.0
MOST_WHILE_DOWN = 36
"""Messages written while the server is down or starts: three seconds' worth. A slow start would else pile up work without end."""
LONGEST_LIFE = 2.0
"""Seconds that the server lives at most before it is killed, counted from its start: kills fall into start-up too."""
STILL = 90.0
LOOK = 0.5
"""Seconds without one more answer after which none is waited for, and between looks."""
LAST = 3.0
"""Seconds more in which a second answer to the same message would show."""


@dataclass
class Tally:
    """Who wrote, whose message was acknowledged, and what came back to whom."""

    kills: int = 0
    wrote: list[str] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)
    answers: Counter[str] = field(default_factory=Counter)
    disclosures: Counter[str] = field(default_factory=Counter)

    @property
    def lost(self) -> int:
        """Acknowledged messages without an answer."""
        return sum(not self.answers[address] for address in self.acknowledged)

    @property
    def unanswered(self) -> int:
        """Messages without an answer, acknowledged or not: the sweep fetches those whose webhook failed."""
        return sum(not self.answers[address] for address in self.wrote)

    @property
    def twice(self) -> int:
        """Messages answered more than once, or with the disclosure sent twice."""
        return sum(count > 1 for counter in (self.answers, self.disclosures) for count in counter.values())


async def crash(settings: Settings, kills: int, seed: int, more: Mapping[str, str] | None = None) -> Tally:
    """Kill the server `kills` times while carers write, then let it run and count."""
    dice = random.Random(seed)
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="kith-crash-") as folder:
        async with rig(Path(folder) / "var", settings.var, more) as made:
            await made.until_ready()
            enough, up = asyncio.Event(), asyncio.Event()
            up.set()
            writing = asyncio.create_task(write(made, tally, enough, up))
            for _ in range(kills):
                await asyncio.sleep(dice.uniform(0.05, LONGEST_LIFE))
                up.clear()
                made.kill_server()
                tally.kills += 1
                made.start_server()
                if dice.random() < 0.7:  # otherwise the next kill falls into start-up
                    await made.until_ready()
                    up.set()
            enough.set()
            await writing  # a message that is on its way arrives: the provider lists it, so it is owed an answer
            await made.until_ready()
            await settle(made, tally)
    return tally


async def write(made: Rig, tally: Tally, enough: asyncio.Event, up: asyncio.Event) -> None:
    """Let a new carer write every so often, through the emulator, whether or not the server is `up`, until it is enough."""
    # Each waits for its webhook, none for another one's. No connection is kept: the emulator closes an idle one after
    # five seconds, and a message that is posted over it at that moment would end the bench.
    room = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    async with httpx.AsyncClient(timeout=60, limits=room) as client, asyncio.TaskGroup() as group:
        while_down = 0
        while not enough.is_set():
            while_down = 0 if up.is_set() else while_down + 1
            if while_down <= MOST_WHILE_DOWN:
                group.create_task(write_one(client, made, tally, len(tally.wrote) + 1))
            await asyncio.sleep(1 / PER_SECOND)


async def write_one(client: httpx.AsyncClient, made: Rig, tally: Tally, number: int) -> None:
    address = f"whatsapp:+4477009{number:05d}"
    tally.wrote.append(address)
    said = {"from": address, "body": QUESTIONS[number % len(QUESTIONS)]}
    answer: dict[str, Any] = (await client.post(f"{made.emulator_url}/emulator/inbound", json=said)).json()
    if answer.get("status") == 204:
        tally.acknowledged.add(address)


async def settle(made: Rig, tally: Tally) -> None:
    """Wait until everybody has an answer or nothing moves any more, then count."""
    async with httpx.AsyncClient(timeout=40, limits=httpx.Limits(max_keepalive_connections=0)) as client:
        answered, moved_at = 0, time.monotonic()
        while answered < len(tally.wrote) and time.monotonic() - moved_at < STILL:
            await asyncio.sleep(LOOK)
            if (now := await count(client, made, tally)) > answered:
                answered, moved_at = now, time.monotonic()
        await asyncio.sleep(LAST)
        await count(client, made, tally)


async def count(client: httpx.AsyncClient, made: Rig, tally: Tally) -> int:
    """Count answers and disclosures by carer; return how many carers have an answer."""
    changes = (await client.get(f"{made.emulator_url}/emulator/changes", params={"cursor": "0"})).json()
    outbound = [entry for entry in changes["entries"] if entry["direction"] == "outbound"]
    tally.answers = Counter(e["address"] for e in outbound if "automated assistant" not in e["body"])
    tally.disclosures = Counter(e["address"] for e in outbound if "automated assistant" in e["body"])
    return len(tally.answers)


def report(tally: Tally, seed: int) -> str:
    """Return the figures in words."""
    return (
        f"{tally.kills} kills (seed {seed}), {len(tally.wrote)} messages, {len(tally.acknowledged)} acknowledged.\n"
        f"Acknowledged and lost: {tally.lost}. Answered twice: {tally.twice}. "
        f"Not answered in the end, acknowledged or not: {tally.unanswered}."
    )
