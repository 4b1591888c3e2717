"""What happened with each message of a carer, read from what the service recorded. Nothing here is worked out again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from assistant.console.words import outcome_words, verdict_words
from assistant.domain.turn import Finding
from assistant.storage.outbox import Due
from assistant.storage.people import Standing
from assistant.storage.store import Store
from assistant.storage.turns import Recorded

MOST_TURNS = 30
LATEST = 50
"""Messages of a phone that are looked up to find its conversation."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One check in plain words. `detail` is the rail's own reason."""

    rail: str
    result: str
    words: str
    detail: str


@dataclass(frozen=True, slots=True)
class Case:
    """A case opened for staff. `told_at` is when an alert was raised."""

    reason: str
    urgency: str
    opened_at: datetime
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class TurnStory:
    """One recorded turn, made ready for the page. Times of steps are in milliseconds."""

    turn: Recorded
    label: str
    colour: str
    verdicts: tuple[Verdict, ...]
    sent: tuple[Due, ...]
    cases: tuple[Case, ...]

    @property
    def took_ms(self) -> float:
        """The steps' time together."""
        return float(sum(ms for _, ms in self.turn.timings_ms))

    @property
    def citations(self) -> list[tuple[str, str, date]]:
        """Title, address and review date of each document that the reply names."""
        return [(title, url, date.fromisoformat(checked)) for _, title, url, checked in self.turn.citations]


@dataclass(frozen=True, slots=True)
class Happened:
    """All that is recorded of one conversation, newest turn first."""

    turns: tuple[TurnStory, ...] = ()
    standing: Standing | None = None
    waiting: int = 0


async def what_happened(store: Store, sids: Sequence[str]) -> Happened:
    """Return what is recorded about the messages with these sids; nothing when none has arrived yet."""
    async with store.read() as work:
        conversation_id = await work.inbound.conversation_with(sids[-LATEST:])
        if conversation_id is None:
            return Happened()
        turns = await work.turns.of_conversation(conversation_id, MOST_TURNS)
        sent = await work.outbox.of_conversation(conversation_id)
        cases = await work.escalations.of_conversation(conversation_id)
        standing = await work.people.standing(conversation_id)
        waiting = len(await work.inbound.unanswered(conversation_id))
    return Happened(tuple(story(turn, sent, cases) for turn in turns), standing, waiting)


def story(turn: Recorded, sent: Sequence[Due], cases: Sequence[Any]) -> TurnStory:
    """Put together what belongs to one turn."""
    label, colour = outcome_words(turn.outcome)
    found = [Finding(*stored) for stored in turn.findings]
    return TurnStory(
        turn,
        label,
        colour,
        tuple(Verdict(one.rail, one.result, verdict_words(one), one.reason) for one in found),
        tuple(sorted((one for one in sent if one.turn_id == turn.id), key=lambda one: one.position)),
        tuple(Case(c.reason, c.urgency, c.created_at, c.alerted_at) for c in cases if c.turn_id == turn.id),
    )
