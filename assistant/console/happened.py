"""What happened with each message of a carer, read from what the service recorded. Nothing here is worked out again."""

from collections.abc import Mapping, Sequence
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
    """A case opened for staff. `told_at` is when the first person was told; `has_alerts` is false where nobody is listed to be told."""

    reason: str
    urgency: str
    opened_at: datetime
    told_at: datetime | None
    has_alerts: bool


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
        alerts = by_case(await work.case_alerts.of_cases([case.id for case in cases]))
        standing = await work.people.standing(conversation_id)
        waiting = len(await work.inbound.unanswered(conversation_id))
    return Happened(tuple(story(turn, sent, cases, alerts) for turn in turns), standing, waiting)


def by_case(rows: Sequence[Any]) -> dict[str, list[Any]]:
    """Return rows, such as alerts or events, by their case."""
    groups: dict[str, list[Any]] = {}
    for row in rows:
        groups.setdefault(row.case_id, []).append(row)
    return groups


def story(turn: Recorded, sent: Sequence[Due], cases: Sequence[Any], alerts: Mapping[str, Sequence[Any]]) -> TurnStory:
    """Put together what belongs to one turn."""
    label, colour = outcome_words(turn.outcome)
    found = [Finding(*stored) for stored in turn.findings]
    return TurnStory(
        turn,
        label,
        colour,
        tuple(Verdict(one.rail, one.result, verdict_words(one), one.reason) for one in found),
        tuple(sorted((one for one in sent if one.turn_id == turn.id), key=lambda one: one.position)),
        tuple(opened(case, alerts.get(case.id, ())) for case in cases if case.turn_id == turn.id),
    )


def opened(case: Any, alerts: Sequence[Any]) -> Case:
    """Return a case with what became of its alerts."""
    told = [alert.sent_at for alert in alerts if alert.sent_at]
    return Case(case.reason, case.urgency, case.created_at, min(told, default=None), bool(alerts))
