"""The demonstration's own past: some months of conversations that nobody had."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import create_engine

from assistant.seeds.past import fill
from assistant.settings import Settings
from assistant.storage.keys import load_keys
from assistant.storage.migrate import migrate

CONVERSATIONS, DAYS = 400, 180
QUIET = timedelta(days=1)
"""The last day is left to whoever tries the demonstration out."""


def fill_past(settings: Settings) -> bool:
    """Give an empty installation an invented past; return whether it did. Never where there are carers, nor in live use."""
    if settings.environment == "live":
        return False
    migrate(settings)
    end = datetime.now(UTC) - QUIET
    engine = create_engine(settings.database)
    try:
        with engine.begin() as connection:
            return fill(connection, load_keys(settings), CONVERSATIONS, end - timedelta(days=DAYS), end)
    finally:
        engine.dispose()
