"""What a draft of guidance would change: the cases that it touches are answered with and without it, before it is published."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from assistant.errors import KithError
from assistant.guidance.trying import draft_brain
from assistant.pipeline.check import CheckReply
from assistant.settings import Settings
from assistant.storage.store import Store
from assistant.wiring import checker
from evaluation import found_cases
from evaluation.affected import touched
from evaluation.batch import open_store
from evaluation.cases import Case
from evaluation.effects_found import Effect, Effects, is_better, is_worse, keep, spoken
from evaluation.registry import suite
from evaluation.runs import AT_ONCE, Progress, score_case
from evaluation.seen import Seen
from evaluation.world import Remembered, World, changed, fresh, open_world
from knowledge_base.curation.reading import document_of
from knowledge_base.curation.values import Version

SUITE = "accuracy"
RIGHT = ("strict", "refused")
"""The measures that say whether an answer is right in full, or rightly not given."""


class VersionMissing(KithError):
    """A document or a version of it was named that does not exist."""

    status_code = 404


async def effects_of(
    world: World, version: Version, cases: Sequence[Case], progress: Progress = lambda *_: None
) -> Effects:
    """Return what a version would change. Raises `GuidanceNotValid` while it has faults."""
    document = document_of(version.source, world.settings.guidance_values)
    drafted = await asyncio.to_thread(draft_brain, world.brain, document)
    after = changed(drafted.answerer, CheckReply, check=checker(Remembered(world.brain.model.plain), drafted.words))
    moving = await touched(world.answerer, after, cases, AT_ONCE)
    again = [case for case in cases if case.id in moving]
    pairs = []
    for done, case in enumerate(again, 1):
        pairs.append((case, await fresh(world.answerer, case), await fresh(after, case)))
        progress("effects", done, len(again))
    found = [
        (case, effect(world, case, old, new))
        for case, old, new in pairs
        if spoken(old[-1].reply) != spoken(new[-1].reply)
    ]
    shown = tuple(one for case, one in found if case.split != "held_back")
    hidden = [one for case, one in found if case.split == "held_back"]
    return Effects(
        version.slug, version.number, len(cases), len(again), shown, len(hidden),
        sum(map(is_better, hidden)), sum(map(is_worse, hidden)), datetime.now(UTC).isoformat(),
    )  # fmt: skip


def effect(world: World, case: Case, old: tuple[Seen, ...], new: tuple[Seen, ...]) -> Effect:
    """Score one case both ways."""
    was, now = (is_right(world, case, seen) for seen in (old, new))
    return Effect(case.id, case.messages[-1], old[-1].reply, new[-1].reply, was, now)


def is_right(world: World, case: Case, seen: tuple[Seen, ...]) -> bool | None:
    scores = {one.measure: one.value for one in score_case(suite(SUITE), case, seen, world)}
    value = next((scores[name] for name in RIGHT if scores.get(name) is not None), None)
    return None if value is None else bool(value)


async def look(settings: Settings, slug: str, number: int, who: str, progress: Progress = lambda *_: None) -> Effects:
    """Work out what a version changes, keep it for the page, and say in the audit log that it was looked at."""
    store = open_store(settings)
    try:
        version, cases = await asked(store, slug, number)
        world = await asyncio.to_thread(open_world, settings)
        try:
            found = await effects_of(world, version, cases, progress)
        finally:
            world.brain.searcher.close()
        facts = {"version": found.number, "touched": found.touched, "changed": found.changed,
                 "better": found.better, "worse": found.worse}  # fmt: skip
        async with store.write() as work:
            await keep(work, found, who)
            await work.audit.note("guidance_effects_seen", who, f"guidance:{slug[:80]}", facts, datetime.now(UTC))
        return found
    finally:
        await store.close()


async def asked(store: Store, slug: str, number: int) -> tuple[Version, list[Case]]:
    """Return a version, the newest when `number` is 0, and every case of the suite, those of staff among them."""
    async with store.read() as work:
        versions = await work.guidance.versions(slug)
        own = await found_cases.approved(work, SUITE)
    version = next((one for one in versions if number in (0, one.number)), None)
    if version is None:
        raise VersionMissing(
            f"There is no guidance called {slug}{f' with a version {number}' if number else ''}. "
            "See what there is: kith guidance list"
        )
    mine = [Case(one.id, one.messages, one.want, one.dataset, one.guidance, one.tags, "own") for one in own.cases]
    return version, [*suite(SUITE).cases("all"), *mine]
