"""Hold the approved release beside the newest one: through new guidance or words, through restarts, and when going back."""

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from assistant.checks.words import words_named
from assistant.pipeline.answering import Served
from assistant.storage.store import Store
from assistant.wiring import Brain, with_searcher, with_words
from knowledge_base import index
from knowledge_base.commands import index_root
from knowledge_base.errors import KnowledgeError
from knowledge_base.search import Searcher

log = structlog.get_logger()


async def hold_approved(store: Store, brain: Brain, served: Served) -> Brain | None:
    """Open the approved release that serves, when it differs from the newest in guidance and words alone; else None."""
    async with store.read() as work:
        active = await work.releases.active()
        facts = await work.releases.facts(active.release_id) if active else None
    if active is None or facts is None or not active.is_approved or served.holds(active.release_id):
        return None
    older = await asyncio.to_thread(open_older, brain, facts)
    if older is None or older.answerer.release != active.release_id:
        log.error("approved_release_not_here", release=active.release_id)
        if older:
            older.searcher.close()
        return None
    served.hold(older.answerer)
    return older


def open_older(brain: Brain, facts: Mapping[str, Any]) -> Brain | None:
    """Return the same brain on the guidance and with the words of an earlier release; None when they are gone."""
    nation, guidance = str(brain.settings.council_facts["nation"]), str(facts.get("guidance", ""))
    words = words_named(brain.settings.database, facts.get("words", {}))
    if words is None:
        return None
    try:
        root = index_root(brain.settings.var)
        searcher = Searcher.open(root, nation, brain.model, version=guidance, before=brain.searcher)
    except KnowledgeError:
        return None
    return with_searcher(with_words(brain, words), searcher)


async def keep_approved_index(store: Store, brain: Brain) -> None:
    """Have the index of the release that serves spared when newer ones are built."""
    async with store.read() as work:
        active = await work.releases.active()
        facts = await work.releases.facts(active.release_id) if active and active.is_approved else None
    if facts:
        await asyncio.to_thread(index.keep, index_root(brain.settings.var), str(facts["guidance"]))
