"""How fast a person must act: due times by urgency and state, and when an emergency is told again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

import yaml

from assistant.cases.hours import Hours
from assistant.cases.states import State
from assistant.domain.turn import RANK, Urgency
from assistant.errors import SettingsWrong


@cache
def policy() -> Mapping[str, Any]:
    """Read the reasons and clocks that ship with this package."""
    text = (resources.files("assistant") / "cases" / "reasons.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def at_least(reason: str, urgency: str) -> str:
    """Return the urgency of a case: what was found, but no less than the reason's own."""
    floor = Urgency(policy()["reasons"].get(reason, "none"))
    return max(floor, Urgency(urgency), key=RANK.__getitem__).value


def tell_again() -> tuple[timedelta, ...]:
    """Return when, after its opening, an unacknowledged emergency is told again."""
    return tuple(timedelta(minutes=minutes) for minutes in policy()["tell_again"])


@dataclass(frozen=True)
class Clocks:
    """Works out due times from the service's hours."""

    hours: Hours

    def due(self, urgency: str, state: State, at: datetime) -> datetime | None:
        """Return when a case in this state must have moved on; None for a resolved one."""
        clock = policy()["clocks"][urgency]
        if state is State.RESOLVED:
            return None
        amount = timedelta(minutes=clock[state.value])
        if clock["counts"] == "always":
            return at + amount
        try:
            return self.hours.after(at, amount)
        except SettingsWrong:
            return at  # hours that cannot be read must not cost a carer the case: it is due now
