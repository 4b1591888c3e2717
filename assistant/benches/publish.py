"""`kith bench publish`: how long it takes until a carer is answered from a document that was just published, and back.

The guidance is made up: the shipped documents over and over, each with a subject of its own in its title, headings and
other askings. Its vectors are made up too, as embedding it all takes an hour; what is published is embedded for real.
"""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import yaml

from assistant.benches.scale import MadeUp, subject_of
from assistant.guidance.live import LOOK_SECONDS, Follower
from assistant.pipeline.answering import Served
from assistant.replay import Conversation
from assistant.settings import Settings
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.migrate import migrate
from assistant.storage.store import Store
from assistant.wiring import make_brain, open_embedder
from knowledge_base import index
from knowledge_base.asked import asked_path, parse_asked
from knowledge_base.commands import index_root
from knowledge_base.curation.lifecycle import Lifecycle
from knowledge_base.curation.reading import documents_of, sources_in
from knowledge_base.curation.seeding import seed
from knowledge_base.curation.values import Reason, Source
from knowledge_base.embedding import OnnxEmbedder
from knowledge_base.records import Marks

BAR_SECONDS = 5.0
QUESTION = "Who gets the purple parking ribbon?"
NEWS = "Northmere sends each Blue Badge out with a purple parking ribbon."
CHANGED = "blue-badge"

Seconds = tuple[float, float]
"""By the clock, and of the processor: a busy machine leaves the second alone."""


@dataclass(frozen=True, slots=True)
class Took:
    """From the press of a button to the first answer from it, without the wait for the next look."""

    documents: int
    chunks: int
    records: int
    published: tuple[Seconds, ...]
    rolled_back: tuple[Seconds, ...]

    @property
    def slowest(self) -> float:
        """The slowest by the clock, with the longest wait for a process to look, in seconds."""
        return max(clock for clock, _ in (*self.published, *self.rolled_back)) + LOOK_SECONDS


class Seeded(MadeUp):
    """Made-up vectors under the real model's name, so that the service takes them over."""

    def __init__(self, real: OnnxEmbedder) -> None:
        super().__init__(real)
        self.model_hash = real.model_hash


def made_up(count: int, folder: Path) -> list[Source]:
    """Return so many documents in the shape of those in `folder`, which come first and unchanged."""
    shipped = sources_in(folder)
    return [*shipped, *(_again(shipped[number % len(shipped)], number) for number in range(len(shipped), count))][
        :count
    ]


def _again(source: Source, number: int) -> Source:
    """Return a document once more, about another subject."""
    subject = subject_of(number)
    lines = [f"{line} ({subject})" if line.startswith("## ") else line for line in source.text.split("\n")]
    text = "\n".join(lines).replace('\ntitle: "', f'\ntitle: "{subject} ', 1)
    asked = parse_asked(asked_path(Path(f"{source.slug}.md")), source.asked)
    phrases = {f"{head} ({subject})": [f"{one} {subject}" for one in ways] for head, ways in asked.items()}
    return Source(f"{source.slug}-{number}", text, yaml.safe_dump(phrases) if phrases else "")


async def measure(settings: Settings, documents: int, rounds: int) -> Took:
    """Publish a changed document and go back, `rounds` times, over so many documents."""
    with tempfile.TemporaryDirectory(prefix="kith-bench-") as folder:
        made = Settings(environment="test", council=settings.council, var=Path(folder) / "var")
        share_model(made.var, settings.var)
        sources = made_up(documents, made.documents_folder)
        await asyncio.to_thread(
            index.build,
            documents_of(sources, made.guidance_values),
            Seeded(open_embedder(made)),
            index_root(made.var),
        )
        migrate(made)
        store = Store(make_engine(made), load_keys(made))
        try:
            async with store.write() as work:
                await seed(work.guidance, sources, datetime.now(UTC), follow=False)
            return await _measure(Publishing.begin(made, store), rounds)
        finally:
            await store.close()


