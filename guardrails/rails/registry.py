"""The tables of rails. Each half of the room fills its own; `library` turns them into guardrails-ai validators.

A rail here is a name and a plain function. The function takes whatever the stage works on (an incoming message,
or a draft reply with its passages) and gives back what it found, with its verdict.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rails.verdict import Verdict

Check = Callable[[Any], tuple[Any, Verdict]]


@dataclass(frozen=True, slots=True)
class Rail:
    """One check. `name` is the policy's name; `check` may raise, which counts as an error and never as a pass."""

    name: str
    check: Check


INPUT: list[Rail] = []
"""Checks on what a carer wrote, in order. Filled by `rails.input_rails`."""
OUTPUT: list[Rail] = []
"""Checks on a draft reply, in order. Filled by the module that owns the output rails."""


def add(table: list[Rail], name: str, check: Check) -> None:
    """Put a rail at the end of a table; a second rail of the same name is a slip in the code."""
    if any(rail.name == name for rail in table):
        raise ValueError(f"rail {name!r} is in the table already: give each rail its own name")
    table.append(Rail(name, check))
