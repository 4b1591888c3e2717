"""New guidance that nobody approved yet neither answers nor silences the service, through publications and a restart."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.guidance.live import Follower, seed_guidance
from assistant.pipeline.answering import Served
from assistant.settings import Settings
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.store import Store
from assistant.wiring import make_brain
from knowledge_base.curation.reading import sources_in
from knowledge_base.curation.values import Source
from tests.assistant.guidance.test_live import NEWS, QUESTION, asked, publish
from tests.databases import ready_database


@pytest.mark.timeout(120)
async def test_the_approved_release_is_held_through_new_guidance_and_a_restart(var: Path) -> None:
    settings = ready_database(Settings(environment="test", var=var))
    store = Store(make_engine(settings), load_keys(settings))
    await seed_guidance(settings, store)
    badge = {one.slug: one for one in sources_in(settings.documents_folder)}["blue-badge"]
    brain = make_brain(settings)
    approved = brain.answerer.release
    async with store.write() as work:
        await work.releases.note(approved, dict(brain.facts), datetime.now(UTC))
        await work.releases.activate(approved, True, "cat", datetime.now(UTC))
    follower = Follower(store, Served(brain.answerer), brain)
    await follower.hold_approved()
    for number in range(2):
        text = f"{badge.text}\n\n## {QUESTION}\n{NEWS} {number}\n"
        await publish(store, settings, Source(badge.slug, text, badge.asked))
        assert await follower.look()
    assert follower.served.release != approved
    assert follower.served.holds(approved)

    restarted = make_brain(settings)
    served = Served(restarted.answerer)
    assert not served.holds(approved)
    again = Follower(store, served, restarted)
    await again.hold_approved()
    assert served.holds(approved)
    older = again._open[0]
    assert NEWS not in (await asked(older))[0]
    assert NEWS in (await asked(restarted))[0]

    for one in (brain, follower.brain, restarted, older):
        one.searcher.close()
    await store.close()
