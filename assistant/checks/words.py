"""The approved words of the safety checks: what a release brings along instead of the files that come with Kith."""

import hashlib
from collections.abc import Mapping
from typing import Any

import structlog
from sqlalchemy import Connection, inspect, select

from assistant.storage.rail_tables import RailDraftRow
from knowledge_base.curation.published import reading_engine
from rails.policy import FOLLOWS_RELEASE, PolicyProblem
from rails.register import checked, source

Draft: Any = RailDraftRow.__table__
APPROVED = (
    select(Draft.c.file, Draft.c.text, Draft.c.base)
    .where(Draft.c.state == "approved", Draft.c.file.in_(sorted(FOLLOWS_RELEASE)))
    .order_by(Draft.c.decided_at, Draft.c.written_at)
)
log = structlog.get_logger()
Words = Mapping[str, str]
"""The text of each file that differs from the one that comes with Kith, by its name."""


def approved_words(database: str) -> dict[str, str]:
    """Return the words approved last for each file, read without writing. A file changed back to what ships is left out.

    A text that this version of Kith can no longer read is left out too, and said so in the log: the release then has
    another name and needs a decision.
    """
    latest = {file: text for file, text, _ in _approved(database)}
    return {file: text for file, text in latest.items() if text != source(file) and is_readable(file, text)}


def words_named(database: str, wanted: Mapping[str, str]) -> dict[str, str] | None:
    """Return the words of an earlier release by their digests; None when one is no longer kept."""
    texts = {(file, digest(text)): text for file, text, _ in _approved(database)} if wanted else {}
    found = {file: texts.get((file, name)) for file, name in wanted.items()}
    return None if None in found.values() else {file: text for file, text in found.items() if text is not None}


def behind(database: str) -> list[str]:
    """Return the files whose approved words were written over an older text than the one that now comes with Kith."""
    latest = {file: (text, base) for file, text, base in _approved(database)}
    return [
        file for file, (text, base) in latest.items() if text != source(file) and base and base != digest(source(file))
    ]


def digests(words: Words) -> dict[str, str]:
    """Return what a release says of its words: a short digest a file."""
    return {file: digest(text) for file, text in sorted(words.items())}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def is_readable(file: str, text: str) -> bool:
    try:
        checked(file, text)
    except PolicyProblem as problem:
        log.error("approved_words_unreadable", file=file, error=type(problem).__name__)
        return False
    return True


def _approved(database: str) -> list[tuple[str, str, str]]:
    """Return file, text and the digest of what it was written over, oldest first."""
    engine = reading_engine(database)
    if engine is None:
        return []
    try:
        with engine.connect() as connection:
            if not _is_readable_there(connection):
                return []
            return [(row.file, row.text, row.base) for row in connection.execute(APPROVED)]
    finally:
        engine.dispose()


def _is_readable_there(connection: Connection) -> bool:
    """Whether the table stands as this version reads it. In a database not yet brought up to date nothing was approved."""
    found = inspect(connection)
    if not found.has_table(Draft.name):
        return False
    return {column["name"] for column in found.get_columns(Draft.name)} >= {column.name for column in Draft.columns}
