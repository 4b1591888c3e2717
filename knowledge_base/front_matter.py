"""The facts at the head of a guidance file, checked, with errors that name the line and the remedy."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from knowledge_base.errors import GuidanceNotValid, Problem
from knowledge_base.front_words import Told, told, unreadable
from knowledge_base.yaml_text import nodes_of, read_yaml

Words = Annotated[str, Field(min_length=2, max_length=160)]
Address = Annotated[str, Field(pattern=r"^https?://[^\s]+$")]
Nation = Literal["england", "wales", "scotland", "northern_ireland"]
Topic = Literal["money", "work", "care", "health", "rights", "family", "safety", "planning", "nations", "local"]
Audience = Literal["adult", "young", "parent"]


class FigureRow(BaseModel):
    """One figure that can change, as written in the front matter."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: Annotated[str, Field(min_length=1, max_length=40)]
    what: Words
    valid_from: date
    valid_to: date
    source_url: Address
    checked_on: date
    confidence: Literal["H", "M"]

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.valid_to < self.valid_from:
            raise ValueError(f"The last day is before the first day: {self.valid_to} is before {self.valid_from}")
        return self


class FrontMatter(BaseModel):
    """Who says it, for whom and where, and until when it may be relied on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Words
    source_url: Address
    publisher: Words
    owner: Words
    nation: Annotated[list[Nation], Field(min_length=1)]
    topic: Topic
    audience: Annotated[list[Audience], Field(min_length=1)]
    reviewed_on: date
    review_due: date
    figures: list[FigureRow]
    licence: Annotated[str, Field(max_length=160)] = ""
    """Under which licence the publisher lets the text be used; empty when the council wrote it."""

    @model_validator(mode="after")
    def _is_due_after_its_review(self) -> Self:
        if self.review_due <= self.reviewed_on:
            days = f"{self.review_due} is not after {self.reviewed_on}"
            raise ValueError(f"The day of the next check is not after the day on which it was checked: {days}")
        return self


def read_front_matter(path: Path, text: str) -> tuple[FrontMatter, str, int]:
    """Split a file into its checked front matter, its body and the line on which the body starts."""
    lines = text.split("\n")
    if lines[0].strip() != "---" or "---" not in [line.strip() for line in lines[1:]]:
        what = "The file does not start with front matter, the facts about the document."
        remedy = "Put the facts, such as title, owner and nation, between two lines of three hyphens at the top."
        raise GuidanceNotValid(Problem(path, 1, what, remedy))
    end = next(at for at, line in enumerate(lines) if at and line.strip() == "---")
    return _checked(path, "\n".join(lines[1:end])), "\n".join(lines[end + 1 :]), end + 2


def facts_in(source: str) -> dict[str, Any] | Told:
    """Return the facts in the YAML between the hyphens, right or wrong; or why they cannot be read at all."""
    try:
        data = read_yaml(source)
    except yaml.YAMLError as error:
        return unreadable(error)
    if isinstance(data, dict):
        return data
    what = "The facts about the document cannot be read: they are not names with a colon and a value."
    return Told(2, what, "Write one a line, such as “owner: Carers service manager”.")


def _checked(path: Path, source: str) -> FrontMatter:
    """Parse and validate the YAML between the hyphens. Its first line is line 2 of the file."""
    facts = facts_in(source)
    if isinstance(facts, Told):
        raise GuidanceNotValid(Problem(path, *facts))
    try:
        return FrontMatter.model_validate(facts)
    except ValidationError as error:
        tree = nodes_of(source)
        raise GuidanceNotValid(*(Problem(path, *told(one, tree)) for one in error.errors())) from error
