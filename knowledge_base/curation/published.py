"""Read the published set without writing, for the index: from the database when it has one, else from the folder."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, func, inspect, make_url, select

from knowledge_base.curation.library import LIVE, as_version
from knowledge_base.curation.reading import sources_in
from knowledge_base.curation.seeding import overlaid
from knowledge_base.curation.values import Source
from knowledge_base.tables import DocumentRow, PublicationRow

BUSY_SECONDS = 10


def published_sources(database: str, shipped: Path, follow: bool) -> list[Source]:
    """Return the texts that answers may rest on now.

    A database that exists decides; an error while reading it is raised, never papered over with the shipped texts,
    since they may hold what was withdrawn. Without a database, or before the first import, the folder counts.

    Args:
        database: SQLAlchemy's address.
        shipped: Folder of the guidance that comes with Kith.
        follow: As in `seeding.seed`.
    """
    engine = reading_engine(database)
    if engine is None:
        return sources_in(shipped)
    try:
        return _read(engine, shipped, follow)
    finally:
        engine.dispose()


def _read(engine: Engine, shipped: Path, follow: bool) -> list[Source]:
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        if PublicationRow.__tablename__ not in tables:
            return sources_in(shipped)
        if not connection.execute(select(func.count()).select_from(PublicationRow)).scalar():
            return sources_in(shipped)
        live = [as_version(row) for row in connection.execute(LIVE) if is_intact(row)]
        known = frozenset(connection.execute(select(DocumentRow.slug)).scalars())
    return overlaid(live, sources_in(shipped), known) if follow else [one.source for one in live]


def is_intact(row: Any) -> bool:
    """Tell whether a stored text is still the one that was approved. One changed behind our back is never answered from."""
    return bool(Source(row.slug, row.text, row.asked).digest == row.digest)


def altered(database: str) -> list[str]:
    """Return the published documents whose stored text is not the one that was approved."""
    engine = reading_engine(database)
    if engine is None:
        return []
    try:
        with engine.connect() as connection:
            if DocumentRow.__tablename__ not in inspect(connection).get_table_names():
                return []
            return [row.slug for row in connection.execute(LIVE) if not is_intact(row)]
    finally:
        engine.dispose()


def reading_engine(database: str) -> Engine | None:
    """Return an engine that cannot write to an SQLite file; None when there is no such file."""
    url = make_url(database)
    if url.get_backend_name() != "sqlite":
        return create_engine(url)
    if not url.database or not Path(url.database).is_file():
        return None
    place = f"file:{Path(url.database).resolve()}"
    read_only = url.set(drivername="sqlite", database=place, query={"mode": "ro", "uri": "true"})
    return create_engine(read_only, connect_args={"timeout": BUSY_SECONDS})
