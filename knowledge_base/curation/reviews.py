"""Which documents need their owner: 30 days before the review date, weekly after it, and once they are out of use."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge_base.curation.values import Version
from knowledge_base.documents import GRACE

WARN_BEFORE = timedelta(days=30)
REPEAT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ReviewDue:
    """A live document that needs a look. `days` until the date, negative past it."""

    slug: str
    title: str
    owner: str
    due: date
    days: int

    @property
    def state(self) -> str:
        """`soon`, `overdue` (answers carry a warning) or `out_of_use` (no longer found)."""
        if self.days >= 0:
            return "soon"
        return "overdue" if -self.days <= GRACE.days else "out_of_use"


def state_of(version: Version, today: date) -> str:
    """Return the state of a live version's review as `ReviewDue` gives it; empty while it is far off."""
    return next((one.state for one in reviews_due([version], today)), "")


def reviews_due(live: Iterable[Version], today: date) -> list[ReviewDue]:
    """Return the live documents due within 30 days or past it, the most pressing first."""
    found = []
    for version in live:
        due = version.review_due
        if due is not None and due - today <= WARN_BEFORE:
            owner = str(version.facts.get("owner", ""))
            found.append(ReviewDue(version.slug, version.title, owner, due, (due - today).days))
    return sorted(found, key=lambda one: (one.due, one.slug))


def told_today(review: ReviewDue) -> bool:
    """Tell whether today is a day to remind the owner: 30 days before, on the day after, and each week from then on."""
    if review.days >= 0:
        return review.days == WARN_BEFORE.days
    return (-review.days - 1) % REPEAT.days == 0
