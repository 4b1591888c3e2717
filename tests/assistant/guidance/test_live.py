"""Published, and answered from: without a restart, beside commands that only read, and back again."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.guidance.live import Follower, seed_guidance
from assistant.pipeline.answering import Served
from assistant.settings import Settings
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.store import Store
from assistant.wiring import Brain, guidance_sources, make_brain
from knowledge_base.curation.lifecycle import Lifecycle
from knowledge_base.curation.published import published_sources
from knowledge_base.curation.reading import sources_in
from knowledge_base.curation.values import Reason, Source, State
from tests.databases import ready_database

QUESTION = "How do I get a Blue Badge?"
NEWS = "Northmere sends each Blue Badge out with a purple ribbon."


def because(who: str) -> Reason:
    return Reason(f"staff:{who}", "Told by the parking team.", datetime.now(UTC))


async def publish(store: Store, settings: Settings, source: Source) -> str:
    """Take a text through its life and return the guidance version."""
    async with store.write() as work:
        life = Lifecycle(work.guidance, settings.guidance_values)
        version = await life.write(source, because("ann"))
        await life.submit(version.id, because("ann"))
        await life.approve(version.id, because("ben"))
        return await life.publish([version.id], because("cat"))


async def asked(brain: Brain) -> tuple[str, list[str]]:
    """Return the text and the documents that an answer to the question would rest on."""
    vector = tuple(brain.model.embed([QUESTION])[0])
    found = await brain.parts.search(QUESTION, vector)
    return "\n".join(one.text for one in found), [one.document for one in found]


@pytest.mark.timeout(60)
async def test_what_is_published_is_answered_from_within_seconds_and_what_is_withdrawn_is_not(var: Path) -> None:
    settings = ready_database(Settings(environment="test", var=var))
    store = Store(make_engine(settings), load_keys(settings))
    await seed_guidance(settings, store)
    await seed_guidance(settings, store)  # a second start imports nothing again
    shipped = {one.slug: one for one in sources_in(settings.documents_folder)}
    brain = make_brain(settings)
    follower = Follower(store, Served(brain.answerer), brain)
    assert not await follower.look()

    badge = shipped["blue-badge"]
    started = time.process_time()  # not the clock: other work on the machine must not fail this
    await publish(store, settings, Source(badge.slug, f"{badge.text}\n\n## {QUESTION}\n{NEWS}\n", badge.asked))
    assert await follower.look()
    assert time.process_time() - started < 5
    passages, cited = await asked(follower.brain)
    assert NEWS in passages
    assert cited[0] == "blue-badge"
    assert follower.served.release != brain.answerer.release
    assert {one.slug: one for one in guidance_sources(settings)}["blue-badge"].text.endswith(f"{NEWS}\n")

    async with store.write() as work:
        await Lifecycle(work.guidance, settings.guidance_values).withdraw("blue-badge", because("cat"))
    assert await follower.look()
    assert "blue-badge" not in (await asked(follower.brain))[1]
    assert "blue-badge" not in {one.slug for one in guidance_sources(settings)}  # the shipped one stays out too

    async with store.write() as work:
        await Lifecycle(work.guidance, settings.guidance_values).roll_back("blue-badge", because("cat"), number=1)
    assert await follower.look()
    assert follower.served.release == brain.answerer.release
    follower.brain.searcher.close()
    await store.close()


async def test_a_service_that_is_live_waits_for_people_before_it_takes_over_a_text_that_ships_changed(
    var: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    shipped = sources_in(Settings().documents_folder)[0]
    (folder / f"{shipped.slug}.md").write_text(shipped.text, "utf-8")
    settings = ready_database(Settings(environment="test", var=var, documents=folder))
    store = Store(make_engine(settings), load_keys(settings))
    await seed_guidance(settings, store)
    (folder / f"{shipped.slug}.md").write_text(f"{shipped.text}\nOne more line.\n", "utf-8")

    assert guidance_sources(settings)[0].text.endswith("One more line.\n")
    assert published_sources(settings.database, folder, follow=False) == [Source(shipped.slug, shipped.text)]
    await seed_guidance(settings, store)
    async with store.read() as work:
        states = [one.state for one in await work.guidance.versions(shipped.slug)]
    assert states == [State.PUBLISHED, State.SUPERSEDED]
    await store.close()