def share_model(var: Path, built: Path) -> None:
    """Make a data folder that has the model of another one, and no index."""
    var.mkdir()
    (var / "model").symlink_to((built / "model").resolve(), target_is_directory=True)


@dataclass(frozen=True)
class Publishing:
    """A service that follows what is published, and the people who publish."""

    settings: Settings
    store: Store
    follower: Follower

    @classmethod
    def begin(cls, settings: Settings, store: Store) -> "Publishing":
        brain = make_brain(settings)
        return cls(settings, store, Follower(store, Served(brain.answerer), brain))

    async def approve(self, source: Source) -> str:
        """Take a text to the last step before it is published; return its version. What came before has come to rest."""
        await asyncio.to_thread(self.follower.brain.searcher.settle)
        async with self.store.write() as work:
            life = Lifecycle(work.guidance, self.settings.guidance_values)
            version = await life.write(source, because("ann"))
            await life.submit(version.id, because("ann"))
            await life.approve(version.id, because("ben"))
        return version.id

    async def publish(self, version_id: str) -> Seconds:
        """Publish; return what it took until a carer is answered from it."""
        started = _now()
        async with self.store.write() as work:
            await Lifecycle(work.guidance, self.settings.guidance_values).publish([version_id], because("cat"))
        assert await self.answers()
        return _since(started)

    async def roll_back(self) -> Seconds:
        """Go back; return what it took until no carer is answered from what was published."""
        await asyncio.to_thread(self.follower.brain.searcher.settle)
        started = _now()
        async with self.store.write() as work:
            await Lifecycle(work.guidance, self.settings.guidance_values).roll_back(CHANGED, because("cat"))
        assert not await self.answers()
        return _since(started)

    async def answers(self) -> bool:
        """Look as the service does each second, and ask; tell whether the answer is the news."""
        assert await self.follower.look()
        turn = await Conversation(self.follower.brain.answerer).ask(QUESTION)
        return any(NEWS in one.text for one in turn.passages)


async def _measure(service: Publishing, rounds: int) -> Took:
    await service.follower.look()
    await Conversation(service.follower.brain.answerer).ask(QUESTION)  # a service that is followed has answered before
    before = sources_in(service.settings.documents_folder)
    badge = next(one for one in before if one.slug == CHANGED)
    published, back = [], []
    for number in range(rounds):
        text = f"{badge.text}\n\n## {QUESTION}\n{NEWS} Version {number}.\n"
        published.append(await service.publish(await service.approve(Source(CHANGED, text, badge.asked))))
        back.append(await service.roll_back())
    manifest, _ = index.live_version(index_root(service.settings.var))
    service.follower.brain.searcher.close()
    return Took(
        len(manifest.documents),
        len(manifest.chunks),
        len(Marks.of(manifest.chunks, manifest.others).hashes),
        tuple(published),
        tuple(back),
    )


def because(who: str) -> Reason:
    """Return why a bench changes guidance."""
    return Reason(f"staff:{who}", "To measure.", datetime.now(UTC))


def report(took: Took) -> str:
    """Return the figures beside their bar."""
    size = f"{took.documents} documents, {took.chunks} passages, {took.records} texts with a vector"
    return "\n".join(
        [
            size,
            f"publish to first answer: {_told(took.published)}",
            f"roll back to first answer: {_told(took.rolled_back)}",
            f"with the longest wait for a look ({LOOK_SECONDS:.0f} s): at most {took.slowest:.1f} s (bar {BAR_SECONDS:.0f} s)",
        ]
    )


def _now() -> Seconds:
    return time.perf_counter(), time.process_time()


def _since(started: Seconds) -> Seconds:
    clock, processor = _now()
    return clock - started[0], processor - started[1]


def _told(took: Sequence[Seconds]) -> str:
    clock, processor = (sorted(one) for one in zip(*took, strict=True))
    middle = len(took) // 2
    return (
        f"median {clock[middle]:.2f} s, slowest {clock[-1]:.2f} s; "
        f"of the processor median {processor[middle]:.2f} s, n {len(took)}"
    )
