"""Keep what is answered from, the words of the checks and the release that serves in step with what people decided."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog
from sqlalchemy.exc import IntegrityError

from assistant.checks.words import approved_words
from assistant.pipeline.answering import Served
from assistant.serving import hold_approved, keep_approved_index
from assistant.settings import Settings
from assistant.storage.store import Store
from assistant.wiring import Brain, build_index, open_built, with_searcher, with_words
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
        log.info("guidance_imported", count=len(shipped))


@dataclass(frozen=True, slots=True)
class Seen:
    """What was live at the last look: publication, newest approved words, release that serves."""

    publication: int = 0
    words: str = ""
    serving: str = ""


@dataclass
class Follower:
    """Looks every second whether something was published, approved or gone back to, and then answers so, without a restart.

    The first look also finds what happened while the process started.
    """

    store: Store
    served: Served
    brain: Brain
    seen: Seen = Seen()
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
        for searcher in {id(one.searcher): one.searcher for one in self._open}.values():
            if searcher is not self.brain.searcher:
                searcher.close()

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except Exception as error:  # the guidance that is live stays live; the next look tries again
                log.error("guidance_not_renewed", error=type(error).__name__)

    async def look(self) -> bool:
        """Swap new guidance or words in, and open the release that was gone back to; tell whether anything changed."""
        async with self.store.read() as work:
            active = await work.releases.active()
            serving = active.release_id if active and active.is_approved else ""
            latest = Seen(await work.guidance.latest_publication(), await work.rails.latest_approval(), serving)
        if latest == self.seen:
            return False
        is_new = await self._renew(latest)
        if serving and not self.served.holds(serving):
            await self.hold_approved()
            is_new = is_new or self.served.holds(serving)
        self.seen = latest
        return is_new

    async def _renew(self, latest: Seen) -> bool:
        """Put newer guidance or words in the place of the old ones, under the release that they make."""
        brain = self.brain
        if latest.publication != self.seen.publication:
            await keep_approved_index(self.store, brain)
            built = await asyncio.to_thread(build_index, brain.settings, brain.model)
            if built != brain.searcher.version:
                brain = with_searcher(
                    brain, await asyncio.to_thread(open_built, brain.settings, brain.model, brain.searcher)
                )
        if latest.words != self.seen.words:
            words = await asyncio.to_thread(approved_words, brain.settings.database)
            if words != brain.words:
                brain = await asyncio.to_thread(with_words, brain, words)
        if brain is self.brain:
            return False
        await self._swap(brain)
        return True

    async def _swap(self, brain: Brain) -> None:
        """Answer with another brain, and let go of those that no release held here needs."""
        async with self.store.write() as work:
            await work.releases.note(brain.answerer.release, dict(brain.facts), datetime.now(UTC))
        self.brain, self.served.now = brain, brain.answerer
        self._tell(brain)
        self._open.append(brain)
        gone = [one for one in self._open if not self.served.holds(one.answerer.release)]
        self._open = [one for one in self._open if one not in gone]
        needed = {id(one.searcher) for one in self._open}
        for searcher in {id(one.searcher): one.searcher for one in gone if id(one.searcher) not in needed}.values():
            asyncio.get_running_loop().call_later(LET_GO_SECONDS, searcher.close)
        log.info("release_renewed", guidance=brain.searcher.version, release=brain.answerer.release)
