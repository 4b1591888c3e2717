"""The shape of `policy/danger.yaml`: concepts, guards and rules that a service owner can read and change."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from rails.policy import CommaList, RailPolicy, Strict

CATEGORIES = (
    "suicide_self_harm",
    "medical_emergency",
    "harm_to_cared_for",
    "domestic_abuse",
    "child_at_risk",
    "abuse_of_adult",
    "missing_person",
    "carer_breakdown",
    "self_neglect",
    "scam",
    "financial_abuse",
    "other_risk",
    "medication",
)
"""Most serious first. This order decides which wording leads when several fire."""
URGENCIES = ("emergency", "urgent", "none")
Urgency = Literal["emergency", "urgent", "none"]


class Guard(Strict):
    """Words near a match that show it is not danger, such as a figure of speech.

    `where`: `overlap` = on the matched words themselves; `before` = in the `reach` words before them or on them;
    `sentence` = anywhere in the sentence; `message` = anywhere in the message.
    """

    why: str
    where: Literal["overlap", "before", "sentence", "message"]
    reach: int = 3
    say: list[str] = Field(min_length=1)


class Rule(Strict):
    """One kind of sentence that shows danger. A `sign` counts as evidence only and raises nothing by itself."""

    name: str
    say: list[str] = Field(min_length=1)
    unless: list[str] | None = None
    hint: Literal["", "other", "young"] = ""
    sign: bool = False


class Category(Strict):
    """All rules for one category, by how fast a person must look."""

    meaning: str
    unless: list[str] = Field(default_factory=list)
    emergency: list[Rule] = Field(default_factory=list)
    urgent: list[Rule] = Field(default_factory=list)
    none: list[Rule] = Field(default_factory=list)

    def rules(self) -> Iterator[tuple[Urgency, Rule]]:
        """Every rule with its urgency, most urgent first."""
        for rule in self.emergency:
            yield "emergency", rule
        for rule in self.urgent:
            yield "urgent", rule
        for rule in self.none:
            yield "none", rule


class Plain(Strict):
    """Whole messages that say nothing of danger: each word is one of `words` or `needs`, and one at least of each of `needs`."""

    why: str
    needs: list[CommaList] = Field(min_length=1)
    words: CommaList = Field(default_factory=list)


class DangerPolicy(RailPolicy):
    """The whole file."""

    concepts: dict[str, CommaList]
    guards: dict[str, Guard]
    categories: dict[str, Category]
    joking: list[str]
    """Words that take something back. After a disclosure they clear nothing."""
    plain: dict[str, Plain] = Field(default_factory=dict)
    """What the models alone raise no danger for, by its name. A rule does."""
    acknowledging: Plain
    """What somebody writes who has read a reply, and says no more. After a disclosure it adds nothing."""
    intending: Plain
    """What somebody writes who means to do what they spoke of. After words of suicide or of harm it says that it is now."""
    calling: Plain
    """A bare cry for help. After a disclosure it says that it is now."""
