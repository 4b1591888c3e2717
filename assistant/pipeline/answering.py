"""The whole product as one list, in order. The live path, `kith ask`, the console and the evaluator run this list."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.domain.ports import AnswerModel, Embedder, PassageSearch
from assistant.domain.turn import Turn
from assistant.pipeline.acknowledged import HearAcknowledgement
from assistant.pipeline.check import Check, CheckReply
from assistant.pipeline.commands import ObeyCommands
from assistant.pipeline.compose import ComposeAnswer
from assistant.pipeline.correction import TakeCorrection
from assistant.pipeline.danger import CrisisReply, Screen, ScreenForDanger
from assistant.pipeline.doses import LeaveOutDoses
from assistant.pipeline.embed import EmbedMessage
from assistant.pipeline.feedback import TakeFeedback
from assistant.pipeline.find import FindPassages
from assistant.pipeline.finish import Remind, finish
from assistant.pipeline.flood import LimitFlood
from assistant.pipeline.intent import KeepToScope
from assistant.pipeline.language import OfferInterpreter
from assistant.pipeline.limits import HoldWhilePaused, LeaveOutPausedTopics
from assistant.pipeline.mask import MaskPersonalData
from assistant.pipeline.person import Classify, HearWaiting, HearWishForPerson
from assistant.pipeline.run import Step, run
from assistant.pipeline.second_look import LookAgain
from assistant.pipeline.short import MeetShortMessages
from assistant.pipeline.soft_line import SayLine
from assistant.pipeline.standing import ReadOnlyText, RespectStanding
from assistant.pipeline.telling import HearTelling, OnlyTells
from assistant.pipeline.understand import Tells, UnderstandQuestion
from assistant.pipeline.wording import Wording


@dataclass(frozen=True)
class Parts:
    """What the steps are made of. `wiring.py` chooses the real ones."""

    wording: Wording
    embedder: Embedder
    search: PassageSearch
    model: AnswerModel | None
    contacts: Mapping[str, Mapping[str, str]]
    approved: Sequence[str]
    split: Callable[[str], Sequence[str]]
    screen: Screen
    reply_for: CrisisReply
    find_personal_data: Callable[[str, Sequence[str]], Sequence[Any]]
    mask: Callable[[str, Sequence[Any]], str]
    classify: Classify
    check: Check
    without_doses: Callable[[str], str]
    tells: Tells
    names_topic: Callable[[str], bool]
    only_tells: OnlyTells
    detect: Callable[[str], str] = lambda text: ""
    """The language of a message other than English; "" when it is English."""
    offer: Callable[[str], str] = lambda code: ""
    goes_on: Callable[[str], bool] = lambda text: False
    """Whether a few words after a message in another language may be in that language still."""
    acknowledges: Callable[[str], bool] = lambda text: False
    """Whether a message only says that a reply was read."""


def answering_steps(parts: Parts) -> tuple[Step, ...]:
    """Return the steps in the order in which they run. Danger comes before everything that could end the turn."""
    compose = ComposeAnswer(parts.model, parts.wording)
    return (
        TakeCorrection(),
        EmbedMessage(parts.embedder, parts.split),
        MaskPersonalData(parts.find_personal_data, parts.mask, parts.approved),
        ScreenForDanger(parts.screen, parts.reply_for, parts.contacts, parts.wording),
        ObeyCommands(parts.wording),
        HearWishForPerson(parts.classify, parts.wording),
        RespectStanding(parts.wording),
        LimitFlood(parts.wording),
        HearAcknowledgement(parts.acknowledges, parts.wording),
        TakeFeedback(parts.search, parts.embedder, parts.wording),
        ReadOnlyText(parts.wording),
        OfferInterpreter(parts.detect, parts.offer, parts.wording, parts.goes_on),
        HearWaiting(parts.wording),
        MeetShortMessages(parts.acknowledges, parts.wording),
        HoldWhilePaused(parts.wording),
        KeepToScope(parts.classify, parts.wording),
        UnderstandQuestion(parts.tells, parts.names_topic, parts.wording),
        HearTelling(parts.only_tells, parts.wording),
        FindPassages(parts.search, parts.embedder, parts.wording, parts.split),
        LookAgain(parts.names_topic, parts.wording),
        LeaveOutPausedTopics(parts.wording),
        LeaveOutDoses(parts.without_doses, parts.wording),
        compose,
        CheckReply(parts.check, parts.approved, parts.wording, compose.again),
    )


HELD = 3
"""Answerers that a process keeps."""


@dataclass(frozen=True)
class Answerer:
    """The list with its parts and the name of the release that it is."""

    steps: tuple[Step, ...]
    wording: Wording
    release: str
    remind: Remind | None = None
    """The line carried under answers after danger, by what was found; without it one general line."""
    say_line: SayLine | None = None
    """The kind line under an answer to a carer who comes near to danger; without it none."""

    async def __call__(self, turn: Turn) -> Turn:
        """Return the finished turn: outcome, reply, verdicts and times."""
        return finish(await run(self.steps, turn, self.wording), self.wording, self.remind, self.say_line)


class Served:
    """The answerers of a running process: the newest, and a few before it that may be gone back to.

    Another takes its place between two turns, never within one.
    """

    def __init__(self, answerer: Answerer) -> None:
        self._held = [answerer]
        self._serving = answerer.release

    @property
    def now(self) -> Answerer:
        """The newest answerer, whether or not its release may serve."""
        return self._held[-1]

    @now.setter
    def now(self, answerer: Answerer) -> None:
        others = [one for one in self._held if one.release != answerer.release]
        older = [one for one in others[: 1 - HELD] if one.release == self._serving]  # what answers now is never let go
        self._held = [*older, *others[1 - HELD :], answerer]

    def hold(self, older: Answerer) -> None:
        """Keep the answerer of an earlier release that serves still, or again."""
        others = [one for one in self._held if one.release != older.release]
        self._held = [older, *others[-HELD:]]
        self._serving = older.release

    def holds(self, release: str) -> bool:
        """Whether this process can answer under a release."""
        return any(one.release == release for one in self._held)

    def under(self, release: str) -> Answerer:
        """Return the answerer of a release, the newest where it is not held."""
        return next((one for one in self._held if one.release == release), self.now)

    @property
    def release(self) -> str:
        return self.now.release

    @property
    def wording(self) -> Wording:
        return self.now.wording

    async def __call__(self, turn: Turn) -> Turn:
        """Answer under one release from start to end, the one that the turn names if it is held, and say which."""
        answerer = self.under(turn.release)
        self._serving = answerer.release
        return await answerer(replace(turn, release=answerer.release))
