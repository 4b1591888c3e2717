"""Where the durable engine keeps its own tables: ids and states, never a carer's words."""

from typing import Any

from sqlalchemy import Engine, create_engine, event

from assistant.settings import Settings

CONNECTIONS = 3
"""On SQLite one connection writes at a time; more would only poll for their turn, in growing pauses."""


def engine_url(settings: Settings) -> str:
    """Return the engine's own database: on SQLite a file beside ours, so that neither waits for the other's writes."""
    if settings.is_sqlite:
        return f"sqlite:///{settings.var / 'engine.db'}"
    return settings.database.replace("+psycopg", "")


def sqlite_engine(url: str) -> Engine | None:
    """Return what the engine shall use on SQLite; None for PostgreSQL, where its own choice is right.

    It flushes to disk at checkpoints alone (`synchronous=NORMAL`): a power cut may cost it the last queue entries, never
    the file. Our inbox and outbox are flushed at each commit, and the sweep at the next start queues from them again.
    """
    if not url.startswith("sqlite"):
        return None
    engine = create_engine(url, pool_size=CONNECTIONS, max_overflow=0)
    event.listen(engine, "connect", _set_up)
    return engine


def _set_up(connection: Any, _: Any) -> None:
    connection.isolation_level = "IMMEDIATE"  # as the engine itself does: writers queue instead of failing midway
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
