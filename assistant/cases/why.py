"""What makes a case: which conversation and turn, for what reason, how urgent."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Why:
    """Why a person should look at a conversation. `turn_id` is None when no single answer is the cause."""

    conversation_id: str
    turn_id: str | None
    reason: str
    urgency: str = "none"
    categories: tuple[str, ...] = ()
