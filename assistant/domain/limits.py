"""What is stopped while a turn runs: the whole service, answers in the model's own words, single topics or rails."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What the turn must do without. The steps obey; danger and commands are answered all the same."""

    paused: bool = False
    quoted: bool = False
    """Answers only word for word from guidance."""
    topics: tuple[str, ...] = ()
    """Documents that no answer may rest on."""


FREE = Limits()
