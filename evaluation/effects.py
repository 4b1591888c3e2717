"""What a draft of guidance would change: the cases that it touches are answered with and without it, before it is published."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

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


@dataclass(frozen=True, slots=True)
class Effect:
    """One case whose answer changes. `was_right` and `is_right` are None where nothing could be scored."""

    case: str
    question: str
    before: str
    after: str
    was_right: bool | None
    is_right: bool | None


@dataclass(frozen=True, slots=True)
class Effects:
    """What a version would change. Held-back cases are counted and not shown, so that they stay a fair test."""

    document: str
    number: int
    looked_at: int
    """Cases in all."""
    touched: int
    """Cases that the version can touch; these were answered twice."""
    changes: tuple[Effect, ...]
    hidden: int
    """Held-back cases whose answer changes."""
    hidden_better: int
    hidden_worse: int
    made_at: str

    @property
    def changed(self) -> int:
        return len(self.changes) + self.hidden

    @property
    def worse(self) -> int:
        """Cases that were right and would no longer be."""
        return self.hidden_worse + sum(is_worse(one) for one in self.changes)

    @property
    def better(self) -> int:
        return self.hidden_better + sum(is_better(one) for one in self.changes)


def is_worse(one: Effect) -> bool:
    return one.was_right is True and one.is_right is False


def is_better(one: Effect) -> bool:
    return one.was_right is False and one.is_right is True


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


def spoken(reply: str) -> str:
    return " ".join(reply.split())


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
        keep(settings, found)
        facts = {"version": found.number, "touched": found.touched, "changed": found.changed,
                 "better": found.better, "worse": found.worse}  # fmt: skip
        async with store.write() as work:
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


def place_of(settings: Settings, slug: str, number: int) -> Path:
    return settings.var / "evaluation" / "effects" / f"{slug}-{number}.json"


def keep(settings: Settings, found: Effects) -> None:
    """Keep what was found, in the place of what was found before. Cases are invented: nothing of a carer is in it."""
    place = place_of(settings, found.document, found.number)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(asdict(found), ensure_ascii=False), encoding="utf-8")


def kept(settings: Settings, slug: str, number: int) -> Effects | None:
    """Return what was found last; None when nobody has looked yet."""
    try:
        content = json.loads(place_of(settings, slug, number).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Effects(**{**content, "changes": tuple(Effect(**one) for one in content["changes"])})


def as_lines(found: Effects) -> str:
    """Return what was found as lines for a terminal."""
    lines = [summary(found)]
    for one in found.changes:
        moved = "WORSE" if is_worse(one) else "better" if is_better(one) else "changed"
        lines += [f"\n{moved}: {one.question}", f"  before: {spoken(one.before)}", f"  after:  {spoken(one.after)}"]
    return "\n".join(lines)


def summary(found: Effects) -> str:
    """Say in a sentence or two what a version changes."""
    if not found.changed:
        return f"{found.document}, version {found.number}: none of {found.looked_at} test questions is answered differently."
    hidden = f" {found.hidden} of them are held back for a fair test and not shown." if found.hidden else ""
    return (
        f"{found.document}, version {found.number}: of {found.looked_at} test questions {found.changed} are answered "
        f"differently, {found.better} of them now right and {found.worse} no longer right.{hidden}"
    )
