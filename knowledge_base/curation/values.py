"""The plain values of guidance's life: a source text, a version of it, what was done, what was live."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from knowledge_base.files import text_hash

SYSTEM = "system"
"""Who does what no person does."""
SHIPPED = "shipped"
"""Origin of a version that came with Kith."""
WRITTEN = "written"
"""Origin of a version that staff wrote or brought in."""


class State(StrEnum):
    """Where a version stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Source:
    """A document as it is written: Markdown with front matter, and the other askings as YAML (may be empty)."""

    slug: str
    text: str
    asked: str = ""

    @property
    def digest(self) -> str:
        """Changes with any letter of the two texts."""
        return text_hash(self.slug, self.text, self.asked)


@dataclass(frozen=True, slots=True)
class Reason:
    """Who does something, why, and when. `who` is `staff:<id>` or `system`."""

    who: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """One version. `authors` are all who changed it since the document was last published."""

    id: str
    source: Source
    number: int
    state: State
    origin: str
    facts: dict[str, Any]
    authors: tuple[str, ...]
    approved_by: str
    created_at: datetime

    @property
    def slug(self) -> str:
        return self.source.slug

    @property
    def title(self) -> str:
        """The title, or the slug while the front matter cannot be read."""
        return str(self.facts.get("title") or self.slug)

    @property
    def review_due(self) -> date | None:
        """The day by which it must be looked at again, when the front matter says so."""
        try:
            return date.fromisoformat(str(self.facts.get("review_due")))
        except ValueError:  # a draft may say anything
            return None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was done."""

    slug: str
    version_id: str
    what: str
    who: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Publication:
    """A guidance version: which version of each document was live from `at` on."""

    id: int
    version: str
    members: dict[str, str]
    who: str
    why: str
    at: datetime


def set_version(digests: dict[str, str]) -> str:
    """Return the name of a published set: equal texts, equal name."""
    parts = [part for slug in sorted(digests) for part in (slug, digests[slug])]
    return "g-" + text_hash(*parts)[:16]
