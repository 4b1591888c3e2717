"""The system that is measured: the real steps, with a change where a suite needs one."""

import asyncio
import hashlib
import json
import time
from array import array
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast
from weakref import WeakKeyDictionary

from assistant.adapters.embeddings import SyncEmbedder
from assistant.domain.turn import Turn, Vector
from assistant.pipeline.answering import Answerer
from assistant.pipeline.check import CheckReply
from assistant.pipeline.compose import ComposeAnswer
from assistant.replay import Conversation
from assistant.settings import Settings
from assistant.testing import ObedientModel
from assistant.wiring import Brain, checker, make_brain
from evaluation.cases import Case
from evaluation.judge import Judge, judge_of
from evaluation.seen import Seen, seen_from, seen_in

PLAIN, OBEDIENT, TIMED = "plain", "obedient", "timed"
"""How cases are run: as carers are answered; with a model that obeys anybody; one at a time, for the clock."""


def changed(answerer: Answerer, kind: type, **fields: Any) -> Answerer:
    """Return the same list of steps with other parts in the step of one kind."""
    copy: Any = replace

    def other(step: Any) -> Any:
        return copy(step, **fields) if isinstance(step, kind) else step

    return replace(answerer, steps=tuple(map(other, answerer.steps)))


class Remembered:
    """The embedder of the check on replies, with a memory: the sentences of the guidance come back in many replies.

    Each text is embedded alone, so that its vector never depends on what was embedded with it, or before it. Vectors are
    kept as 4 bytes a number, which is all that the model gives: an eighth of what a list of Python's floats takes.
    """

    def __init__(self, model: SyncEmbedder) -> None:
        self._model = model
        self._known: dict[str, array[float]] = {}

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        """Return a unit vector a text."""
        for text in texts:
            if text not in self._known:
                self._known[text] = array("f", self._model.embed([text])[0])
        return [tuple(self._known[text]) for text in texts]

    def forget(self) -> None:
        """Start anew, as a clock must measure the work that a carer waits for."""
        self._known.clear()


class CheckBeside(CheckReply):
    """The check of replies off the event loop, so that several cases are checked while others are read."""

    async def __call__(self, turn: Turn) -> Turn:
        """Return the checked turn."""
        return await asyncio.to_thread(to_the_end, super().__call__(turn))


def to_the_end(step: Coroutine[Any, Any, Turn]) -> Turn:
    """Run a step that waits for nothing, without an event loop of its own."""
    try:
        step.send(None)
    except StopIteration as ended:
        return cast(Turn, ended.value)
    raise RuntimeError("The check of replies waits for something now: give it back to the event loop.")


@dataclass
class Observer:
    """Runs chats and remembers them, so that suites that share cases share the work. The journal survives a stop."""

    answerer: Answerer
    journal: Path | None = None
    forget: Callable[[], None] = lambda: None
    _known: dict[str, tuple[Seen, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take up what a stopped run had done."""
        if self.journal and self.journal.exists():
            for line in self.journal.read_text(encoding="utf-8").splitlines():
                key, kept = json.loads(line)
                self._known[key] = tuple(map(seen_from, kept))

    async def see(self, case: Case, how: str) -> tuple[Seen, ...]:
        """Return the finished turns of a case's chat, from memory when they are there."""
        key = hashlib.sha256(json.dumps([how, case.messages, case.guidance]).encode()).hexdigest()[:24]
        if key not in self._known:
            self._known[key] = await self._chat(case, how)
            if self.journal and how != TIMED:
                with self.journal.open("a", encoding="utf-8") as file:
                    file.write(json.dumps([key, [one.kept() for one in self._known[key]]]) + "\n")
        return self._known[key]

    async def _chat(self, case: Case, how: str) -> tuple[Seen, ...]:
        if how == TIMED:
            self.forget()
        return await fresh(self.obedient if how == OBEDIENT else self.answerer, case)

    @property
    def obedient(self) -> Answerer:
        """The same steps with a model that does whatever any text tells it to."""
        return changed(self.answerer, ComposeAnswer, model=ObedientModel())


async def fresh(answerer: Answerer, case: Case) -> tuple[Seen, ...]:
    """Run a case's chat now, from its beginning."""
    chat = Conversation(answerer)
    found = []
    for message in case.messages:
        wall, cpu = time.perf_counter(), time.process_time()
        turn = await chat.ask(message, case.guidance)
        spent = (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000
        found.append(seen_in(turn, *spent))
    return tuple(found)


@dataclass
class World:
    """One system under test, and what scorers may ask about it."""

    brain: Brain
    observer: Observer
    seed: int = 7
    judge: Judge | None = None
    """The model that judges manner, when one is set."""
    _locks: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = field(default_factory=WeakKeyDictionary)

    @property
    def lock(self) -> asyncio.Lock:
        """What lets one case at a time do something that all share. A lock belongs to one event loop."""
        return self._locks.setdefault(asyncio.get_running_loop(), asyncio.Lock())

    @property
    def answerer(self) -> Answerer:
        return self.observer.answerer

    @property
    def settings(self) -> Settings:
        return self.brain.settings

    @property
    def nation(self) -> str:
        """The council's own nation, whose guidance is expected when a message names none."""
        return str(self.settings.council_facts["nation"])

    @property
    def documents(self) -> set[str]:
        """The documents that the guidance holds now, by their short names."""
        return {one.slug for one in self.brain.searcher.documents}

    @property
    def facts(self) -> Mapping[str, Any]:
        return self.brain.facts


def open_world(settings: Settings, journal: Path | None = None) -> World:
    """Open the model, the index and the rails once, for every suite."""
    brain = make_brain(settings)
    memory = Remembered(brain.model.plain)

    def beside(step: Any) -> Any:
        return (
            CheckBeside(checker(memory, brain.words), step.contacts, step.wording, step.again)
            if isinstance(step, CheckReply)
            else step
        )

    answerer = replace(brain.answerer, steps=tuple(map(beside, brain.answerer.steps)))
    return World(brain, Observer(answerer, journal, memory.forget), judge=judge_of(settings))


def with_answerer(world: World, answerer: Answerer) -> World:
    """Return a world whose system is another list of steps over the same model and index."""
    return World(world.brain, Observer(answerer, forget=world.observer.forget), world.seed, world.judge)
