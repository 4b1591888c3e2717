"""Approved words of a safety check serve through a release: at once, in every process, and back again."""

import asyncio
import json
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.checks.decisions import ReviewRefused, decide, propose, words_before, words_now
from assistant.checks.words import approved_words, behind, digest, words_named
from assistant.domain.roles import Role, Staff
from assistant.doors import words_when_down
from assistant.guidance.live import Follower, seed_guidance
from assistant.pipeline.answering import Served
from assistant.replay import Conversation
from assistant.settings import Settings
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.store import Store
from assistant.wiring import Brain, make_brain
from rails.register import source
from tests.databases import ready_database

FILE = "crisis_texts.yaml"
SHIPPED = "You matter, and you are not alone with this."
OWN = "You matter to us, and we will not leave you alone with this."
AUTHOR = Staff("ann", "Ann", frozenset({Role.AUTHOR}))
REVIEWER = Staff("rav", "Rav", frozenset({Role.REVIEWER}))
CRY = "I want to die"


@pytest.fixture
def settings(var: Path) -> Settings:
    return ready_database(Settings(environment="test", var=var))


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    opened = Store(make_engine(settings), load_keys(settings))
    await seed_guidance(settings, opened)
    yield opened
    await opened.close()


async def change(store: Store, file: str, text: str) -> str:
    """Have one person write words and another approve them; return the draft's id."""
    async with store.write() as work:
        draft = await propose(work, AUTHOR, file, text, "The safeguarding team asked for it.", datetime.now(UTC))
    async with store.write() as work:
        await decide(work, REVIEWER, draft, True, datetime.now(UTC))
    return draft


async def cried(brain: Brain) -> str:
    return (await Conversation(brain.answerer).ask(CRY)).reply[0]


async def activate(store: Store, brain: Brain) -> str:
    """Let a brain's release serve, as the gate does once it is open."""
    release = brain.answerer.release
    async with store.write() as work:
        await work.releases.note(release, dict(brain.facts), datetime.now(UTC))
        await work.releases.activate(release, True, "cat", datetime.now(UTC))
    return release


@pytest.mark.timeout(120)
async def test_approved_words_make_a_release_that_can_be_gone_back_from(settings: Settings, store: Store) -> None:
    shipped = make_brain(settings)
    before = await activate(store, shipped)
    follower = Follower(store, Served(shipped.answerer), shipped)
    await follower.look()
    assert not await follower.look()

    await change(store, FILE, source(FILE).replace(SHIPPED, OWN))
    assert await follower.look()

    changed = follower.brain
    assert follower.served.release != before and follower.served.holds(before), "the approved one answers on"
    assert changed.facts["words"] == {FILE: digest(changed.words[FILE])}
    assert OWN in await cried(changed) and SHIPPED in await cried(shipped)
    assert OWN in words_when_down(settings, lambda: changed.words)(CRY), "with the database down too"
    after = await activate(store, changed)

    restarted = make_brain(settings)
    assert restarted.answerer.release == after and OWN in await cried(restarted)
    again = Follower(store, Served(restarted.answerer), restarted)
    assert not again.served.holds(before)
    await activate(store, shipped)
    assert await again.look(), "a release that this process never held is opened when it is gone back to"
    assert again.served.holds(before)
    assert SHIPPED in (await Conversation(again.served.under(before)).ask(CRY)).reply[0]
    shipped.searcher.close()
    await again.stop()


async def test_words_are_found_by_digest_and_fall_back_to_what_ships(settings: Settings, store: Store) -> None:
    first = source(FILE).replace(SHIPPED, OWN)
    await change(store, FILE, first)
    await change(store, "reply_tone.yaml", source("reply_tone.yaml").replace("purpose: ", "purpose: Also "))
    assert approved_words(settings.database) == {FILE: first}, "a file that is read at the start waits for new software"
    assert words_named(settings.database, {FILE: digest(first)}) == {FILE: first}
    assert words_named(settings.database, {FILE: "0" * 16}) is None
    assert words_named(settings.database, {}) == {}
    assert behind(settings.database) == []

    with pytest.raises(ReviewRefused, match="Change something"):
        await change(store, FILE, first)
    back = await change(store, FILE, source(FILE))
    assert approved_words(settings.database) == {}
    async with store.read() as work:
        assert (await words_now(work, FILE)).strip() == source(FILE).strip()
        assert OWN in await words_before(work, await work.rails.draft(back))


def test_a_database_not_yet_brought_up_to_date_has_no_approved_words(settings: Settings) -> None:
    with sqlite3.connect(settings.var / "kith.db") as database:
        database.execute("alter table rail_draft drop column base")
    assert approved_words(settings.database) == {}


async def test_newer_shipped_words_behind_a_change_are_said(settings: Settings, store: Store) -> None:
    async with store.write() as work:
        await work.rails.propose(FILE, source(FILE).replace(SHIPPED, OWN), "of long ago", "Kinder.", "staff:ann", datetime.now(UTC))  # fmt: skip
        [draft] = await work.rails.drafts(FILE)
        await work.rails.decide(draft.id, "approved", "staff:rav", datetime.now(UTC))
    assert behind(settings.database) == [FILE]


async def next_line(process: asyncio.subprocess.Process) -> dict[str, str]:
    assert process.stdout is not None
    line = await process.stdout.readline()
    assert line, "the process ended"
    found: dict[str, str] = json.loads(line)
    return found


@pytest.mark.timeout(180)
async def test_two_processes_follow_to_new_words_and_back_within_five_seconds(settings: Settings, store: Store) -> None:
    shipped = make_brain(settings)
    before = await activate(store, shipped)
    await change(store, FILE, source(FILE).replace(SHIPPED, OWN))
    changed = make_brain(settings)
    command = (sys.executable, "-m", "tests.assistant.guidance.follow", str(settings.var))
    processes = [await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE) for _ in range(2)]
    try:
        for process in processes:
            assert (await next_line(process))["release"] == before
        for brain, words in ((changed, OWN), (shipped, SHIPPED)):
            started = time.monotonic()
            release = await activate(store, brain)
            found = [await next_line(process) for process in processes]
            assert time.monotonic() - started < 5
            assert all(one["release"] == release and words in one["reply"] for one in found)
    finally:
        for process in processes:
            process.kill()
            await process.wait()
        for brain in (shipped, changed):
            brain.searcher.close()
