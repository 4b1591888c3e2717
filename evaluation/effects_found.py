"""What a look at a draft of guidance found: kept in the database with who looked and when, and said in words."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from assistant.plural import plural
from assistant.storage.store import Work
from evaluation.tables import EffectsRow
from knowledge_base.curation.differences import differences

Table: Any = EffectsRow.__table__


@dataclass(frozen=True, slots=True)
class Effect:
    """One case whose answer changes. `was_right` and `is_right` are None where nothing could be scored."""

    case: str
    question: str
    before: str
    after: str
    was_right: bool | None
    is_right: bool | None


@dataclass(frozen=True, slots=True)
class Effects:
    """What a version would change. Held-back cases are counted and not shown, so that they stay a fair test."""

    document: str
    number: int
    looked_at: int
    """Cases in all."""
    touched: int
    """Cases that the version can touch; these were answered twice."""
    changes: tuple[Effect, ...]
    hidden: int
    """Held-back cases whose answer changes."""
    hidden_better: int
    hidden_worse: int
    made_at: str

    @property
    def changed(self) -> int:
        return len(self.changes) + self.hidden

    @property
    def worse(self) -> int:
        """Cases that were right and would no longer be."""
        return self.hidden_worse + sum(is_worse(one) for one in self.changes)

    @property
    def better(self) -> int:
        return self.hidden_better + sum(is_better(one) for one in self.changes)


def is_worse(one: Effect) -> bool:
    return one.was_right is True and one.is_right is False


def is_better(one: Effect) -> bool:
    return one.was_right is False and one.is_right is True


@dataclass(frozen=True, slots=True)
class Look:
    """One look, for the list of all looks at a version."""

    made_at: datetime
    who: str
    """`staff:<id>` or `operator`."""
    changed: int
    better: int
    worse: int


async def keep(work: Work, found: Effects, who: str) -> None:
    """Keep what was found beside what was found before. Cases are invented: nothing of a carer is in it."""
    at = datetime.fromisoformat(found.made_at)
    row = {"document": found.document, "number": found.number, "who": who, "made_at": at, "changed": found.changed,
           "better": found.better, "worse": found.worse, "content": asdict(found)}  # fmt: skip
    await work.connection.execute(insert(EffectsRow).values(**row))


async def newest(work: Work, slug: str, number: int) -> Effects | None:
    """Return what was found last; None when nobody has looked yet."""
    content = (await work.connection.execute(_of(Table.c.content, slug=slug, number=number).limit(1))).scalar()
    if content is None:
        return None
    return Effects(**{**content, "changes": tuple(Effect(**one) for one in content["changes"])})


async def looks(work: Work, slug: str, number: int) -> Sequence[Look]:
    """Return all looks at a version, newest first."""
    columns = (Table.c.made_at, Table.c.who, Table.c.changed, Table.c.better, Table.c.worse)
    return [Look(*row) for row in await work.connection.execute(_of(*columns, slug=slug, number=number))]


def _of(*columns: Any, slug: str, number: int) -> Any:
    mine = (Table.c.document == slug, Table.c.number == number)
    return select(*columns).where(*mine).order_by(Table.c.made_at.desc())


def spoken(reply: str) -> str:
    return " ".join(reply.split())


MARKS = {"added": "+", "removed": "-", "same": " "}


def as_lines(found: Effects) -> str:
    """Return what was found as lines for a terminal."""
    lines = [summary(found)]
    for one in found.changes:
        moved = "WORSE" if is_worse(one) else "better" if is_better(one) else "changed"
        lines += [f"\n{moved}: {one.question}"]
        told = (line for line in differences(one.before, one.after) if line.text.strip())
        lines += [f"  {MARKS[line.kind]} {line.text}" for line in told]
    return "\n".join(lines)


def summary(found: Effects, title: str = "") -> str:
    """Say in a sentence or two what a version changes. `title` is what people call the document."""
    which = f"{title or found.document}, version {found.number}"
    if not found.changed:
        return f"{which}: none of {found.looked_at} test questions is answered differently."
    hidden = f" {found.hidden} of them are held back for a fair test and not shown." if found.hidden else ""
    told = plural(found.changed, "question is", "questions are")
    return (
        f"{which}: {told} answered differently, of {plural(found.looked_at, 'test question')}; "
        f"{found.better} now right, {found.worse} no longer right.{hidden}"
    )
