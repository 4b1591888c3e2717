"""Keep what is answered from in step with what is published."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog
from sqlalchemy.exc import IntegrityError

from assistant.pipeline.answering import Served
from assistant.serving import hold_approved, keep_approved_index
from assistant.settings import Settings
from assistant.storage.store import Store
from assistant.wiring import Brain, build_index, open_built, with_searcher
from knowledge_base.curation.reading import sources_in
from knowledge_base.curation.seeding import seed

LOOK_SECONDS = 1.0
"""How often a process asks whether something was published."""
LET_GO_SECONDS = 30.0
"""The replaced index stays open this long, for turns that began with it."""
log = structlog.get_logger()


async def seed_guidance(settings: Settings, store: Store) -> None:
    """Import the guidance that ships with Kith, once. From then on the database decides."""
    shipped = await asyncio.to_thread(sources_in, settings.documents_folder)
    try:
        async with store.write() as work:
            changed = await seed(work.guidance, shipped, datetime.now(UTC), settings.environment != "live")
    except IntegrityError:  # another process of this installation was first, with the same texts
        changed = False
    if changed:
        log.info("guidance_imported", documents=len(shipped))


@dataclass
class Follower:
    """Looks every second whether something was published, and then answers from it, without a restart.

    The first look also finds what was published while the process started.
    """

    store: Store
    served: Served
    brain: Brain
    seen: int = 0
    _open: list[Brain] = field(default_factory=list, repr=False)
    _tell: Callable[[Brain], None] = field(default=lambda _: None, repr=False)
    _task: asyncio.Task[None] | None = field(default=None, repr=False)

    async def hold_approved(self) -> None:
        """Answer under the approved release from the start, although newer guidance was published meanwhile."""
        older = await hold_approved(self.store, self.brain, self.served)
        if older:
            self._open.append(older)

    def start(self, tell: Callable[[Brain], None]) -> None:
        """Begin to look. `tell` is given each new brain, so that pages see it too."""
        self._open.append(self.brain)
        self._tell = tell
        self._task = asyncio.create_task(self._follow())

    async def stop(self) -> None:
        """Stop looking."""
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])
        for brain in self._open[:-1]:
            brain.searcher.close()

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except Exception as error:  # the guidance that is live stays live; the next look tries again
                log.error("guidance_not_renewed", error=type(error).__name__)

    async def look(self) -> bool:
        """Swap the new guidance in if there is any; tell whether there was."""
        async with self.store.read() as work:
            latest = await work.guidance.latest_publication()
        if latest == self.seen:
            return False
        await keep_approved_index(self.store, self.brain)
        built = await asyncio.to_thread(build_index, self.brain.settings, self.brain.model)
        is_new = built != self.brain.searcher.version
        if is_new:
            await self._swap()
        self.seen = latest
        return is_new

    async def _swap(self) -> None:
        """Put the new index in the place of the old one, under the release that it makes."""
        searcher = await asyncio.to_thread(open_built, self.brain.settings, self.brain.model)
        brain = with_searcher(self.brain, searcher)
        async with self.store.write() as work:
            await work.releases.note(brain.answerer.release, dict(brain.facts), datetime.now(UTC))
        self.brain, self.served.now = brain, brain.answerer
        self._tell(brain)
        self._open.append(brain)
        for older in [one for one in self._open if not self.served.holds(one.answerer.release)]:
            self._open.remove(older)
            asyncio.get_running_loop().call_later(LET_GO_SECONDS, older.searcher.close)
        log.info("guidance_renewed", guidance=searcher.version, release=brain.answerer.release)
