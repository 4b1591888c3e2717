"""The facts at the head of a guidance file, checked, with errors that name the line and the remedy."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from knowledge_base.errors import GuidanceNotValid, Problem

Words = Annotated[str, Field(min_length=2, max_length=160)]
Address = Annotated[str, Field(pattern=r"^https?://[^\s]+$")]
Nation = Literal["england", "wales", "scotland", "northern_ireland"]
Topic = Literal["money", "work", "care", "health", "rights", "family", "safety", "planning", "nations", "local"]
Audience = Literal["adult", "young", "parent"]
TOLD: dict[str, tuple[str, str]] = {
    "title": ("The title", "Write in a few words what the document is about."),
    "source_url": ("The address of the source", "Give the whole address, starting with https://."),
    "publisher": ("The publisher", "Write who says so, such as GOV.UK or the council."),
    "owner": ("The owner", "Write who keeps it right, such as “Carers service manager”."),
    "nation": ("The nation", "Choose at least one nation that it is right for."),
    "audience": ("The carers that it is for", "Choose at least one."),
    "reviewed_on": ("The day on which it was checked", "Give a day, such as 2026-11-23."),
    "review_due": ("The day of the next check", "Give a day, such as 2027-05-23."),
    "licence": ("The licence", "Write its name, such as Open Government Licence v3.0."),
    "value": ("The amount", "Write it as it stands in the text, such as £86.45."),
    "what": ("What the amount is", "Write it in a few words, such as “Carer’s Allowance a week”."),
    "valid_from": ("The first day", "Give a day, such as 2026-04-06."),
    "valid_to": ("The last day", "Give a day, such as 2027-04-05."),
    "checked_on": ("The day on which it was checked", "Give a day, such as 2026-11-23."),
    "confidence": ("How sure it is", "Choose H where the official page says it, else M."),
}
"""What each field is called for a person, and what to write there."""


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
            raise ValueError("The last day is before the first day")
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
            raise ValueError("The day of the next check is not after the day on which it was checked")
        return self


def read_front_matter(path: Path, text: str) -> tuple[FrontMatter, str, int]:
    """Split a file into its checked front matter, its body and the line on which the body starts."""
    lines = text.split("\n")
    if lines[0].strip() != "---" or "---" not in [line.strip() for line in lines[1:]]:
        what = "The file does not start with front matter."
        raise GuidanceNotValid(Problem(path, 1, what, "Put the facts between two lines of three hyphens at the top."))
    end = next(at for at, line in enumerate(lines) if at and line.strip() == "---")
    return _checked(path, "\n".join(lines[1:end])), "\n".join(lines[end + 1 :]), end + 2


def _checked(path: Path, source: str) -> FrontMatter:
    """Parse and validate the YAML between the hyphens. Its first line is line 2 of the file."""
    try:
        data = yaml.load(
            source, Loader=yaml.CSafeLoader
        )  # the compiled loader: 1,000 documents are read at each publication
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 2
        what = f"The front matter is not valid YAML: {error.problem}."
        raise GuidanceNotValid(Problem(path, line, what, "Put quotes round text that holds a colon.")) from error
    try:
        return FrontMatter.model_validate(data if isinstance(data, dict) else {})
    except ValidationError as error:
        tree = yaml.compose(source)
        problems = [Problem(path, _line(tree, one["loc"]), *_say(one)) for one in error.errors()]
        raise GuidanceNotValid(*problems) from error


def _say(error: ErrorDetails) -> tuple[str, str]:
    """Put a validation error into plain words: what is wrong, what to do."""
    name = ".".join(str(part) for part in error["loc"]) or "The front matter"
    called, remedy = _called(error["loc"])
    kind, given = error["type"], error["input"]
    if kind == "missing":
        return f"{name} is missing.", "Add it."
    if kind == "extra_forbidden":
        return f"{name} is not a known field.", "Check its spelling or take it out."
    if given in ("", [], None):
        return f"{called} is missing.", remedy
    if kind == "literal_error":
        return f"{name} is {given!r}.", f"Use {error.get('ctx', {}).get('expected', 'a listed value')}."
    if kind == "value_error":
        place = called if error["loc"] else ""
        return f"{place}{': ' if place else ''}{error['msg'].removeprefix('Value error, ')}.", "Correct one of the two."
    if kind == "string_too_short":
        return f"{called} is too short.", remedy
    if kind == "string_too_long":
        return f"{called} is too long.", f"Use at most {error['ctx']['max_length']} characters."
    return f"{called} cannot be “{given}”.", remedy


def _called(place: tuple[int | str, ...]) -> tuple[str, str]:
    """Return what a person calls the field of an error, and what belongs there."""
    names = [part for part in place if isinstance(part, str)]
    called, remedy = TOLD.get(names[-1] if names else "", (names[-1] if names else "The front matter", "Correct it."))
    if names[:1] != ["figures"]:
        return called, remedy
    number = next((f"Figure {part + 1}" for part in place if isinstance(part, int)), "The list of figures")
    return (f"{number}: {called[:1].lower()}{called[1:]}", remedy) if len(names) > 1 else (number, remedy)


def _line(tree: yaml.Node | None, place: tuple[int | str, ...]) -> int:
    """Find the line of the file that a field stands on, or of the nearest thing around it."""
    node: Any = tree
    line = 2
    for part in place:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == part), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 2, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line + 2
    return line
