"""One kind line under an answer when a carer comes near to the end of their strength, and a person who looks when it recurs."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from assistant.domain.turn import Exchange, Finding, Turn, Urgency

RAIL = "soft_line"
RECURS = 3
"""A person is asked to look when a chat comes near so many times within the turns that it remembers."""
ONCE_IN = timedelta(days=1)
SayLine = Callable[[bool], str]
"""Gives the approved line; True when a person is asked to look as well."""


def came_near(findings: Sequence[Finding]) -> bool:
    """Whether the checks found that a message comes near to suicide or breakdown."""
    return any(one.rail == RAIL and one.result == "fail" for one in findings)


def said_lately(exchanges: Sequence[Exchange], now: datetime) -> bool:
    """Whether the line stood under an answer within the last day, as far as the chat is remembered."""
    return any(one.near and one.at and now - one.at < ONCE_IN for one in exchanges)


def add_line(turn: Turn, say: SayLine) -> tuple[Turn, list[str]]:
    """Return the words to add: none when nothing came near, or when the line was said lately and nothing new is to be told."""
    if turn.urgency is not Urgency.NONE or not came_near(turn.findings):
        return turn, []
    times = 1 + sum(one.near for one in turn.past.exchanges)
    if times >= RECURS:
        turn = turn.escalate("near_danger")
    told = turn.past.line_said and times != RECURS
    return turn, [] if told else [say(times >= RECURS)]
