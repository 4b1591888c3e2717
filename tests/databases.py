"""Databases for tests: empty ones, and copies of one that is migrated once in a test run, as migrating takes a while."""

import atexit
import os
import shutil
import sqlite3
import tempfile
from functools import cache
from pathlib import Path

from pgserver import PostgresServer

from assistant.settings import Settings
from assistant.storage.migrate import migrate


def new_postgres(server: PostgresServer, template: str = "template1") -> str:
    """Make a database, empty or a copy of another one, and return its address."""
    name = "t" + os.urandom(6).hex()
    server.psql(f"create database {name} template {template};")
    return str(server.get_uri(name)).replace("postgresql://", "postgresql+psycopg://")


def ready_database(settings: Settings) -> Settings:
    """Give the settings a migrated database, and return them. On SQLite it is a copy."""
    target = settings.var / "kith.db"
    if not settings.is_sqlite or target.exists():
        migrate(settings)
        return settings
    settings.var.mkdir(parents=True, exist_ok=True)
    shutil.copy(fresh_database(), target)
    return settings


@cache
def fresh_database() -> Path:
    """Return the file of a migrated database with nothing in it."""
    folder = Path(tempfile.mkdtemp(prefix="kith-fresh-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    migrate(Settings(environment="test", var=folder, database_url=""))
    with sqlite3.connect(folder / "kith.db") as whole:
        whole.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole.close()
    return folder / "kith.db"
