"""One conversation as staff see it: the thread in masked text, what the assistant did and why, cases, notes, drafts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from assistant.cases.hands import WINDOW
from assistant.cases.states import UNSEEN
from assistant.console.happened import TurnStory, by_case, story
from assistant.console.words import words_for
from assistant.domain.roles import Staff
from assistant.storage.inbound import Received
from assistant.storage.notes import Noted, Reported
from assistant.storage.outbox import Due
from assistant.storage.people import Standing
from assistant.storage.store import Work
from assistant.storage.turns import Recorded

MOST_TURNS = 30
"""Turns of one part of the thread. Earlier parts are a link away."""
SENT_BY_PERSON = ("person", "template")

CHARACTERS_A_LINE = 70
"""What fits about into a line of the box for a draft."""


@dataclass(frozen=True, slots=True)
class Line:
    """One bubble of the thread.

    `whose` is carer, assistant or person, `by` the id of the member of staff; `undo` names the turn that can still be taken back.
    """

    whose: str
    text: str
    at: datetime
    state: str = ""
    purpose: str = ""
    undo: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a long thread, 1 being the newest: its turns, newest first, and the time that it covers."""

    number: int
    turns: Sequence[Recorded]
    since: datetime | None
    until: datetime | None

    @property
    def is_first(self) -> bool:
        """Whether nothing stands before it."""
        return self.since is None


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer that a person reads before it goes out. It has waited since `since`."""

    turn_id: str
    text: str
    since: datetime

    @property
    def rows(self) -> int:
        """Lines of the box in which it is read, so that most answers are seen whole."""
        return min(30, 2 + sum(1 + len(line) // CHARACTERS_A_LINE for line in self.text.splitlines()))


@dataclass(frozen=True, slots=True)
class Thread:
    """All that the conversation page shows."""

    standing: Standing
    lines: Sequence[Line]
    stories: Sequence[TurnStory]
    cases: Sequence[Any]
    events: Mapping[str, Sequence[Any]]
    alerts: Mapping[str, Sequence[Any]]
    notes: Sequence[Noted]
    reports: Sequence[Reported]
    drafts: Sequence[Draft]
    """Answers that wait for a person, oldest first."""
    names: Mapping[str, str]
    version: str
    part: Part
    address: str = ""
    """The carer's number, shown only when it was asked for with a reason."""
    window_left: timedelta = field(default_factory=timedelta)

    @property
    def open_cases(self) -> list[Any]:
        return [case for case in self.cases if case.resolved_at is None]

    @property
    def unseen_cases(self) -> list[Any]:
        """Cases that nobody has acknowledged."""
        return [case for case in self.cases if case.state in UNSEEN]

    @property
    def question(self) -> str:
        """The carer's latest words, masked: what a suggested reply answers."""
        return next((one.turn.question for one in self.stories if one.turn.question), "")


async def part_with(work: Work, conversation_id: str, turn_id: str) -> int:
    """Return the number of the part of a thread in which a turn stands."""
    return await work.turns.after(conversation_id, turn_id) // MOST_TURNS + 1


async def read_part(work: Work, conversation_id: str, number: int) -> Part:
    """Read the turns of one part, and one turn on each side to know where it ends."""
    skip = (number - 1) * MOST_TURNS
    found = await work.turns.of_conversation(conversation_id, MOST_TURNS + 2, max(0, skip - 1))
    later, turns = (found[:1], found[1:]) if skip else ([], found)
    since = turns[MOST_TURNS - 1].started_at if len(turns) > MOST_TURNS else None
    return Part(number, turns[:MOST_TURNS], since, later[0].started_at if later else None)


async def load(
    work: Work, standing: Standing, staff: Staff, now: datetime, unmasked: bool = False, number: int = 1
) -> Thread:
    """Read one part of a conversation, with all its cases and notes."""
    whose = standing.conversation_id
    part = await read_part(work, whose, number)
    sent = await work.outbox.of_conversation(whose, part.since, part.until)
    cases = await work.escalations.of_conversation(whose)
    ids = [case.id for case in cases]
    alerts = by_case(await work.case_alerts.of_cases(ids))
    stories = [story(turn, sent, cases, alerts) for turn in part.turns]
    heard = await _heard(work, whose, stories, unmasked)
    lines = sorted([*heard, *(said(part, staff, now) for part in reversed(sent))], key=lambda line: line.at)
    return Thread(
        standing, lines, stories, list(reversed(cases)),
        by_case(await work.escalations.events(ids)), alerts,
        await work.notes.of_conversation(whose), await work.notes.reports(whose),
        by_turn(await work.outbox.drafts(conversation_id=whose)), await work.staff.names(), await work.queue.version(), part,
        standing.address if unmasked else "", max(timedelta(), standing.last_inbound_at + WINDOW - now),
    )  # fmt: skip


async def _heard(work: Work, whose: str, stories: Sequence[TurnStory], unmasked: bool) -> list[Line]:
    """Return the carer's side: masked as recorded, or as it was written. A message without its turn is being read."""
    received = await work.inbound.of_turns(whose, [one.turn.id for one in stories])
    if unmasked:
        return [Line("carer", one.heard.text or wordless(one), one.received_at) for one in received]
    first = {one.turn_id: one for one in reversed(received) if one.turn_id}
    lines = [masked_line(one.turn, first.get(one.turn.id)) for one in stories]
    waiting = [Line("carer", "(being read)", one.received_at) for one in received if not one.turn_id]
    return lines + waiting


def masked_line(turn: Recorded, heard: Received | None) -> Line:
    """Return what a carer said in one turn, at the time of its first message."""
    if heard is None:
        return Line("carer", turn.question or "(no words are kept)", turn.started_at)
    return Line("carer", turn.question or wordless(heard), heard.received_at)


def wordless(received: Received) -> str:
    """Say what a message without words was, such as "(Voice note)"."""
    return f"({words_for(received.heard.kind.value, 'kinds')})"


def said(part: Due, staff: Staff, now: datetime) -> Line:
    """Return our side of the thread."""
    by_person = part.purpose in SENT_BY_PERSON
    mine = part.written_by == f"staff:{staff.id}" and part.state == "pending" and by_person
    undo = part.turn_id if mine and part.send_after and part.send_after > now else ""
    state = (
        "waiting_approval"
        if part.approval == "waiting" and part.state == "pending"
        else part.delivery_state or part.state
    )
    by = part.written_by.removeprefix("staff:") if by_person else ""
    return Line("person" if by_person else "assistant", part.body, part.created_at, state, part.purpose, undo, by)


def by_turn(parts: Sequence[Due]) -> list[Draft]:
    """Return each waiting answer as one text, in the order in which they were written."""
    found: dict[str, Draft] = {}
    for part in parts:
        if part.purpose == "reply":
            first = found.get(part.turn_id)
            text = f"{first.text}\n\n{part.body}" if first else part.body
            found[part.turn_id] = Draft(part.turn_id, text, first.since if first else part.created_at)
    return list(found.values())
