"""How bad a risk is, and whether it is within what the council will bear. Computed, never typed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

AMBER, RED = 5, 15
"""On a 5 by 5 grid: a score from 5 is amber, from 15 red."""
ORDER = ("green", "amber", "red")
WORDS = {"green": "Low", "amber": "Medium", "red": "High"}


@dataclass(frozen=True, slots=True)
class Rating:
    """Score (1 to 25), colour, and why."""

    score: int
    colour: str
    above_appetite: bool
    why: str

    @property
    def words(self) -> str:
        return WORDS[self.colour]


def rate(values: Mapping[str, Any], indicator_met: bool | None = None) -> Rating:
    """Rate a risk from its likelihood and impact (1 to 5 each) and its live indicator.

    Args:
        values: An entry of the risk register.
        indicator_met: Whether its live measure is within the limit; None when it has none or could not be measured.
            A breached indicator lifts the colour one step: evidence outweighs a judgement made some weeks ago.
    """
    score = int(values["likelihood"]) * int(values["impact"])
    colour = "red" if score >= RED else "amber" if score >= AMBER else "green"
    why = f"Likelihood {values['likelihood']} times impact {values['impact']} is {score}."
    if indicator_met is False:
        colour = ORDER[min(ORDER.index(colour) + 1, 2)]
        why += " Its live indicator is past the limit, which lifts it one step."
    appetite = int(values.get("appetite") or RED - 1)
    above = score > appetite or indicator_met is False
    return Rating(score, colour, above, why + (f" The board bears up to {appetite}." if score > appetite else ""))
