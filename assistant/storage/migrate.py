"""Bring a database to the newest schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from assistant.settings import Settings


def alembic_config(database: str) -> Config:
    """Return Alembic's configuration for this package's history. `database` is its SQLAlchemy address."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = database
    return config


def migrate(settings: Settings) -> None:
    """Create or upgrade the tables. Safe to call on every start."""
    if settings.is_sqlite:
        settings.var.mkdir(parents=True, exist_ok=True)
    command.upgrade(alembic_config(settings.database), "head")
