"""The states of a case, and the acts that lead from one to the next."""

from collections.abc import Mapping
from enum import StrEnum

from assistant.errors import KithError


class State(StrEnum):
    """Where a case stands. Every change is kept with who made it and when."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    TAKEN_OVER = "taken_over"
    WAITING = "waiting"
    """For the carer to write again."""
    RESOLVED = "resolved"
    REOPENED = "reopened"


OPEN_STATES = tuple(state for state in State if state is not State.RESOLVED)
UNSEEN = (State.OPEN, State.REOPENED)
"""Nobody has said yet that they have seen the case."""
ALLOWED: Mapping[State, frozenset[State]] = {
    State.OPEN: frozenset({State.ACKNOWLEDGED, State.TAKEN_OVER, State.RESOLVED}),
    State.REOPENED: frozenset({State.ACKNOWLEDGED, State.TAKEN_OVER, State.RESOLVED}),
    State.ACKNOWLEDGED: frozenset({State.TAKEN_OVER, State.RESOLVED}),
    State.TAKEN_OVER: frozenset({State.WAITING, State.ACKNOWLEDGED, State.RESOLVED}),
    State.WAITING: frozenset({State.TAKEN_OVER, State.ACKNOWLEDGED, State.RESOLVED}),
    State.RESOLVED: frozenset({State.REOPENED}),
}
"""What may follow what. A case that is handed back before it is resolved goes back to acknowledged."""


class StateNotAllowed(KithError):
    """A case was asked to take a step that its state does not allow."""

    status_code = 409

    def __init__(self, now: State, wanted: State) -> None:
        super().__init__(
            f"This case is {now.value.replace('_', ' ')}, so it cannot become {wanted.value.replace('_', ' ')}. "
            "Somebody may have changed it a moment ago. Load the page again."
        )
