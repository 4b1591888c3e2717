"""The retention schedule, read from data: one rule for each table of every room."""

from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.storage.rooms import all_tables

Link = Literal["conversation", "conversation_id", "carer_id", "turn_id", "case_id"]


class Strict(BaseModel):
    """Refuse what it does not know, so that a slip of the pen is no silent change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Strict):
    """Columns that are blanked so many days after `at`."""

    columns: tuple[str, ...]
    at: str
    days: int | Literal["retention"]


class Rows(Strict):
    """Rows that are deleted so many days after `at`, or as soon as they lost their other half."""

    at: str = ""
    days: int = Field(default=0, ge=0)
    without: str = ""


class Rule(Strict):
    """What a table holds, how long, and what becomes of it on erasure."""

    about: Literal["carers", "staff", "nobody"]
    holds: str
    link: Link | None = None
    erasure: Literal["blank", "delete", "reset", "keep"] | None = None
    reset: tuple[str, ...] = ()
    kept_when: Literal["safeguarding", "open"] | None = None
    why: str = ""
    words: Words | None = None
    rows: Rows | None = None

    @model_validator(mode="after")
    def whole(self) -> "Rule":
        """A table about carers says how a row is found and what erasure does; keeping needs a reason."""
        if self.about == "carers" and (self.link is None or self.erasure is None):
            raise ValueError("a table about carers needs `link` and `erasure`")
        if (self.erasure == "keep" or self.kept_when) and not self.why:
            raise ValueError("what is kept needs a `why`")
        if self.erasure == "blank" and self.words is None:
            raise ValueError("`erasure: blank` blanks the columns of `words`")
        return self


@cache
def schedule() -> dict[str, Rule]:
    """Return the rules by table."""
    text = (resources.files("assistant") / "privacy" / "schedule.yaml").read_text(encoding="utf-8")
    return {name: Rule.model_validate(rule) for name, rule in yaml.safe_load(text).items()}


def carers_tables() -> list[tuple[Any, Rule]]:
    """Return the tables about carers that this installation has, with their rules."""
    tables = all_tables()
    return [(tables[name], rule) for name, rule in schedule().items() if rule.about == "carers" and name in tables]
